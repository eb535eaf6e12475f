"""Archives taken apart into files of their own; a bomb is refused before it is unpacked."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from siyu.settings import Settings
from siyu.sources.read.table import Unreadable

PASSWORDS = "SIYU_ARCHIVE_PASSWORDS"
MOST_MEMBERS = 1_000
MOST_BYTES = 16 << 30
# Orders compress ten- to fiftyfold; small files may repeat themselves more.
MOST_RATIO = 200
_SMALL = 16 << 20
MOST_NESTING = 2
_CHUNK = 1 << 20
_LITTER = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")


@dataclass(frozen=True)
class Member:
    """A file out of an archive. `name` is for words only: it never becomes a path."""

    name: str
    path: Path
    sha256: str
    bytes: int


@dataclass
class _Unpacked:
    """What has come out of an archive so far, out of the archives in it too; `size` is its own."""

    size: int
    files: int = 0
    bytes: int = 0

    def add(self, infos: Sequence[zipfile.ZipInfo]) -> None:
        """Count these before any is written. Raises Unreadable for more than is read of an archive."""
        self.files += len(infos)
        self.bytes += sum(i.file_size for i in infos)
        if self.files > MOST_MEMBERS:
            raise Unreadable(f"archive of {self.files:,} files; at most {MOST_MEMBERS:,} are read")
        if self.bytes > MOST_BYTES:
            raise Unreadable(
                f"archive of {self.bytes >> 30} GB unpacked; at most {MOST_BYTES >> 30} are read"
            )
        if self.bytes > _SMALL and self.bytes > MOST_RATIO * max(self.size, 1):
            raise Unreadable(
                f"archive that unpacks to {self.bytes // max(self.size, 1):,} times its size; at"
                f" most {MOST_RATIO} are read: unpack it and drop the files instead"
            )


def is_archive(path: Path) -> bool:
    """A zip that is not a workbook, or one too broken to tell."""
    with path.open("rb") as file:
        if file.read(2) != b"PK":
            return False
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False
    return "xl/workbook.xml" not in names and "[Content_Types].xml" not in names


def archive_passwords(settings: Settings) -> tuple[str, ...]:
    """Passwords to try, one a line: from the environment, or from a file only its owner reads."""
    text = os.environ.get(PASSWORDS, "")
    path = settings.data_dir / "keys" / "archive_passwords"
    if not text and path.is_file():
        text = path.read_text(encoding="utf-8")
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def unpack(path: Path, folder: Path, passwords: Sequence[str] = ()) -> list[Member]:
    """Every data file of an archive, in order of name, written to numbered files in `folder`.

    Raises Unreadable for a bomb, a broken archive, and one that no password opens.
    """
    return _unpack(path, folder, passwords, 1, _Unpacked(path.stat().st_size))


def _unpack(
    path: Path, folder: Path, passwords: Sequence[str], nesting: int, unpacked: _Unpacked
) -> list[Member]:
    # A reader of AES archives; the standard library opens only the older, weaker kind.
    import pyzipper

    folder.mkdir(parents=True, exist_ok=True)
    try:
        with pyzipper.AESZipFile(path) as archive:
            wanted = _data_files(archive.infolist())
            unpacked.add(wanted)
            members: list[Member] = []
            for info in wanted:
                target = folder / f"{len(list(folder.iterdir())):05d}.member"
                _extract(archive, info, target, passwords)
                name = _shown_name(info)
                if is_archive(target):
                    if nesting >= MOST_NESTING:
                        raise Unreadable(
                            f"archives nested deeper than {MOST_NESTING}; unpack it and drop the"
                            " files instead"
                        )
                    inside = folder / f"in{len(members)}"
                    inner = _unpack(target, inside, passwords, nesting + 1, unpacked)
                    members += [
                        Member(f"{name}/{m.name}", m.path, m.sha256, m.bytes) for m in inner
                    ]
                    continue
                with target.open("rb") as file:
                    sha256 = hashlib.file_digest(file, "sha256").hexdigest()
                members.append(Member(name, target, sha256, target.stat().st_size))
    except Unreadable:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    except (
        pyzipper.BadZipFile, zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError,
        NotImplementedError, RuntimeError, IndexError, KeyError, OverflowError, MemoryError,
    ) as error:  # fmt: skip
        shutil.rmtree(folder, ignore_errors=True)
        raise Unreadable(
            f"truncated or broken archive ({type(error).__name__}); download it again"
        ) from None
    return sorted(members, key=lambda m: m.name)


def _data_files(infos: Sequence[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    files = [
        i
        for i in infos
        if not i.is_dir()
        and i.file_size
        and not any(part in _LITTER for part in PurePosixPath(i.filename).parts)
    ]
    return sorted(files, key=_shown_name)


def _extract(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, passwords: Sequence[str]
) -> None:
    """Write one member; it may not grow past what the archive says of it."""
    keys: list[bytes | None] = [None]
    if info.flag_bits & 1:
        keys = [*(p.encode() for p in passwords)]
        keys += [p.encode("gb18030") for p in passwords if not p.isascii()]
    for key in keys:
        try:
            with archive.open(info, pwd=key) as source, target.open("wb") as file:
                written = 0
                while chunk := source.read(_CHUNK):
                    written += len(chunk)
                    if written > info.file_size:
                        raise Unreadable("archive whose files are larger than it says; not read")
                    file.write(chunk)
            return
        except (RuntimeError, zipfile.BadZipFile, zlib.error) as error:
            if key is None:
                raise
            last = error
    target.unlink(missing_ok=True)
    if not passwords:
        raise Unreadable(
            f"archive with a password; set {PASSWORDS} or write it, one a line, to"
            " keys/archive_passwords in the data folder"
        )
    raise Unreadable(
        f"archive that none of {len(passwords)} configured passwords opens"
        f" ({type(last).__name__}); correct {PASSWORDS} or keys/archive_passwords"
    )


def _shown_name(info: zipfile.ZipInfo) -> str:
    """The last part of a member's name; Windows in China writes names in GBK."""
    name = info.filename
    if not info.flag_bits & 0x800:
        with contextlib.suppress(UnicodeEncodeError, UnicodeDecodeError):
            name = name.encode("cp437").decode("gb18030")
    last = name.replace("\\", "/").rstrip("/").split("/")[-1]
    shown = "".join(c for c in last if c.isprintable()).strip(". ")
    return shown[:120] or "unnamed"
