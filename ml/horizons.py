"""What is predicted: two questions, each at three horizons; the brand names the one that leads."""

from __future__ import annotations

from dataclasses import dataclass

CHURN_DAYS = (30, 60, 90)
LTV_DAYS = (90, 180, 365)
DAYS = {"churn": CHURN_DAYS, "ltv": LTV_DAYS}


@dataclass(frozen=True)
class Task:
    """One model to train and serve. The leading horizon's model is named by the question alone."""

    name: str
    question: str
    days: int

    @property
    def leads(self) -> bool:
        return self.name == self.question

    @property
    def column(self) -> str:
        """Its column in the score table of its question."""
        return f"churn_{self.days}d" if self.question == "churn" else f"ltv_{self.days}d_cny"


def tasks_of(leading: dict[str, int]) -> tuple[Task, ...]:
    """All six, the two leading ones first. `leading`: days of the leading horizon by question."""
    found = [
        Task(name if days == leading[name] else f"{name}_{days}d", name, days)
        for name in DAYS
        for days in DAYS[name]
    ]
    return tuple(sorted(found, key=lambda task: not task.leads))
