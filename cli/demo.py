"""`siyu demo`: a brand built from real orders, and how well the warehouse found its truth."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.days import day_option
from cli.output import JsonFlag, print_json, print_table, say
from siyu.settings import load_settings

app = typer.Typer(help="Build the demo brand and compare the warehouse with its truth.")


@app.command()
def build(
    through: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="Last day of the first load.")
    ] = None,
    day: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD|next", help="Add one following day.")
    ] = None,
    json: JsonFlag = False,
) -> None:
    """Write the demo brand's exports into landing/ and the truth beside it into truth/."""
    from demo.build import build_demo, next_day

    settings = load_settings()
    truth = settings.data_dir / "truth"
    chosen = next_day(truth) if day == "next" else day_option("--day", day)
    summary = build_demo(
        settings.landing_dir, truth, through=day_option("--through", through), day=chosen
    )
    if json:
        print_json(summary.__dict__)
        return
    say(f"{summary.files} files written to {settings.landing_dir}, through {summary.through}")


@app.command()
def truth(json: JsonFlag = False) -> None:
    """Hold people, referrals and money against the demo's truth."""
    from demo.compare import compare_with_truth

    report = compare_with_truth(load_settings())
    if json:
        print_json(report)
        return
    print_table("Warehouse against the truth", ("measure", "value"), report.items())
