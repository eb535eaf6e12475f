"""What can go wrong, and the exit code that tells a script which kind it was."""

from __future__ import annotations


class SiyuError(Exception):
    """A fault a person can act on. The message says what, where, what is allowed and what to do."""

    exit_code = 1


class PermanentFailure(SiyuError):
    """A rerun cannot help: data or a check is wrong. Stops retries."""

    exit_code = 1


class TransientFailure(SiyuError):
    """A rerun may help: something was busy or away."""

    exit_code = 1


class ConfigError(PermanentFailure):
    """A file a person wrote, or the way a command was called, is wrong."""

    exit_code = 2


class WarehouseLocked(TransientFailure):
    """Another process is writing the warehouse."""

    exit_code = 3
