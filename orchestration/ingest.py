"""Landing to raw: one asset per source contract, each with its blocking checks."""

from collections.abc import Iterator
from datetime import date

import dagster as dg

from orchestration.plain_faults import plain_faults
from orchestration.resources import OWNER, POOL, settings_from_env, table_names
from siyu.errors import SiyuError
from siyu.settings import Settings
from siyu.sources.contracts.catalogue import load_contracts
from siyu.sources.database.pull import pull_all
from siyu.sources.land.ingest import ingest
from siyu.sources.raw.expectations import validate_load
from siyu.sources.raw.ledger import read_ledgers
from siyu.sources.raw.proven import begin_proving, note_proven, unproven_loads
from siyu.sources.raw.views import prepare_raw
from siyu.warehouse import connect, count_rows

CONTRACTS = load_contracts(settings_from_env().config_dir)
SHARED_RAW = (
    "identifier_observation",
    "identity_trait",
    "order_identifier",
    "fed_order",
    "fed_wording",
    "identifier_type",
    "channel",
    "attribution_rule",
    "predicted_ltv",
    "published_action",
    "as_of",
)
LEDGER_KEYS = (dg.AssetKey(["ops", "load_ledger"]), dg.AssetKey(["ops", "quarantine"]))


class NightConfig(dg.Config):
    """The business day of the night; empty means the newest business day in the data."""

    as_of: str = ""

    def day(self) -> date | None:
        return date.fromisoformat(self.as_of) if self.as_of else None


class LandingConfig(NightConfig):
    """`databases`: what was said when they were read just before, by source; None to read them now."""

    databases: dict[str, str] | None = None


def raw_key(source: str) -> dg.AssetKey:
    return dg.AssetKey(["raw", source])


def _specs() -> list[dg.AssetSpec]:
    return [
        dg.AssetSpec(
            raw_key(source),
            group_name="ingest",
            owners=[OWNER],
            kinds={"parquet", "database" if c.database else "python"},
            description=f"{c.title.en} ({c.title.zh}) as {'read' if c.database else 'exported'}: {c.grain}.",
            tags={"platform": c.platform},
        )
        for source, c in sorted(CONTRACTS.items())
    ]


def _check_specs() -> list[dg.AssetCheckSpec]:
    databases = [
        dg.AssetCheckSpec(
            "database_read",
            asset=raw_key(source),
            description="The database was reached and read whole; the night plays without it.",
        )
        for source, contract in sorted(CONTRACTS.items())
        if contract.database
    ]
    return databases + [
        spec
        for source in sorted(CONTRACTS)
        for spec in (
            dg.AssetCheckSpec(
                "rows_accounted_for",
                asset=raw_key(source),
                blocking=True,
                description="Rows in = rows landed + rows quarantined, for every file ever landed.",
            ),
            dg.AssetCheckSpec(
                "expectations",
                asset=raw_key(source),
                blocking=True,
                description="Great Expectations suite generated from the contract, on this load.",
            ),
        )
    ]


@dg.multi_asset(name="landing", specs=_specs(), check_specs=_check_specs())
@plain_faults
def landing(context: dg.AssetExecutionContext, config: LandingConfig) -> Iterator[object]:
    """Read the databases of contracts, then land every new file of the landing folder.

    What cannot land is quarantined with its reason. A database that cannot be read is told, and
    stops no other source.
    """
    settings = settings_from_env()
    told = config.databases
    if told is None:
        told = {p.source: p.message for p in pull_all(settings, CONTRACTS)}
    for message in filter(None, told.values()):
        context.log.error(message)
    begin_proving(settings)
    try:
        load = ingest(settings, config.day())
    except SiyuError as fault:
        raise dg.Failure(str(fault), allow_retries=False) from fault
    for message in load.messages:
        context.log.warning(message)
    ledger = read_ledgers(settings)
    for source, contract in sorted(CONTRACTS.items()):
        files = [f for one in ledger for f in one.files if f.source == source]
        landed = sum(f.rows_landed for f in files)
        refused = sum(f.rows_quarantined for f in files)
        yield dg.MaterializeResult(
            asset_key=raw_key(source),
            metadata={
                "dagster/row_count": landed,
                "files": len(files),
                "rows_quarantined": refused,
                "newest_day": str(
                    max((f.data_to_on for f in files if f.data_to_on), default="none")
                ),
            },
        )
        rows_in = sum(f.rows_in for f in files)
        yield dg.AssetCheckResult(
            asset_key=raw_key(source),
            check_name="rows_accounted_for",
            passed=rows_in == landed + refused,
            metadata={"rows_in": rows_in, "landed": landed, "quarantined": refused},
        )
        if contract.database:
            message = told.get(source, "")
            yield dg.AssetCheckResult(
                asset_key=raw_key(source),
                check_name="database_read",
                passed=not message,
                severity=dg.AssetCheckSeverity.WARN,
                metadata={"message": message or "read whole"},
            )
        yield _expectations(settings, contract.id, unproven_loads(settings, ledger, source))


def _expectations(settings: Settings, source: str, loads: list[int]) -> dg.AssetCheckResult:
    """The suite on the rows of every load that no run has found good yet; a source without such
    rows has nothing to disprove and says so.
    """
    if not loads:
        return dg.AssetCheckResult(
            asset_key=raw_key(source),
            check_name="expectations",
            passed=True,
            metadata={"note": "no new rows in this load"},
        )
    results = [validate_load(settings, CONTRACTS, source, load_seq) for load_seq in loads]
    failed = sorted({e.name for result in results for e in result.expectations if not e.ok})
    if not failed:
        note_proven(settings, source, loads[-1])
    return dg.AssetCheckResult(
        asset_key=raw_key(source),
        check_name="expectations",
        passed=not failed,
        metadata={
            "expectations": len(results[0].expectations),
            "failed": ", ".join(failed) or "none",
        },
    )


@dg.multi_asset(
    name="raw_views",
    specs=[
        *(
            dg.AssetSpec(
                raw_key(name),
                deps=[raw_key(source) for source in sorted(CONTRACTS)],
                group_name="ingest",
                owners=[OWNER],
                kinds={"duckdb"},
                description=f"raw.{name}, made from the contracts and the ledger.",
            )
            for name in SHARED_RAW
        ),
        *(
            dg.AssetSpec(
                key,
                deps=[raw_key(source) for source in sorted(CONTRACTS)],
                group_name="ingest",
                owners=[OWNER],
                kinds={"duckdb"},
                description="What was read, landed and refused, from the ledger files.",
            )
            for key in LEDGER_KEYS
        ),
    ],
    pool=POOL,
)
@plain_faults
def raw_views(context: dg.AssetExecutionContext, config: NightConfig) -> Iterator[object]:
    """Point the warehouse at the raw files known on this night."""
    settings = settings_from_env()
    with connect(settings) as con:
        prepare_raw(con, settings, CONTRACTS, config.day())
        rows = count_rows(con, table_names(context.selected_asset_keys))
    for key in sorted(context.selected_asset_keys, key=str):
        count = rows.get((key.path[0], key.path[1]))
        yield dg.MaterializeResult(
            asset_key=key, metadata={} if count is None else {"dagster/row_count": count}
        )
