"""A model's card, in English and Chinese: what it is, on what it was judged, and what it is not for."""

from __future__ import annotations

from typing import Any

QUESTION = {
    "churn": (
        "Chance that a buyer places no paid order in the next {days} days.",
        "买家在未来 {days} 天内没有付款订单的概率。",
    ),
    "ltv": (
        "Net amount, in yuan, that a buyer is expected to pay in the next {days} days, with the amounts "
        "that one in ten, half and nine in ten of alike buyers paid at most.",
        "买家在未来 {days} 天内预计净支付金额（元），并给出相似买家中 10%、50%、90% 的人不超过的金额。",
    ),
}
COLD_START = (
    "People without a paid order get no score: the model knows only what orders, money, visits and "
    "messages of buyers told. A segment that needs the score leaves them out; reach them by lifecycle "
    "stage instead. A person with one order is scored: the purchase models draw such a person towards "
    "everybody's habits.",
    "没有付款订单的人没有分数：模型只从买家的订单、金额、访问和消息中学习。需要分数的人群不含他们，"
    "请改用生命周期阶段。只有一单的人有分数：购买模型会把他们拉向整体习惯。",
)

INTERVAL = (
    "Interval: at most a tenth should fall below p10 and about a tenth above p90. Where more than a tenth "
    "of alike buyers pay nothing, p10 is 0, hardly anybody is below it, and nine in ten instead of eight "
    "are due within; due_within is the mean of that over the people.",
    "区间：低于 p10 的人应不超过 10%，高于 p90 的人应约为 10%。若相似买家中超过 10% 没有消费，"
    "p10 为 0，几乎无人低于它，此时应有 90%（而非 80%）的人落在区间内；"
    "due_within 是所有人的这一应有比例的平均。",
)


def write_card(metrics: dict[str, Any]) -> str:
    """Markdown from the metrics that are kept beside the model."""
    days, (english, chinese) = metrics["horizon_days"], QUESTION[metrics["question"]]
    cutoffs = ", ".join(metrics["fit_cutoffs"])
    lines = [
        f"# {metrics['name']} {metrics['version']}",
        "",
        english.format(days=days),
        "",
        f"- In service: {metrics['champion']}",
        f"- Decision: {metrics['decision']}",
        f"- Trained on {metrics['fit_rows']} rows at cutoffs {cutoffs}",
        f"- Judged on {metrics['judge_rows']} people at cutoff {metrics['judge_cutoff']}, "
        "whose window lies wholly after every training window",
        f"- Rolling windows counted in the decision: {', '.join(metrics['windows'])}",
        f"- Scores stop being replaced when they drift (PSI above {metrics['psi_limit']:g}) or the model "
        f"is older than {metrics['max_age_days']} days",
        "",
        f"| {metrics['metric']} | newest window | mean of windows |",
        "| --- | --- | --- |",
        *(
            f"| {name} | {value:.4f} | {metrics['window_means'][name]:.4f} |"
            for name, value in metrics["contenders"].items()
        ),
        "",
        "| figure | value |",
        "| --- | --- |",
        *(f"| {name} | {value:.4f} |" for name, value in metrics["headline"].items()),
        "",
        *([INTERVAL[0], ""] if metrics["question"] == "ltv" else []),
        f"Rule: {metrics['rule']}",
        "",
        "Calibration was made inside the training cutoffs; the held-out windows only decided who "
        "serves. The model in service is the one that was judged, not a refit.",
        "",
        COLD_START[0],
        "",
        "Not for decisions about a person's credit, price or access. The score ranks buyers for "
        "marketing lists; the reasons say what moved a score, not what caused the behaviour.",
        "",
        "## 模型卡",
        "",
        chinese.format(days=days),
        "",
        f"- 在用：{metrics['champion']}",
        f"- 训练：{metrics['fit_rows']} 行，截止日 {cutoffs}",
        f"- 检验：{metrics['judge_rows']} 人，截止日 {metrics['judge_cutoff']}；检验窗口完全晚于所有训练窗口",
        f"- 检验指标 {metrics['metric']}：{metrics['value']:.4f}；"
        f"最好的简单规则（{metrics['baseline']}）：{metrics['baseline_value']:.4f}",
        f"- 分数漂移（PSI 大于 {metrics['psi_limit']:g}）或模型超过 {metrics['max_age_days']} 天时，"
        "保留上一次可靠的分数",
        "",
        *([INTERVAL[1], ""] if metrics["question"] == "ltv" else []),
        COLD_START[1],
        "",
        "不得用于信用、定价或准入决定。分数只用于营销名单排序；原因说明什么改变了分数，不说明行为的起因。",
    ]
    return "\n".join(lines) + "\n"
