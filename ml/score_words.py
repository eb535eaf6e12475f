"""What every column of the score tables means: the reference page is written from it."""

from __future__ import annotations

from ml.score_table import COLUMNS

_WORDS = {
    "person_id": "Person.",
    "as_of_on": "Business day of the scores; older than the night when the last good ones were kept.",
    "churn_probability": "Chance of no paid order in the leading horizon, 0 to 1.",
    "churn_decile": "Tenth of the people, 10 the likeliest to leave.",
    "previous_decile": "The tenth on the night before; null for who is new.",
    "ltv_cny": "Net amount expected in the leading horizon, CNY.",
    "ltv_decile": "Tenth of the people, 10 the most valuable.",
    "horizon_days": "Days of the leading horizon.",
    "model_version": "Version of the leading model.",
}
_NIGHT = (
    ("question", "varchar", "churn or ltv."),
    ("as_of_on", "date", "Night."),
    ("scored_on", "date", "Business day of the scores in the table."),
    ("status", "varchar", "scored, kept (the last good scores stay) or empty."),
    ("verdict", "varchar", "Why, in words."),
    ("model_version", "varchar", "Version of the leading model."),
    ("people", "bigint", "People with a score."),
    ("people_without_order", "bigint", "People who get none, because they never paid an order."),
    ("model_age_days", "integer", "Days since the model was trained."),
    ("score_psi", "double", "How far the scores moved from those the model was judged on."),
    ("worst_feature", "varchar", "The feature that moved most."),
    ("worst_feature_psi", "double", "How far it moved."),
    (
        "moved_two_share",
        "double",
        "Share of people whose tenth moved by two or more since last night.",
    ),
)


def score_tables() -> dict[str, tuple[str, list[tuple[str, str, str]]]]:
    """Description and columns (name, type, meaning) of each table that scoring writes."""
    words = {"churn": "Chance of leaving", "ltv": "Expected value"}
    found = {
        f"{name}_score": (
            f"{words[name]} of every buyer, at every horizon. Grain: one row per person with a paid"
            " order.",
            [(column, kind, _meaning(column)) for column, kind in columns.items()],
        )
        for name, columns in COLUMNS.items()
    }
    found["score_night"] = (
        "How each night's scoring went. Grain: one row per question and night.", list(_NIGHT)
    )  # fmt: skip
    return found


def _meaning(column: str) -> str:
    if column in _WORDS:
        return _WORDS[column]
    if column.startswith("reason_"):
        return "A feature that moved the score much, and the side it lies on."
    if column.startswith("ltv_p"):
        level = column.removeprefix("ltv_p").removesuffix("_cny")
        return f"Amount that {level} % of alike buyers paid at most in the leading horizon, CNY."
    days = column.split("_")[1].removesuffix("d")
    if column.startswith("churn_"):
        return f"Chance of no paid order in {days} days; null where history is too short."
    return f"Net amount expected in {days} days, CNY; null where history is too short."
