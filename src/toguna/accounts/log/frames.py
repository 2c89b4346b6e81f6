"""The write-ahead log beside a SQLite file (its name ends in "-wal"): what is wrong with it.

Every frame bears a sum over all frames before. Frames at the end that fit nothing are a transaction cut short by a
crash, which was never acknowledged, or are left from before the log was begun anew. One that fits nothing with frames
after it that follow from it was changed. If the very last transaction was changed, that looks like one cut short: it is
the head kept beside the keys that tells.

Layout: SQLite, "Database File Format" (sqlite.org/fileformat2.html), section on the WAL; text_status "unverified".
"""

from __future__ import annotations

from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from toguna.accounts.log.locate import Fault
from toguna.accounts.log.pages import SIZES

REMEDY = "Restore the file from a backup"
UInts: TypeAlias = NDArray[np.uint32]
_HEADER, _FRAME = 32, 24  # bytes before the frames, and before the page in each


def look_at(path: Path) -> tuple[list[Fault], list[str]]:
    """Return what is wrong with the write-ahead log beside a file, and remarks on it; nothing if there is none."""
    beside = path.with_name(path.name + "-wal")
    for _ in range(3):
        try:
            raw = beside.read_bytes()
            changed, is_cut = look_at_frames(raw)
            if changed is None or raw[:_HEADER] == beside.read_bytes()[:_HEADER]:
                break
        except OSError:
            return [], []
    else:
        return [], []  # begun anew again and again while we read: somebody is writing
    if changed is not None:
        problem = f"{beside.name} was changed at or just before byte {changed}: what was written after it is lost"
        return [Fault("file", (), f"{problem}. {REMEDY}")], []
    remark = f"{beside.name} ends in a transaction cut short, as a crash leaves it; it was never acknowledged."
    return [], [remark] if is_cut else []


def look_at_frames(raw: bytes) -> tuple[int | None, bool]:
    """Return where a write-ahead log was changed (None: nowhere), and whether its end was cut short.

    Parameters
    ----------
    raw : its bytes
    """
    if len(raw) < _HEADER:
        return None, bool(raw)
    order = ">" if raw[3] & 1 else "<"
    header = np.frombuffer(raw, f"{order}u4", 6).astype(np.uint32).reshape(1, 6)
    if _sum(header, np.zeros((1, 2), np.uint32)).astype(">u4").tobytes() != raw[24:32]:
        tried = (_frames(raw, size, one, raw[40:48]) for one in "<>" for size in SIZES)
        return (0 if any(map(any, tried)) else None), True
    size = int.from_bytes(raw[8:12], "big")
    fits = _frames(raw, size, order, raw[16:24])
    first = fits.index(False) if False in fits else len(fits)
    at = _HEADER + first * (size + _FRAME)
    return (at if any(fits[first:]) else None), raw[at + 8 : at + 16] == raw[16:24]


def _frames(raw: bytes, size: int, order: str, salts: bytes) -> list[bool]:
    """Tell of each frame whether it follows from the one before, as that says itself: all frames at once."""
    step = size + _FRAME
    count = (len(raw) - _HEADER) // step
    if not count:
        return []
    frames = np.frombuffer(raw, np.uint8, count * step, _HEADER).reshape(count, step)
    kept = np.vstack([np.frombuffer(raw[24:32], np.uint8), frames[:, 16:24]]).copy().view(">u4").astype(np.uint32)
    words = np.hstack([frames[:, :8], frames[:, _FRAME:]]).view(f"{order}u4").astype(np.uint32)
    sums = _sum(words, kept[:-1])
    is_ours = (frames[:, 8:16] == np.frombuffer(salts, np.uint8)).all(axis=1)
    return [bool(one) for one in is_ours & (sums == kept[1:]).all(axis=1)]


def _sum(words: UInts, seeds: UInts) -> UInts:
    """Return SQLite's sums over rows of words, an even number in each, on from a seed of two for each row."""
    one, other = seeds[:, 0].copy(), seeds[:, 1].copy()
    columns = np.ascontiguousarray(words.T)
    for even, odd in zip(columns[::2], columns[1::2], strict=True):
        one += even + other  # modulo 2^32
        other += odd + one
    return np.stack([one, other], axis=1)
