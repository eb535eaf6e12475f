"""The gate: a model serves only when it is good, plausible and no worse than what is there."""

from __future__ import annotations

from ml.config import ChurnConfig, LtvConfig
from ml.gate import Figures, judge_churn, judge_ltv

CHURN = ChurnConfig(horizon_days=60, max_ece=0.1, max_auc=0.85, tolerance_auc=0.005)
LTV = LtvConfig(
    horizon_days=90,
    max_spearman=0.85,
    total_ratio_min=0.5,
    total_ratio_max=2.0,
    tolerance_spearman=0.005,
)
BEST = ("baseline: order count", 0.75)


def test_accepts_a_model_within_tolerance_of_the_best_baseline() -> None:
    assert judge_churn(Figures(0.7451, ece=0.05), BEST, None, CHURN).accepted


def test_refuses_a_model_below_the_best_baseline() -> None:
    verdict = judge_churn(Figures(0.74, ece=0.05), BEST, None, CHURN)
    assert not verdict.accepted and not verdict.keep_current
    assert "below baseline: order count" in verdict.decision


def test_raises_the_leak_alarm_however_good_the_rest_is() -> None:
    verdict = judge_churn(Figures(0.93, ece=0.01), BEST, 0.7, CHURN)
    assert not verdict.accepted and "leak alarm" in verdict.decision


def test_refuses_promises_that_do_not_come_true() -> None:
    verdict = judge_churn(Figures(0.78, ece=0.2), BEST, None, CHURN)
    assert not verdict.accepted and "calibration" in verdict.decision


def test_keeps_a_present_champion_that_is_better() -> None:
    verdict = judge_churn(Figures(0.77, ece=0.05), BEST, 0.78, CHURN)
    assert not verdict.accepted and verdict.keep_current


def test_refuses_a_total_far_from_the_observed_one() -> None:
    verdict = judge_ltv(Figures(0.6, total_ratio=3.0), ("baseline: past spend", 0.5), None, LTV)
    assert not verdict.accepted and "total" in verdict.decision


def test_refuses_a_model_whose_mean_over_the_windows_is_below_the_best_rule() -> None:
    verdict = judge_churn(Figures(0.76, ece=0.05), BEST, None, CHURN, means=(0.741, 0.742))
    assert not verdict.accepted and "over the windows" in verdict.decision
    assert judge_churn(Figures(0.76, ece=0.05), BEST, None, CHURN, means=(0.742, 0.742)).accepted


def test_raises_the_leak_alarm_for_value_too() -> None:
    verdict = judge_ltv(Figures(0.9), ("baseline: past spend", 0.5), None, LTV)
    assert not verdict.accepted and "leak alarm" in verdict.decision
