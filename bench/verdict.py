"""The last line of every bench: one JSON object that says by how much each limit is met or missed."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Collection, Mapping


def report(
    name: str,
    ratios: Mapping[str, float],
    limits: Mapping[str, float],
    at_least: Collection[str] = (),
    holds: bool = True,
) -> bool:
    """Print the line; true when every ratio keeps to its limit and what else must hold does.

    A limit is the most a ratio may be, for those in `at_least` the least. Ratios are shown to four
    digits and judged whole. Raises KeyError for a limit without a ratio.
    """
    ok = holds and all(
        ratios[one] >= limit if one in at_least else ratios[one] <= limit
        for one, limit in limits.items()
    )
    shown = {k: v if isinstance(v, int) else float(f"{v:.4g}") for k, v in ratios.items()}
    machine = f"{platform.machine()}, {os.cpu_count()} cores"
    print(json.dumps(
        {"name": name, "ratios": shown, "limits": dict(limits), "ok": ok, "machine": machine}
    ))  # fmt: skip
    return ok
