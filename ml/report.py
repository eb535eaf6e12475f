"""The backtest report: one static HTML page, tables and plots drawn as SVG, nothing fetched."""

from __future__ import annotations

from datetime import date
from html import escape
from itertools import accumulate
from typing import TYPE_CHECKING

from ml.backtest import Backtest
from ml.card import INTERVAL
from ml.contest import RULE
from ml.window import CHALLENGER, METRIC

if TYPE_CHECKING:
    import leather

_STYLE = """
body{font:15px/1.5 system-ui,"PingFang SC","Microsoft YaHei",sans-serif;max-width:1080px;margin:24px auto;
padding:0 16px;color:#222}table{border-collapse:collapse;margin:12px 0;display:block;
overflow-x:auto}th,td{padding:3px 8px;border-bottom:1px solid #ddd;text-align:right}
th:first-child,td:first-child{text-align:left;white-space:nowrap}th{vertical-align:bottom}
.model td{font-weight:600}figure{display:inline-block;margin:8px 20px 8px 0}figcaption{color:#555}
"""
_SHOWN = {
    "churn": ("auc", "normalised_gini", "top_tenth_lift", "ece", "brier", "total_ratio"),
    "ltv": ("spearman", "normalised_gini", "top_tenth_share", "total_ratio", "mae",
            "below_p10", "above_p90", "within_p10_p90", "due_within"),
}  # fmt: skip
_SIDE = 460  # pixels
_OURS, _RULE, _PLAIN = "#c0392b", "#7f8c8d", "#cccccc"


def render_report(as_of: date, tests: list[Backtest], untested: dict[str, str]) -> str:
    """The whole page."""
    parts = [
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>",
        f"<title>Models on held-out windows 模型回测 {as_of}</title><style>{_STYLE}</style></head><body>",
        f"<h1>Models on held-out windows 模型回测</h1><p>As of {as_of}. Every contender is fitted and judged "
        "on the same people; nothing it learnt from reaches into the window it is judged on.</p>",
        f"<p><b>Rule 上线规则.</b> {escape(RULE)}</p>",
    ]
    for test in tests:
        parts.append(_section(test))
    parts += [f"<h2>{name}</h2><p>{escape(why)}.</p>" for name, why in untested.items()]
    return "".join([*parts, "</body></html>\n"])


def _section(test: Backtest) -> str:
    task = test.task
    cutoffs = list(dict.fromkeys(row["cutoff"] for row in test.rows))
    head = "".join(f"<th>{cutoff}</th>" for cutoff in cutoffs)
    body = "".join(
        f"<tr{_mark(name)}><td>{escape(name)}</td>"
        + "".join(f"<td>{r['metric']:.4f}</td>" for r in test.rows if r["contender"] == name)
        + f"<td>{mean:.4f}</td></tr>"
        for name, mean in test.means.items()
    )
    newest = [row for row in test.rows if row["cutoff"] == cutoffs[-1]]
    names = _SHOWN[task.question]
    heads = "".join(f"<th>{name.replace('_', ' ')}</th>" for name in names)
    figures = "".join(
        f"<tr{_mark(row['contender'])}><td>{escape(row['contender'])}</td>"
        + "".join(f"<td>{_shown(row[name])}</td>" for name in names)
        + "</tr>"
        for row in newest
    )
    steady = "".join(
        f"<tr><td>{row['cutoff']}</td><td>{row['judge_rows']:,}</td>"
        + "".join(f"<td>{_shown(row[name])}</td>" for name in names)
        + "</tr>"
        for row in test.rows
        if row["contender"] == CHALLENGER
    )
    lost = test.lost()
    said = "not below any plain rule on any window" if not lost else "below: " + "; ".join(lost)
    drawn = "".join(
        f"<figure>{svg}<figcaption>{escape(caption)}</figcaption></figure>"
        for caption, svg in plots(test).items()
    )
    spans = "".join(f"<p>{escape(text)}</p>" for text in INTERVAL) * (task.question == "ltv")
    return (
        f"<h2>{task.name}, {task.days} days</h2><p>The blend is {escape(said)}.</p>{spans}"
        f"<table><tr><th>{METRIC[task.question]} on the window from</th>{head}<th>mean</th></tr>"
        f"{body}</table><p>The blend, window by window:</p><table><tr><th>window from</th><th>people</th>"
        f"{heads}</tr>{steady}</table>"
        f"<p>Newest window, {newest[0]['judge_rows']:,} people:</p>"
        f"<table><tr><th>contender</th>{heads}</tr>{figures}"
        f"</table>{drawn}{_tenths(test)}"
    )


