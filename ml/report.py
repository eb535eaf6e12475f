"""The backtest report: one static HTML page, tables and plots drawn as SVG, nothing fetched."""

from __future__ import annotations

from datetime import date
from html import escape
from itertools import accumulate
from typing import TYPE_CHECKING

from ml.card import INTERVAL
from ml.contest import RULE
from ml.window import CHALLENGER, METRIC

if TYPE_CHECKING:
    import leather

    from ml.backtest import Backtest

_STYLE = """
body{font:15px/1.5 system-ui,"PingFang SC","Microsoft YaHei",sans-serif;max-width:1080px;margin:24px auto;
padding:0 16px;color:#222}table{border-collapse:collapse;margin:12px 0}th,td{padding:3px 10px;
border-bottom:1px solid #ddd;text-align:right}th:first-child,td:first-child{text-align:left}
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
    figures = "".join(
        f"<tr{_mark(row['contender'])}><td>{escape(row['contender'])}</td>"
        + "".join(f"<td>{row[name]:,.4f}</td>" for name in names)
        + "</tr>"
        for row in newest
    )
    steady = "".join(
        f"<tr><td>{row['cutoff']}</td><td>{row['judge_rows']:,}</td>"
        + "".join(f"<td>{row[name]:,.4f}</td>" for name in names)
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
        f"{''.join(f'<th>{n}</th>' for n in names)}</tr>{steady}</table>"
        f"<p>Newest window, {newest[0]['judge_rows']:,} people:</p>"
        f"<table><tr><th>contender</th>{''.join(f'<th>{n}</th>' for n in names)}</tr>{figures}"
        f"</table>{drawn}{_tenths(test)}"
    )


def _mark(name: str) -> str:
    return "" if name.startswith("baseline: ") else " class='model'"


def plots(test: Backtest) -> dict[str, str]:
    """Caption -> SVG: calibration and gain of the model, gain of the best plain rule beside it."""
    import leather

    (own, model), (other, rule) = test.tenths.items()
    pairs = [(tenth["predicted"], tenth["actual"]) for tenth in model]
    least, most = min(0.0, *map(min, pairs)), max(1e-9, *map(max, pairs))
    calibration = leather.Chart()
    calibration.add_line([(least, least), (most, most)], name="as promised", stroke_color=_PLAIN)
    calibration.add_dots(pairs, name=own, fill_color=_OURS)
    gain = leather.Chart()
    gain.add_line([(0.0, 0.0), (1.0, 1.0)], name="by chance", stroke_color=_PLAIN)
    gain.add_line(_gains(rule), name=other, stroke_color=_RULE)
    gain.add_line(_gains(model), name=own, stroke_color=_OURS)
    return {
        f"calibration 校准: promised against observed, by tenth ({own})": _drawn(
            calibration, least, most, "promised", "observed"
        ),
        f"gain 增益: {own} beside {other}": _drawn(
            gain, 0.0, 1.0, "share of people", "share of all found"
        ),
    }


def _gains(tenths: list[dict[str, float]]) -> list[tuple[float, float]]:
    """Share of people taken from the top, share of the outcome found among them."""
    people = sum(tenth["people"] for tenth in tenths)
    shares = accumulate(tenth["people"] / people for tenth in tenths)
    gains = (min(max(float(tenth["gain"]), 0.0), 1.0) for tenth in tenths)
    return [
        (0.0, 0.0),
        *((min(share, 1.0), gain) for share, gain in zip(shares, gains, strict=True)),
    ]


def _drawn(chart: leather.Chart, least: float, most: float, across: str, up: str) -> str:
    chart.add_x_scale(least, most)
    chart.add_y_scale(least, most)
    chart.add_x_axis(name=across)
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
