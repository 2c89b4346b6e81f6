"""`write_country`: a pack to disk, whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import pandas as pd

from toguna.core.errors import PackError
from toguna.country.check import check_pack, check_table
from toguna.country.country import Country
from toguna.country.packs import aside, restore
from toguna.country.tables import TABLES

Form = Literal["parquet", "csv"]


def write_country(country: Country, to: str | Path, form: Form = "parquet") -> Path:
    """Write a country's tables and settings as a pack, and return its folder.

    The new pack is made beside the old one and takes its place when it is complete: an interrupted or faulty
    write leaves the old pack whole. Killed at the very moment of the change, it is put back when next asked for.

    Parameters
    ----------
    country : what to write; a country seen as of a month is written as seen
    to : folder of the pack; replaced if it is a pack, refused if it is anything else
    form : "parquet" (compact) or "csv" (for people to read and edit)
    """
    import yaml

    settings = country.profile.model_dump(mode="json", by_alias=True)
    text = yaml.safe_dump(settings, allow_unicode=True, sort_keys=False)
    return write_pack(Path(to), text, country, form)


def write_pack(folder: Path, settings: str, country: Country, form: Form, extra: Mapping[str, str] = {}) -> Path:
    """Write tables, settings text and extra text files; see `write_country`."""
    restore(folder)
    if folder.exists() and not (folder / "country.yaml").is_file():
        raise PackError(f"{folder} exists and is no pack, so it is left alone. Choose another folder.")
    _refuse_faults(country)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise PackError(f"{folder} cannot be written ({error.strerror}). Choose a folder you may write to.") from error
    try:
        (fresh / "tables").mkdir()
        (fresh / "country.yaml").write_text(settings, encoding="utf-8")
        for name, content in extra.items():
            (fresh / name).write_text(content, encoding="utf-8")
        for name, frame in country.tables.items():
            _write_table(name, frame, fresh / "tables" / f"{name}.{form}")
        fresh.chmod(0o755)
        _take_place(fresh, folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return folder


def _refuse_faults(country: Country) -> None:
    faults = [
        fault for name, frame in country.tables.items() for fault in check_table(TABLES[name], frame, name)[1]
    ] or check_pack(country.profile, country.tables, {})
    if faults:
        raise PackError(f"The country has {len(faults)} faults, so nothing is written:", faults)


def _take_place(fresh: Path, folder: Path) -> None:
    if not folder.exists():
        fresh.replace(folder)
        return
    # What a pack's owner keeps beside the tables (a catalogue of words, a note) stays with the pack.
    for path in folder.iterdir():
        if path.name != "tables" and not (fresh / path.name).exists():
            (shutil.copytree if path.is_dir() else shutil.copy2)(path, fresh / path.name)
    _remove(aside(folder))
    try:
        folder.replace(aside(folder))
        fresh.replace(folder)
    finally:
        restore(folder)
    _remove(aside(folder))


def _remove(old: Path) -> None:
    # Settings first: what is left of a removal that was cut off must not be taken for a pack.
    (old / "country.yaml").unlink(missing_ok=True)
    shutil.rmtree(old, ignore_errors=True)


def _write_table(name: str, frame: pd.DataFrame, path: Path) -> None:
    # Row numbers are how `explain` names a row, so they are counted anew from 0 in the file.
    frame = frame.reset_index(drop=True)
    if path.suffix == ".parquet":
        if TABLES[name].geometry:
            frame.to_parquet(path, index=False, compression="zstd", write_covering_bbox=False)
        else:
            frame.to_parquet(path, index=False, compression="zstd")
        return
    out = pd.DataFrame(frame)
    if TABLES[name].geometry:
        out["geometry"] = frame["geometry"].to_wkt()
    out["published"] = out["published"].dt.date if "published" in out else None
    if "published" not in frame:
        out = out.drop(columns="published")
    out.to_csv(path, index=False, lineterminator="\n")
