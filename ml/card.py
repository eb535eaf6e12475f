"""A model's card: what it is, on what it was judged, and what it must not be used for."""

from __future__ import annotations

from typing import Any

QUESTION = {
    "churn": "Chance that a buyer places no paid order in the next {days} days.",
    "ltv": "Net amount, in yuan, that a buyer is expected to pay in the next {days} days.",
}


def write_card(metrics: dict[str, Any]) -> str:
    """Markdown from the metrics that are kept beside the model."""
    lines = [
        f"# {metrics['name']} {metrics['version']}",
        "",
        QUESTION[metrics["name"]].format(days=metrics["horizon_days"]),
        "",
        f"- In service: {metrics['champion']}",
        f"- Decision: {metrics['decision']}",
        f"- Trained on {metrics['fit_rows']} rows at cutoffs {', '.join(metrics['fit_cutoffs'])}",
        f"- Judged on {metrics['judge_rows']} people at cutoff {metrics['judge_cutoff']}, "
        "whose window lies wholly after every training window",
        "",
        f"| held-out | {metrics['metric']} |",
        "| --- | --- |",
        *(f"| {name} | {value:.4f} |" for name, value in metrics["contenders"].items()),
        "",
        "| figure | value |",
        "| --- | --- |",
        *(f"| {name} | {value:.4f} |" for name, value in metrics["headline"].items()),
        "",
        "Choices and calibration were made inside the training cutoffs; the held-out window only "
        "decided who serves. The model in service is the one that was judged, not a refit.",
        "",
        "Not for decisions about a person's credit, price or access. The score ranks buyers for "
        "marketing lists; the reasons say what moved a score, not what caused the behaviour.",
    ]
    return "\n".join(lines) + "\n"
