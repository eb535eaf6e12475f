"""What every order row said of its buyer: which identifiers it had, and why the others are none."""

from __future__ import annotations

from collections.abc import Iterable

from siyu.sources.contracts.contract import Contract

_NOTHING = (
    "select null::varchar as source, null::varchar as platform, null::varchar as order_no,"
    " null::varchar as field, null::varchar as id_type, null::varchar as state where false"
)


def order_identifier_view(contracts: Iterable[Contract]) -> str:
    """SQL of view raw.order_identifier: one row per identifier field of every landed order row.

    `state` is ok, empty, or the reason that landing noted: masked, encrypted, damaged, blocked, invalid.
    """
    parts = [_NOTHING]
    for contract in contracts:
        if "order_no" not in contract.fields:
            continue
        for name, field in contract.fields.items():
            if field.identifier is None or field.identifier.subject != "self":
                continue
            noted = f"regexp_extract(coalesce(_flags, ''), '(?:^|;){name}:([a-z]+)', 1)"
            parts.append(
                f"select '{contract.id}', '{contract.platform}', order_no, '{name}',"
                f" '{field.identifier.type}', case when \"{name}\" is not null then 'ok'"
                f" else coalesce(nullif({noted}, ''), 'empty') end"
                f' from raw."{contract.id}" where order_no is not null'
            )
    return f"create or replace view raw.order_identifier as {' union all '.join(parts)}"
