"""The CRM's list of who is in which group of an experiment."""

from __future__ import annotations

from collections.abc import Iterator

from demo.experiment import make_experiment
from demo.world import Batch, World
from demo.write import Export, clock, delimited, rows_of, text


def export_files(world: World, batch: Batch) -> Iterator[Export]:
    """One file in the batch in which the groups were drawn."""
    groups = make_experiment(world)
    groups = groups[batch.covers(groups["入组时间"])]
    if len(groups):
        columns = {name: text(groups[name]) for name in ("活动编号", "会员号", "分组")}
        columns["入组时间"] = clock(groups["入组时间"])
        rows = rows_of(list(columns), columns, len(groups))
        yield Export(
            f"experiment_groups_{batch.stamp}.csv", delimited(list(columns), rows, "utf-8")
        )
