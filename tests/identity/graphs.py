"""Small identity graphs drawn as text: 'phone:p1' is phone p1, 'openid/app:o1' an openid of app."""

from __future__ import annotations

import pandas as pd

TYPES = {
    "unionid": (1, True, 1),
    "member_no": (2, True, 1),
    "openid": (3, True, 1),
    "taobao_nick": (4, True, 2),
    "phone": (5, True, 4),
    "email": (6, True, None),
    "device_id": (7, True, 8),
    "phone_remark": (8, False, None),
}


def rules() -> pd.DataFrame:
    return pd.DataFrame(
        [(t, *r) for t, r in TYPES.items()],
        columns=["id_type", "priority", "links", "max_per_person"],
    )


def key(name: str) -> tuple[str, str, str]:
    """'openid/app:o1' -> (openid, app, o1); 'phone:p1' -> (phone, '', p1)."""
    kind, _, value = name.partition(":")
    id_type, _, scope = kind.partition("/")
    return id_type, scope, value


def nodes(names: dict[str, int], shared: set[str] | None = None) -> pd.DataFrame:
    """`names`: identifier -> first load; `shared`: identifiers that are hubs."""
    shared = shared or set()
    frame = pd.DataFrame(
        [(*key(n), seq, n in shared) for n, seq in names.items()],
        columns=["id_type", "scope", "value_key", "first_load_seq", "is_shared"],
    )
    return frame.astype({"first_load_seq": "int64", "is_shared": bool})


def links(*rows: tuple[str, str] | tuple[str, str, dict[str, object]]) -> pd.DataFrame:
    """Each row: both ends, and where it differs from the default trust, evidence_count, load."""
    out = []
    for a, b, *rest in rows:
        says = {
            "trust": "high",
            "evidence_count": 1,
            "first_load_seq": 1,
            **(rest[0] if rest else {}),
        }
        out.append(
            (*key(a), *key(b), says["trust"], says["evidence_count"], says["first_load_seq"])
        )
    return pd.DataFrame(
        out,
        columns=[
            *("a_type", "a_scope", "a_key", "b_type", "b_scope", "b_key"),
            *("trust", "evidence_count", "first_load_seq"),
        ],
    )


def people(members: pd.DataFrame) -> set[frozenset[str]]:
    """The clusters as sets of values."""
    return {frozenset(g) for _, g in members.groupby("person_id")["value_key"]}


def graph(
    *rows: tuple[str, str] | tuple[str, str, dict[str, object]],
    shared: set[str] | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """nodes, links and rules of a drawing; a node is first seen with its first link."""
    table = links(*rows)
    seen: dict[str, int] = {}
    for (a, b, *_), seq in zip(rows, table["first_load_seq"].tolist(), strict=True):
        for name in (a, b):
            seen[name] = min(seq, seen.get(name, seq))
    return nodes(seen, shared), table, rules()