def _shown(value: float) -> str:
    """Four digits of a share, one of an amount."""
    return f"{value:,.1f}" if abs(value) >= 100 else f"{value:.4f}"


def _mark(name: str) -> str:
    return "" if name.startswith("baseline: ") else " class='model'"


def plots(test: Backtest) -> dict[str, str]:
    """Caption -> SVG: calibration of the model, then gain and lift beside the best plain rule's."""
    import leather

    _use_plain_letters()
    (own, model), (other, rule) = test.tenths.items()
    other = other.removeprefix("baseline: ")
    pairs = [(tenth["predicted"], tenth["actual"]) for tenth in model]
    least, most = min(0.0, *map(min, pairs)), max(1e-9, *map(max, pairs))
    calibration = leather.Chart()
    calibration.add_line([(least, least), (most, most)], name="as promised", stroke_color=_PLAIN)
    calibration.add_dots(pairs, name=own, fill_color=_OURS)
    gain = leather.Chart()
    gain.add_line([(0.0, 0.0), (1.0, 1.0)], name="by chance", stroke_color=_PLAIN)
    gain.add_line(_gains(rule), name=other, stroke_color=_RULE)
    gain.add_line(_gains(model), name=own, stroke_color=_OURS)
    lifts = [[(n, tenth["lift"]) for n, tenth in enumerate(t, 1)] for t in (rule, model)]
    last = max(map(len, lifts))
    lift = leather.Chart()
    lift.add_line([(1, 1.0), (last, 1.0)], name="by chance", stroke_color=_PLAIN)
    lift.add_line(lifts[0], name=other, stroke_color=_RULE)
    lift.add_line(lifts[1], name=own, stroke_color=_OURS)
    highest = max(1.0, *(height for line in lifts for _, height in line))
    lowest = min(0.0, *(height for line in lifts for _, height in line))
    return {
        f"calibration 校准: promised against observed, by tenth ({own})": _drawn(
            calibration, (least, most), (least, most), "promised", "observed"
        ),
        f"gain 增益: {own} beside {other}": _drawn(
            gain, (0.0, 1.0), (0.0, 1.0), "share of people", "share of all found"
        ),
        f"lift 提升 by tenth: {own} beside {other}": _drawn(
            lift,
            (1, last),
            (lowest, highest),
            "tenth, highest prediction first",
            "times the mean",
            list(range(1, last + 1)),
        ),
    }


def _use_plain_letters() -> None:
    """The library's own font is missing on most machines, and its legend reckons with wider letters."""
    from leather import theme

    for part in ("legend", "tick", "axis_title"):
        setattr(theme, f"{part}_font_family", "sans-serif")
    theme.legend_font_char_width = 6


def _gains(tenths: list[dict[str, float]]) -> list[tuple[float, float]]:
    """Share of people taken from the top, share of the outcome found among them."""
    people = sum(tenth["people"] for tenth in tenths)
    shares = accumulate(tenth["people"] / people for tenth in tenths)
    gains = (min(max(float(tenth["gain"]), 0.0), 1.0) for tenth in tenths)
    return [
        (0.0, 0.0),
        *((min(share, 1.0), gain) for share, gain in zip(shares, gains, strict=True)),
    ]


def _drawn(
    chart: leather.Chart,
    x: tuple[float, float],
    y: tuple[float, float],
    across: str,
    up: str,
    ticks: list[int] | None = None,
) -> str:
    chart.add_x_scale(*x)
    chart.add_y_scale(*y)
    chart.add_x_axis(name=across, ticks=ticks)
    chart.add_y_axis(name=up)
    return str(chart.to_svg(width=_SIDE, height=_SIDE))


def _tenths(test: Backtest) -> str:
    name, tenths = next(iter(test.tenths.items()))
    rows = "".join(
        f"<tr><td>{t['decile']:.0f}</td><td>{t['people']:.0f}</td><td>{t['predicted']:,.3f}</td>"
        f"<td>{t['actual']:,.3f}</td><td>{t['lift']:.2f}</td><td>{t['gain']:.3f}</td></tr>"
        for t in tenths
    )
    return (
        f"<table><tr><th>tenth 十分位 ({escape(name)})</th><th>people</th><th>promised</th>"
        f"<th>observed</th><th>lift 提升</th><th>gain 累计</th></tr>{rows}</table>"
    )
