"""Orders of contracts that feed core.fct_order by themselves, without a model of their own."""

from __future__ import annotations

from collections.abc import Iterable

from siyu.sources.block.clean import sql_text
from siyu.sources.contracts.contract import Contract
from siyu.sources.contracts.feeds import ORDER_COLUMNS, OrderFeed

_NOTHING = (
    "select null::varchar as source, null::varchar as platform, null::varchar as order_no,"
    " null::varchar as status_text, null::varchar as status, false as is_per_row,"
    " null::varchar as buyer_id_type, null::varchar as buyer_scope,"
    " null::varchar as buyer_value_key, null::integer as buyer_place, null::varchar as store_id,"
    " null::timestamp as exported_at, null::integer as load_seq, null::integer as paid_load_seq, "
    + ", ".join(f"null::{kind} as {name}" for name, kind in ORDER_COLUMNS.items())
    + " where false"
)


def fed_order_view(contracts: Iterable[Contract]) -> str:
    """SQL of view raw.fed_order: the newest state of every row of the contracts that feed orders.

    `status` is in our vocabulary, null where the contract does not know the wording; `is_per_row`
    says that amounts stand for their row; `buyer_place` is the buyer's identifier's place among
    those of the contract; `paid_load_seq` is the first load that shows it paid.
    """
    parts = [_NOTHING]
    parts += [_rows(c, c.feeds.order) for c in contracts if c.feeds is not None]
    return f"create or replace view raw.fed_order as {' union all '.join(parts)}"


def fed_wording_view(contracts: Iterable[Contract]) -> str:
    """SQL of view raw.fed_wording: every wording of a state that ever landed for an order so fed.

    One row per source and wording; `status` as in raw.fed_order.
    """
    parts = [
        "select null::varchar as source, null::varchar as wording, null::varchar as status,"
        " null::bigint as landed where false"
    ]
    parts += [
        f"select '{c.id}', status, {_status(c.feeds.order, 'status')}, count(*) from raw.\"{c.id}\""
        " where status is not null group by status"
        for c in contracts
        if c.feeds is not None
    ]
    return f"create or replace view raw.fed_wording as {' union all '.join(parts)}"


def _rows(contract: Contract, feed: OrderFeed) -> str:
    status = _status(feed, "status")
    paid = f"{status} in ('paid', 'shipped', 'completed')"
    if "paid_at" in contract.fields:
        paid += " or paid_at is not null"
    columns = [
        f'newest."{name}"::{kind}' if name in contract.fields else f"null::{kind}"
        for name, kind in ORDER_COLUMNS.items()
    ]
    return (
        f"select '{contract.id}', '{contract.platform}', newest.order_no, newest.status,"
        f" {_status(feed, 'newest.status')},"
        f" {str(feed.amounts == 'per_row').lower()}, {_buyer(contract)}, newest._store_id,"
        " newest.exported_at, newest.load_seq, paid.load_seq,"
        f' {", ".join(columns)} from typed."{contract.id}" as newest left join'
        f' (select order_no, min(_load_seq) as load_seq from raw."{contract.id}"'
        f" where {paid} group by order_no) as paid on newest.order_no = paid.order_no"
        " where newest.order_no is not null"
    )


def _status(feed: OrderFeed, column: str) -> str:
    whens = " ".join(
        f"when {sql_text(word)} then '{state}'" for word, state in feed.states().items()
    )
    return f"case replace({column}, ' ', '') {whens} end" if whens else "null::varchar"


def _buyer(contract: Contract) -> str:
    """Type, scope, token and place of the first identifier that names the buyer well enough to link."""
    found = [
        (f'newest."{name}"', f.identifier)
        for name, f in contract.fields.items()
        if f.identifier and f.identifier.subject == "self" and f.identifier.trust != "low"
    ]
    if not found:
        return "null::varchar, null::varchar, null::varchar, null::integer"
    types = " ".join(f"when {cell} is not null then '{rule.type}'" for cell, rule in found)
    scopes = " ".join(
        f"when {cell} is not null then "
        + (
            f"coalesce(newest.\"{rule.scope_from}\", '')"
            if rule.scope_from
            else sql_text(rule.scope)
        )
        for cell, rule in found
    )
    places = " ".join(f"when {cell} is not null then {n}" for n, (cell, _) in enumerate(found))
    cells = ", ".join(cell for cell, _ in found)
    return f"case {types} end, case {scopes} end, coalesce({cells}), case {places} end"
