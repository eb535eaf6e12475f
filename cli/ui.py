"""`siyu ui`: Dagster's pages, on this machine only."""

from __future__ import annotations

import os
import socket
import sys
from typing import Annotated

import typer

from cli.output import say
from siyu.errors import ConfigError
from siyu.settings import PROJECT_DIR, load_settings


def ui(
    port: Annotated[
        int, typer.Option("--port", min=1, max=65535, help="Port on 127.0.0.1.")
    ] = 3000,
) -> None:
    """Open Dagster's pages: the graph with what the last nights made, the runs, the schedules.

    Ends with Ctrl-C.
    """
    settings = load_settings()
    _require_free(port)
    storage = os.environ.get("SIYU_DAGSTER_STORAGE", str(settings.data_dir / "dagster"))
    os.makedirs(storage, exist_ok=True)
    env = {
        **os.environ,
        "DAGSTER_HOME": os.environ.get("DAGSTER_HOME", str(PROJECT_DIR)),
        "SIYU_DATA": str(settings.data_dir),
        "SIYU_CONFIG": str(settings.config_dir),
        "SIYU_DAGSTER_STORAGE": storage,
    }
    os.environ.update(env)
    # Imported here: Dagster costs seconds, and `siyu --help` needs none of it.
    from orchestration.pages import tell_pages

    say("telling the pages what the last nights made …")
    tell_pages(settings)
    words = ["-m", "dagster", "dev", "-h", "127.0.0.1", "-p", str(port)]
    # Dagster takes this process over, so that Ctrl-C and signals reach it and nothing is left behind.
    os.chdir(PROJECT_DIR)
    os.execve(sys.executable, [sys.executable, *words, "-m", "orchestration.definitions"], env)


def _require_free(port: int) -> None:
    """Raises ConfigError at once; Dagster would load everything first, and then say so in a trace."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as fault:
            raise ConfigError(
                f"port {port}: {fault.strerror}; siyu ui may be open already, or choose another"
                " with --port"
            ) from fault
