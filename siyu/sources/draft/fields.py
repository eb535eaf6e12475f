"""The landed fields of a draft: what each column of an unknown file is called, holds and hides."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from siyu.sources.contracts.field import ContractField, Identifier
from siyu.sources.draft.columns import ColumnFacts, guess_privacy, guess_type
from siyu.sources.draft.header_words import field_name

# The account types that only their own platform gives; elsewhere the same word means another account.
_ANYWHERE = ("phone", "email", "unionid", "member_no")


@dataclass(frozen=True)
class DraftField:
    """A landed field to be; `note` says why a person may want to look."""

    name: str
    header: str
    type: str
    unit: str | None = None
    required: bool = False
    identifier: Identifier | None = None
    personal: str | None = None
    note: str = ""


def draft_fields(
    facts: Sequence[ColumnFacts],
    known: Mapping[str, tuple[str, ContractField]],
    platform: str | None,
    id_types: Sequence[str],
) -> list[DraftField]:
    """A field for every column that holds something; names and accounts as other contracts have them."""
    fields: list[DraftField] = []
    taken: set[str] = set()
    for column in facts:
        if re.search(r"#\d+$", column.header):
            continue
        learned = known.get(column.header)
        kind, unit = guess_type(column)
        name = field_name(column.header, column.position, taken)
        identifier, personal, note = guess_privacy(column, id_types)
        if learned and learned[0] not in taken:
            name = learned[0]
            lent = learned[1].identifier
            if lent and lent.type in _ANYWHERE and not lent.scope_from:
                identifier, personal = lent.model_copy(update={"subject": "self"}), None
            elif learned[1].personal:
                identifier, personal, note = None, learned[1].personal, note
        if identifier or personal:
            kind, unit = "text", None
        if column.filled == 0 and not learned and not identifier and not personal:
            continue
        if kind == "timestamp" and name.endswith("_on"):
            name = name.removesuffix("_on") + "_at"
        if unit and not name.endswith("_cny") and f"{name}_cny" not in taken:
            name += "_cny"
        taken.add(name)
        fields.append(
            DraftField(name, column.header, kind, unit, False, identifier, personal, note)
        )
    return fields
