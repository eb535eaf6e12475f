"""What a database refuses, in one line of our own: a driver's words may hold a value or a password."""

from __future__ import annotations

from siyu.errors import ConfigError, SiyuError, TransientFailure

# PostgreSQL by SQLSTATE, MySQL and MariaDB by error number.
_TABLE = {"42P01", "3F000", 1146, 1049}
_COLUMN = {"42703", 1054}
_RIGHTS = {"42501", 1142, 1143, 1044, 1370}
_WRITES = {"25006", 1792}
_SLOW = {"57014", "55P03", 1969, 3024, 1205, 1317}
_LOGIN = {"28P01", "28000", 1045, 1698}
_DATABASE = {"3D000", 1049}
_GRAMMAR = {"42601", "42804", "42883", 1064}
_AWAY = {2002, 2003, 2005, 2006, 2013, 1040, 1053, "57P01", "57P03", "53300"}


def fault_of(error: Exception, connection: str, what: str, seconds: int) -> SiyuError:
    """The fault that an error of SQLAlchemy or of a driver stands for.

    `what` names the table or query. None of the driver's own words come through.
    """
    cause = getattr(error, "orig", None) or error
    code = _code(cause)
    words = str(cause).lower()
    if code in _LOGIN or "password" in words or "authentication failed" in words:
        return ConfigError(
            f"connection {connection}: the server refused user or password; correct its address"
        )
    if code in _DATABASE or ("database" in words and "does not exist" in words):
        return ConfigError(
            f"connection {connection}: the server has no such database; correct its address"
        )
    if code in _TABLE:
        return ConfigError(f"{what}: no such table in the database; correct database.table")
    if code in _COLUMN:
        return ConfigError(f"{what}: names a column that is not there; correct the contract")
    if code in _RIGHTS:
        return ConfigError(f"{what}: the user may not read it; grant select on it")
    if code in _WRITES:
        return ConfigError(f"{what}: tries to write; only reading is allowed")
    if code in _SLOW:
        return TransientFailure(
            f"{what}: took longer than {seconds} s; index the watermark column or raise"
            " database.timeout_seconds"
        )
    if code in _GRAMMAR:
        return ConfigError(f"{what}: the database cannot read the statement; correct the contract")
    name = type(cause).__name__
    if code in _AWAY or name in ("OperationalError", "InterfaceError", "ConnectionTimeout"):
        return TransientFailure(
            f"connection {connection}: the server cannot be reached, or went away; what it has is"
            " read by the next run"
        )
    shown = f"{name} {code}" if code else name
    return ConfigError(f"{what}: the database answered {shown}; try the statement there")


def _code(cause: object) -> object:
    told = getattr(cause, "args", ())
    # Both drivers tell a state; only MySQL's numbers say what it means.
    return told[0] if told and isinstance(told[0], int) else getattr(cause, "sqlstate", None)
