"""A brand in a folder of its own, driven through the real command line."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parent.parent
SIYU = Path(sys.executable).parent / "siyu"


@dataclass(frozen=True)
class Answer:
    """What a command said and how it ended."""

    code: int
    out: str
    err: str

    def json(self) -> dict:
        return json.loads(self.out)


@dataclass(frozen=True)
class Brand:
    """Data and configuration of one brand under test."""

    data: Path
    config: Path = ROOT / "config"

    @property
    def env(self) -> dict[str, str]:
        return {
            **os.environ,
            "SIYU_DATA": str(self.data),
            "SIYU_CONFIG": str(self.config),
            "SIYU_DAGSTER_STORAGE": str(self.data / "dagster"),
            "DAGSTER_HOME": str(ROOT),
            "COLUMNS": "200",
        }

    def siyu(self, *words: str) -> Answer:
        done = subprocess.run(
            [str(SIYU), *words], env=self.env, capture_output=True, text=True, cwd=ROOT, check=False
        )
        return Answer(done.returncode, done.stdout, done.stderr)

    def start(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [str(SIYU), *words],
            env=self.env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=ROOT,
            start_new_session=True,
        )

    def rows(self, query: str) -> list[tuple]:
        con = duckdb.connect(str(self.data / "serving" / "siyu.duckdb"), read_only=True)
        try:
            return con.execute(query).fetchall()
        finally:
            con.close()

    def copy_to(self, folder: Path) -> Brand:
        """The same brand elsewhere: what is done there leaves this one alone."""
        shutil.copytree(self.data, folder / "data")
        return Brand(folder / "data", self.config)

    def with_own_config(self, folder: Path) -> Brand:
        shutil.copytree(self.config, folder / "config")
        return Brand(self.data, folder / "config")

    def published(self) -> dict[str, str]:
        """Every published file with the hash of its bytes."""
        base = self.data / "published"
        return {
            path.relative_to(base).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(base.rglob("*"))
            if path.is_file()
        }

    def tables(self) -> dict[str, str]:
        """Every public table with a hash of its rows, whatever their order."""
        con = duckdb.connect(str(self.data / "serving" / "siyu.duckdb"), read_only=True)
        try:
            names = con.execute(
                "select schema_name, table_name from duckdb_tables() order by all"
            ).fetchall()
            return {
                f"{schema}.{table}": str(
                    con.execute(
                        f'select count(*), bit_xor(hash(t::varchar)) from "{schema}"."{table}" as t'
                    ).fetchall()[0]
                )
                for schema, table in names
            }
        finally:
            con.close()
