"""Evidence files: an evidentiary copy never touched again, working copies apart, and whether all are as they were.

The evidentiary copy is written once, read-only, under its SHA-256, in a folder of its own; after that only `verify` and
`copy_to_work` open it, to read. The name of the file given is not kept: it may name a person. The store is not
encrypted by Toguna: put it on an encrypted disk. Attributes as in the Berkeley Protocol on Digital Open Source
Investigations (HR/PUB/20/2, text unverified).
"""

from __future__ import annotations

import hashlib
import mimetypes
import os
import stat
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

from toguna.core.errors import AccountError

_BLOCK = 1 << 20
_READ_ONLY = 0o400


@dataclass(frozen=True)
class Registered:
    """A file as it was given.

    Attributes
    ----------
    sha256 : of its bytes, hexadecimal
    size : bytes
    media_type : from the ending of its name; application/octet-stream where that tells nothing
    """

    sha256: str
    size: int
    media_type: str


@dataclass(frozen=True)
class WorkingCopy:
    """A copy to work on.

    Attributes
    ----------
    sha256 : of the evidence it was made from
    path : where it is
    now : its own SHA-256 when it was last noted
    changed : what was changed; "" for nothing
    """

    sha256: str
    path: Path
    now: str
    changed: str = ""


@dataclass(frozen=True)
class Flaw:
    """A copy that is not as it should be.

    Attributes
    ----------
    sha256 : of the evidence
    copy : which copy
    what : "missing", "altered" (its bytes are others), "writable", or "unregistered" (nobody entered it)
    """

    sha256: str
    copy: Literal["evidentiary", "working"]
    what: Literal["missing", "altered", "writable", "unregistered"]

    def __str__(self) -> str:
        """Return the flaw in a sentence with its remedy."""
        remedy = {
            "missing": "Restore it from a backup and verify again.",
            "altered": "Keep it for inquiry, restore the evidence from a backup and note this in the chain of custody.",
            "writable": "Make it read-only and find out who could write.",
            "unregistered": "Enter it as evidence, or find out who put it there.",
        }[self.what]
        return f"The {self.copy} copy of {self.sha256[:12]} is {self.what}. {remedy}"


def register(path: str | Path, store: str | Path, media_type: str = "") -> Registered:
    """Return what a file is after its evidentiary copy was written, read back and made read-only.

    Parameters
    ----------
    path : file given; it is read once, in blocks
    store : folder of evidentiary copies
    media_type : where the ending of the name does not tell it

    Raises
    ------
    AccountError
        The file cannot be read, changes while it is read, or the copy cannot be written as it was read.
    """
    path, store = Path(path), Path(store)
    guessed = media_type or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    try:
        store.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=store, prefix=".incoming-")
        kept = Path(name)
        try:
            with path.open("rb") as given, os.fdopen(handle, "wb") as copy:
                before = os.fstat(given.fileno())
                digest, size = _copy(given, copy)
                after = os.fstat(given.fileno())
            if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or size != before.st_size:
                raise AccountError("The file changed while it was read. Close what writes to it and register it again.")
            _keep(kept, _place(store, digest), digest)
        finally:
            with suppress(FileNotFoundError):
                kept.unlink()
    except OSError as why:
        raise AccountError(
            f"The evidence cannot be kept ({why.strerror}). Look at the file, the store and its space."
        ) from None
    return Registered(digest, size, guessed)


def copy_to_work(store: str | Path, sha256: str, folder: str | Path, name: str) -> WorkingCopy:
    """Return a working copy, written into a folder outside the store.

    Raises
    ------
    AccountError
        The evidence is missing or altered; the folder lies in the store; a file of that name is there already.
    """
    store, target = Path(store), Path(folder) / name
    if target.resolve().is_relative_to(store.resolve()):
        raise AccountError("Working copies do not belong among evidentiary ones. Name a folder outside the store.")
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _place(store, sha256).open("rb") as given, target.open("xb") as copy:
            digest, _ = _copy(given, copy)
    except FileExistsError:
        raise AccountError("A file of that name is in the folder already. Choose another name.") from None
    except OSError as why:
        raise AccountError(f"Evidence {sha256[:12]} cannot be copied ({why.strerror}). Run verify.") from None
    if digest != sha256:
        target.unlink()
        raise AccountError(str(Flaw(sha256, "evidentiary", "altered")))
    return WorkingCopy(sha256, target, digest)


def note_change(copy: WorkingCopy, changed: str) -> WorkingCopy:
    """Return a working copy as it is now, with what was changed added to what was noted before."""
    if not changed.strip():
        raise AccountError("Nothing is said of what was changed. Say it in a few words.")
    said = "; ".join(one for one in (copy.changed, changed.strip()) if one)
    return WorkingCopy(copy.sha256, copy.path, file_sha256(copy.path), said)


def verify(
    store: str | Path, registered: Iterable[Registered], working: Iterable[WorkingCopy] = ()
) -> tuple[Flaw, ...]:
    """Return every copy that is missing, altered, writable or unknown; nothing if all are as they were.

    A working copy is altered when its bytes are not those last noted.
    """
    store = Path(store)
    known = {one.sha256: one for one in registered}
    found: list[Flaw] = []
    for sha256, one in known.items():
        place = _place(store, sha256)
        if not place.is_file():
            found.append(Flaw(sha256, "evidentiary", "missing"))
            continue
        if place.stat().st_size != one.size or file_sha256(place) != sha256:
            found.append(Flaw(sha256, "evidentiary", "altered"))
        if stat.S_IMODE(place.stat().st_mode) & 0o222:
            found.append(Flaw(sha256, "evidentiary", "writable"))
    here = sorted(one.name for one in store.glob("*/*")) if store.is_dir() else []
    found += [Flaw(name, "evidentiary", "unregistered") for name in here if name not in known]
    for copy in working:
        if not copy.path.is_file():
            found.append(Flaw(copy.sha256, "working", "missing"))
        elif file_sha256(copy.path) != copy.now:
            found.append(Flaw(copy.sha256, "working", "altered"))
    return tuple(found)


def file_sha256(path: str | Path) -> str:
    """Return the SHA-256 of a file, hexadecimal, read in blocks."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _place(store: Path, sha256: str) -> Path:
    return store / sha256[:2] / sha256


def _copy(given: BinaryIO, copy: BinaryIO) -> tuple[str, int]:
    """Copy in blocks; return SHA-256 and bytes of what was read."""
    digest, size = hashlib.sha256(), 0
    while block := given.read(_BLOCK):
        copy.write(block)
        digest.update(block)
        size += len(block)
    copy.flush()
    os.fsync(copy.fileno())
    return digest.hexdigest(), size


def _keep(kept: Path, place: Path, digest: str) -> None:
    """Put a copy in its place if it reads back as it was written; one that is there already must be the same."""
    if file_sha256(kept) != digest:
        raise AccountError("The copy does not read back as it was written. Look at the disk of the store.")
    place.parent.mkdir(exist_ok=True, mode=0o700)
    kept.chmod(_READ_ONLY)
    try:
        place.hardlink_to(kept)  # never overwrites, unlike a rename
    except FileExistsError:
        if file_sha256(place) != digest:
            raise AccountError(str(Flaw(digest, "evidentiary", "altered"))) from None
        return
    for folder in (place.parent, place.parent.parent):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
