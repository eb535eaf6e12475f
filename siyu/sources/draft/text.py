"""A draft as the YAML a person reads, corrects and keeps."""

from __future__ import annotations

import re

from siyu.sources.draft.columns import TODO
from siyu.sources.draft.contract import Draft
from siyu.sources.draft.fields import DraftField

_PLAIN = re.compile(r"[A-Za-z\u4e00-\u9fff][A-Za-z0-9_\u4e00-\u9fff（）()/.+\-]*")
_WORDS = {"true", "false", "yes", "no", "on", "off", "null", "y", "n"}


def draft_text(draft: Draft) -> str:
    """The contract as YAML; whatever a person must decide reads TODO and says what is allowed."""
    platforms = ", ".join(draft.platforms)
    lines = [
        f"# Drafted from a file of {draft.row_count} rows. Replace every {TODO}; then siyu check.",
        f"id: {draft.id}",
        f"title: {{en: {_scalar(draft.id.replace('_', ' ').capitalize())}, zh: {_scalar(draft.title)}}}",
        _asked(
            f"platform: {draft.platform}",
            f"one of {platforms}; or a new one in vocabulary.yml",
        ),
        f"grain: {draft.grain}",
        "recognise:",
        f"  formats: [{', '.join(draft.formats)}]",
        f"  required: {_list(draft.required)}",
    ]
    if draft.footer:
        lines.append(f"  footer_starts_with: {_scalar(draft.footer)}")
    ids = [f.name for f in draft.fields if not f.personal]
    key = f"key: {_list(draft.key)}"
    if draft.key == (TODO,):
        key += f"  # no few columns name every row apart; fields: {', '.join(ids)}"
    elif not draft.key_is_proven:
        key += f"  # names the {draft.row_count} rows of this file apart; few rows prove little"
    lines.append(key)
    lines.append(
        _asked(f"seen_at: {draft.seen_at}", f"one of {', '.join(draft.time_fields) or 'no time!'}")
    )
    if draft.exported_at:
        pattern, form = draft.exported_at
        lines.append(f"exported_at: {{pattern: '{pattern}', format: {_scalar(form)}}}")
    if draft.version_by:
        ranks = ", ".join(f"{_scalar(w)}: {r}" for w, r in draft.status_rank.items())
        lines.append(f"version_by: {draft.version_by}")
        line = f"status_rank: {{{ranks}}}"
        if TODO in draft.status_rank.values():
            line += "  # a number each: a later state of the same thing has the higher one"
        lines.append(line)
    lines.append("fields:")
    lines += [_field(f, draft) for f in draft.fields]
    if draft.ignored:
        lines.append("# Empty in the whole file, or a second column of the same name.")
        lines.append(
            f"ignored: {_list(tuple(dict.fromkeys(h.split('#')[0] for h in draft.ignored)))}"
        )
    return "\n".join(lines) + "\n"


def todo_lines(text: str) -> list[str]:
    """The lines that wait for a person."""
    return [line for line in text.splitlines()[1:] if re.search(rf"\b{TODO}\b", line)]


def _field(f: DraftField, draft: Draft) -> str:
    parts = [f"columns: {_list((f.header,))}"]
    parts += [f"type: {f.type}"] if f.type != "text" else []
    parts += [f"unit: {f.unit}"] if f.unit else []
    parts += ["required: true"] if f.required else []
    note = f.note
    if f.identifier:
        inner = [f"type: {f.identifier.type}"]
        if f.identifier.trust != "high":
            inner.append(f"trust: {f.identifier.trust}")
        parts.append(f"identifier: {{{', '.join(inner)}}}")
        if f.identifier.type == TODO:
            note = f"one of {', '.join(draft.id_types)}; a new type comes into identity.yml first"
    if f.personal:
        parts.append(f"personal: {f.personal}")
    return f"  {f.name}: {{{', '.join(parts)}}}" + (f"  # {note}" if note else "")


def _asked(line: str, choices: str) -> str:
    return f"{line}  # {choices}" if line.endswith(TODO) else line


def _list(values: tuple[str, ...]) -> str:
    return f"[{', '.join(map(_scalar, values))}]"


def _scalar(value: str) -> str:
    if _PLAIN.fullmatch(value) and value.lower() not in _WORDS:
        return value
    return "'" + value.replace("'", "''") + "'"
