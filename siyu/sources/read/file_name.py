"""Names of files as text: on Linux a name is bytes, and Chinese Windows writes GBK."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from siyu.errors import ConfigError

_CODES = ("utf-8", "gb18030")


def readable_name(path: Path | str) -> str:
    """The name as text that can be printed and kept; bytes that are no text stay escaped."""
    raw = os.fsencode(path)
    for code in _CODES:
        try:
            return raw.decode(code)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "backslashreplace")


def file_below(folder: Path, name: str) -> Path:
    """Where the file of a readable name lies; where it would lie when there is none."""
    plain = folder / name
    try:
        in_gbk = folder / os.fsdecode(name.encode("gb18030"))
    except UnicodeEncodeError:
        return plain
    return in_gbk if in_gbk.exists() and not plain.exists() else plain


@contextmanager
def plainly_named(path: Path) -> Iterator[Path]:
    """The file under a name that every reader takes: a link for a while when its own is not UTF-8."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        with TemporaryDirectory() as folder:
            link = Path(folder) / readable_name(path.name)
            link.symlink_to(path.absolute())
            yield link
    else:
        yield path


def why_unreadable(path: Path) -> str | None:
    """Why not even the first byte of a file can be read, in a few words; None when it can."""
    try:
        with path.open("rb") as file:
            file.read(1)
    except OSError as fault:
        return f"cannot be read ({type(fault).__name__}): see that Siyu may read it"
    return None


def given_file(path: Path) -> Path:
    """A file that a person named, seen to be there and readable. Raises ConfigError."""
    try:
        there = path.is_file()
    except OSError:
        there = True
    if not there:
        is_folder = path.is_dir()
        raise ConfigError(f"{path}: {'a folder; name one file' if is_folder else 'no such file'}")
    why = why_unreadable(path)
    if why:
        raise ConfigError(f"{path}: {why}")
    return path
