"""Cells as platforms write them, brought to one canonical text by SQL made from the contract."""

from __future__ import annotations

from siyu.sources.contracts.contract import Contract
from siyu.sources.contracts.field import ContractField

EDGE = " \t\r\n\u00a0\u3000\ufeff\u200b"
QUOTES = "'`"
DRESSED = r"^[=\s\x{00a0}\x{3000}\x{feff}\x{200b}'`]|[\s\x{00a0}\x{3000}\x{feff}\x{200b}]$"
_WIDE = ("０１２３４５６７８９．，－＋％：／", "0123456789.,-+%:/")
# CNY, 人民币, 人民币(CNY), ¥; 156 is the number that ISO 4217 gives it.
YUAN = "(?i:人民币|元|CNY|RMB|[¥￥()（）/_ -])+|156"
PLAIN_NUMBER = r"-?(0|[1-9][0-9]*)(\.[0-9]+)?"
_AMOUNT = r"[+-]?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]+)?"
WHOLE_MOMENT = "[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}"
_DAY_AND_TIME = "[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}( +[0-9]{1,2}(:[0-9]{1,2}){0,2})?"


def sql_text(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def strip_sql(column: str) -> str:
    """The cell without edge spaces, apostrophe, backtick and the `="…"` that guards an id."""
    edge = sql_text(EDGE)
    bare = f"ltrim(trim({column}, {edge}), {sql_text(EDGE + QUOTES)})"
    # Most cells need nothing: one look at both ends is cheaper than trimming them all.
    return (
        f"case when not regexp_matches({column}, {sql_text(DRESSED)}) then {column}"
        f" when starts_with({bare}, '=\"')"
        f" then trim(substr({bare}, 3), {sql_text(EDGE + chr(34))})"
        f" when regexp_full_match({bare}, '=[0-9]+') then substr({bare}, 2) else {bare} end"
    )


def null_words(contract: Contract, field: ContractField) -> list[str]:
    """What stands in a cell that means nothing."""
    return sorted({"", *contract.null_tokens, *field.null_tokens})


def null_sql(text: str, contract: Contract, field: ContractField) -> str:
    """Null for the words that mean nothing. `text` is written thrice: give it a column."""
    tokens = null_words(contract, field)
    longest = max(len(t.encode()) for t in tokens)
    listed = ", ".join(map(sql_text, tokens))
    # The words are short, so the length of a cell rules most of them out.
    return (
        f"case when strlen({text}) <= {longest} and {text} in ({listed}) then null else {text} end"
    )


def typed_sql(text: str, field: ContractField) -> str:
    """The canonical text of a cleaned cell, null when it cannot be read as the field's type."""
    return {
        "text": lambda t: t,
        "decimal": _decimal,
        "integer": _integer,
        "percent": _percent,
        "flag": _flag,
        "timestamp": _utc,
        "epoch_seconds": _utc,
        "date": lambda t: f"strftime({_local(t)}, '%Y-%m-%d')",
        "month_day": _month_day,
        "yuan": lambda t: f"case when regexp_full_match({t}, '{YUAN}') then {t} end",
    }[field.type](text)


def _decimal(t: str) -> str:
    return f"case when regexp_full_match({t}, '{PLAIN_NUMBER}') then {t} else {_odd_number(t)} end"


def _odd_number(t: str) -> str:
    # A refund noted behind the amount belongs to the refund's own row.
    bare = f"regexp_replace({_narrow(t)}, '[(（].*[)）]$', '')"
    bare = f"regexp_replace({bare}, '[\\s¥￥元]|CNY|RMB', '', 'g')"
    unit = "case when ends_with(b, '万') then 10000 when ends_with(b, '%') then 0.01 else 1 end"
    digits = "regexp_replace(b, '[万%]$', '')"
    exact = f"ltrim(replace({digits}, ',', ''), '+')"
    scaled = f"try_cast({exact} as decimal(30,10)) * ({unit})::decimal(8,2)"
    number = (
        f"case when regexp_full_match(b, '{_AMOUNT}') then"
        f" regexp_replace({exact}, '^(-?)0+([0-9])', '\\1\\2')"
        f" when regexp_full_match({digits}, '{_AMOUNT}') then {_short(scaled)}"
        " when regexp_full_match(b, '-?[0-9](\\.[0-9]+)?[eE][+-]?[0-9]+')"
        f" then {_short('try_cast(b as decimal(38,12))')} end"
    )
    return _named(bare, "b", number)


def _short(number: str) -> str:
    return f"regexp_replace(rtrim(({number})::varchar, '0'), '\\.$', '')"


def _integer(t: str) -> str:
    number = _decimal(t)
    return (
        f"case when regexp_full_match({number}, '-?[0-9]+(\\.0*)?')"
        f" then regexp_replace({number}, '\\.0*$', '') end"
    )


def _percent(t: str) -> str:
    return _decimal(t)


def _flag(t: str) -> str:
    return (
        f"case when lower({t}) in ('是','true','1','１','y','yes','有','已关注','会员') then 'true'"
        f" when lower({t}) in ('否','false','0','０','n','no','没有','未关注','非会员')"
        " then 'false' end"
    )


def _local(t: str) -> str:
    """A timestamp in Shanghai time from any of the spellings seen in exports."""
    moment = (
        f"case when regexp_full_match({t}, '{WHOLE_MOMENT}') then try_cast({t} as timestamp)"
        f" when regexp_full_match({t}, '[0-9]{{10}}')"
        f" then make_timestamp(try_cast({t} as bigint) * 1000000) + interval 8 hour"
        f" when regexp_full_match({t}, '[0-9]{{13}}')"
        f" then make_timestamp(try_cast({t} as bigint) * 1000) + interval 8 hour"
        f" when regexp_full_match({t}, '[2-7][0-9]{{4}}(\\.[0-9]+)?') then timestamp '1899-12-30'"
        f" + to_seconds(round(try_cast({t} as double) * 86400)::bigint)"
        f" when regexp_matches({t}, '[T ][0-9:.]+(Z|[+-][0-9]{{2}}:?[0-9]{{2}})$')"
        f" then make_timestamp(epoch_us(try_cast({t} as timestamptz))) + interval 8 hour"
        f" else {_written_out(t)} end"
    )
    return _named(moment, "m", "case when year(m) between 1900 and 2100 then m end")


def _written_out(t: str) -> str:
    """A timestamp from a day, with a time or a part of one, whatever stands between the numbers."""
    # Not by `strptime`: DuckDB 1.5 reads the byte behind a text that is shorter than the format, and
    # where a page of memory ends there, the process ends too.
    day = f"case when strlen({t}) = length({t}) then {t} else {_narrow(t)} end"
    # A point stands between the parts of a day, or before a fraction of a second.
    day = f"regexp_replace({day}, '(:[0-9]{{2}})\\.[0-9]+$', '\\1')"
    day = f"regexp_replace({day}, '[年月/.](\\d)', '-\\1', 'g')"
    day = f"regexp_replace({day}, '日\\s*|T', ' ')"
    day = f"trim(regexp_replace({day}, '[时点分](\\d)', ':\\1', 'g'), ' 时点分秒')"
    digits = "'(....)(..)(..)(..)(..)(..)', '\\1-\\2-\\3 \\4:\\5:\\6'"
    moment = (
        f"case when regexp_full_match(d, '{_DAY_AND_TIME}') then d || case"
        " when d like '% %:%:%' then '' when d like '% %:%' then ':0'"
        " when d like '% %' then ':0:0' else ' 0:0:0' end"
        " when regexp_full_match(d, '[0-9]{8}([0-9]{6})?')"
        f" then regexp_replace(rpad(d, 14, '0'), {digits}) end"
    )
    return _named(day, "d", f"try_cast({moment} as timestamp)")


def _utc(t: str) -> str:
    # Nearly every cell is written as 2026-08-01 10:20:30: a cast there and back is all it needs.
    written = f"(try_cast({t} as timestamp) - interval 8 hour)::varchar"
    return (
        f"case when strlen({t}) = 19 and substr({t}, 5, 1) = '-' and substr({t}, 17, 1) = ':'"
        f" and {t} >= '1900' and {t} < '2101' then {written}"
        f" else strftime({_local(t)} - interval 8 hour, '%Y-%m-%d %H:%M:%S') end"
    )


def _month_day(t: str) -> str:
    pattern = "([0-9]{1,2})[-/月.]([0-9]{1,2})$"
    part = f"regexp_extract(replace({t}, '日', ''), '{pattern}', ['m', 'd'])"
    leap = _named(part, "p", "try_cast('2000-' || p.m || '-' || p.d as date)")
    return f"strftime({leap}, '%m-%d')"


def _narrow(t: str) -> str:
    return f"translate({t}, '{_WIDE[0]}', '{_WIDE[1]}')"


def _named(value: str, name: str, use: str) -> str:
    """`use` with a value that it calls by name: worked out once a row, however often it is named."""
    return f"list_transform([{value}], lambda {name}: {use})[1]"
