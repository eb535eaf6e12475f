"""`siyu check`, `siyu doctor` and `siyu sql`: look before and after."""

from __future__ import annotations

import os
import shutil
import sys
from typing import Annotated

import typer

from cli.output import JsonFlag, print_json, print_table, say
from siyu.errors import ConfigError
from siyu.settings import load_settings


def check(json: JsonFlag = False) -> None:
    """Check configuration, contracts, segments and destinations; needs no warehouse."""
    from orchestration.preflight import check_config

    counts, faults = check_config(load_settings().config_dir)
    if json:
        print_json({"ok": not faults, "faults": faults, "counts": counts})
    elif not faults:
        say(", ".join(f"{n} {name}" for name, n in counts.items()) + ": all good")
    if faults:
        if not json:
            for line in faults:
                print(f"error: {line}", file=sys.stderr)
        raise typer.Exit(2)


def doctor(json: JsonFlag = False) -> None:
    """What this installation has: versions, folders, disk, key, warehouse."""
    from importlib.metadata import version

    settings = load_settings()
    packages = ("dagster", "dbt-core", "dbt-duckdb", "duckdb", "pandas", "scikit-learn")
    probe = settings.data_dir if settings.data_dir.exists() else settings.data_dir.parent
    report: dict[str, object] = {
        "python": sys.version.split()[0],
        **{name: version(name) for name in packages},
        "data": settings.data_dir,
        "config": settings.config_dir,
        "engine": settings.engine,
        "free_disk_gb": round(shutil.disk_usage(probe).free / 1e9, 1),
        "key": "environment"
        if os.environ.get("SIYU_KEY")
        else ("file" if settings.key_path.exists() else "not made yet"),
        "warehouse": "present" if settings.warehouse_path.exists() else "not built yet",
        "serving": "present" if settings.serving_path.exists() else "not published yet",
    }
    if json:
        print_json(report)
        return
    print_table("Siyu", ("what", "value"), report.items())


def sql(
    query: Annotated[str, typer.Argument(help="One SELECT over the serving file.")],
    json: JsonFlag = False,
    limit: Annotated[int, typer.Option(min=0, max=1_000_000, help="Rows shown at most.")] = 100,
) -> None:
    """Query the public tables: read-only, and no file or network from within a query."""
    import duckdb

    from siyu.serving import open_serving

    settings = load_settings()
    if not settings.serving_path.exists():
        raise ConfigError("there is no serving file yet: run `siyu run` first")
    # A query sees the public tables and nothing else of this machine: no files, no network.
    con = open_serving(settings, enable_external_access="false", lock_configuration="true")
    try:
        if len(con.extract_statements(query)) != 1:
            raise ConfigError("one SELECT is expected")
        cursor = con.execute(query)
        names = [d[0] for d in cursor.description or ()]
        if json and len(set(names)) < len(names):
            raise ConfigError(
                "two columns have one name, and JSON keeps one of them: name them apart"
            )
        rows = cursor.fetchmany(limit)
    except duckdb.Error as fault:
        raise ConfigError(str(fault).split("\n")[0]) from fault
    finally:
        con.close()
    if json:
        print_json([dict(zip(names, row, strict=True)) for row in rows])
        return
    print_table("", names, rows)
