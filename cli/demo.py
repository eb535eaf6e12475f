"""`siyu demo`: a brand built from real orders, and how well the warehouse found its truth."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.days import day_option
from cli.output import JsonFlag, print_json, print_table, say
from siyu.errors import ConfigError
from siyu.settings import Settings, load_settings

app = typer.Typer(help="Build the demo brand and compare the warehouse with its truth.")


@app.command()
def build(
    through: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="Last day of the first load.")
    ] = None,
    day: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD|next", help="Add one following day.")
    ] = None,
    journeys: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=1,
            help="Instead of the brand: N journeys of a known Markov chain, for attribution.",
        ),
    ] = None,
    json: JsonFlag = False,
) -> None:
    """Write the demo brand's exports into landing/ and the truth beside it into truth/."""
    from demo.build import build_demo, next_day

    settings = load_settings()
    truth = settings.data_dir / "truth"
    if journeys is not None:
        _build_journeys(settings, journeys, through or day, json)
        return
    chosen = next_day(truth) if day == "next" else day_option("--day", day)
    summary = build_demo(
        settings.landing_dir, truth, through=day_option("--through", through), day=chosen
    )
    if json:
        print_json(summary.__dict__)
        return
    say(f"{summary.files} files written to {settings.landing_dir}, through {summary.through}")


def _build_journeys(settings: Settings, count: int, other_day: str | None, json: bool) -> None:
    from demo.journeys import build_journeys

    landing = settings.landing_dir
    if other_day or (landing.is_dir() and any(landing.iterdir())):
        raise ConfigError(
            "journeys are a brand of their own, with days of their own: leave --through and --day"
            " out and choose an empty folder (SIYU_DATA=journeys siyu demo build --journeys 20000)"
        )
    made = build_journeys(landing, settings.data_dir / "truth", count)
    if json:
        print_json(made.__dict__)
        return
    say(f"{made.journeys:,} journeys, {made.orders:,} orders written to {landing}")


@app.command()
def truth(json: JsonFlag = False) -> None:
    """Hold people, money, growth and attribution against the demo's truth."""
    from demo.compare import compare_with_truth

    report = compare_with_truth(load_settings())
    if json:
        print_json(report)
        return
    print_table("Warehouse against the truth", ("measure", "value"), report.items())
