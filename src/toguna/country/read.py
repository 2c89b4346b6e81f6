"""`read_country`: a pack from disk, every table checked, all faults in one list."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pandas as pd

from toguna.core.errors import Fault, PackError
from toguna.core.months import Month
from toguna.country.check import check_pack, check_table
from toguna.country.country import Country
from toguna.country.packs import find_pack
from toguna.country.profile import Profile, read_profile
from toguna.country.schema import Table
from toguna.country.tables import TABLES


def read_country(pack: str | Path, as_of: str | Month | None = None, *, hindsight: bool = False) -> Country:
    """Return a country, all that is known or only what was known by a month.

    Parameters
    ----------
    pack : name of a shipped pack, or path of a pack's folder
    as_of : month written YYYY-MM; every row published later is hidden
    hindsight : with `as_of`, show instead what is known today about the time up to that month

    Raises
    ------
    PackError
        The pack is missing, broken or made for a newer Toguna; all faults are in `error.faults`.

    Examples
    --------
    >>> ouadji = read_country("ouadji", as_of="2013-02")
    >>> len(ouadji.places), str(ouadji.month)
    (12, '2013-02')
    """
    folder = find_pack(pack)
    profile, tables, faults = load(folder)
    if faults:
        raise PackError(f"The pack {folder.name} has {len(faults)} faults:", faults)
    country = Country(folder.name, profile, tables, pack_hash(folder))
    return country if as_of is None else country.seen_from(as_of, hindsight=hindsight)


def check(pack: str | Path) -> list[Fault]:
    """Return every fault of a pack; an empty list means it is sound.

    Examples
    --------
    >>> check("ouadji")
    []
    """
    return load(find_pack(pack))[2]


def load(folder: Path) -> tuple[Profile, dict[str, pd.DataFrame], list[Fault]]:
    """Return profile, typed tables and faults of the pack in a folder."""
    profile = read_profile(folder / "country.yaml")
    tables: dict[str, pd.DataFrame] = {}
    files: dict[str, str] = {}
    faults: list[Fault] = []
    for path in sorted((folder / "tables").glob("*")):
        if path.stem not in TABLES or path.suffix not in {".csv", ".parquet"}:
            remedy = f"Remove it. Tables are {', '.join(TABLES)}, as .csv or .parquet."
            faults.append(Fault(f"tables/{path.name}", None, "", "", "this is no table of a pack", remedy))
            continue
        files[path.stem] = f"tables/{path.name}"
        frame, found = _read_table(TABLES[path.stem], path)
        tables[path.stem] = frame
        faults += found
    ordered = {name: tables[name] for name in TABLES if name in tables}
    return profile, ordered, faults or check_pack(profile, ordered, files)


def pack_hash(folder: Path) -> str:
    """Return the SHA-256 over the names and bytes of the pack's files."""
    digest = hashlib.sha256()
    for path in [folder / "country.yaml", *sorted((folder / "tables").glob("*"))]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _read_table(table: Table, path: Path) -> tuple[pd.DataFrame, list[Fault]]:
    file = f"tables/{path.name}"
    try:
        frame = _read_csv(table, path) if path.suffix == ".csv" else _read_parquet(table, path)
    except (OSError, ValueError) as error:
        problem = f"the file cannot be read: {str(error).splitlines()[0]}"
        return pd.DataFrame(), [Fault(file, None, "", "", problem, "Restore it, or build the pack again.")]
    return check_table(table, frame, file)


def _read_parquet(table: Table, path: Path) -> pd.DataFrame:
    if table.geometry:
        import geopandas

        return geopandas.read_parquet(path)
    return pd.read_parquet(path)


def _read_csv(table: Table, path: Path) -> pd.DataFrame:
    """Return a table a person wrote: empty cells are missing numbers or empty words."""
    frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8", index_col=False)
    schema = table.schema.to_schema()
    for name, declared in schema.columns.items():
        if name in frame and "str" not in str(declared.dtype).lower():
            frame[name] = frame[name].mask(frame[name].str.strip() == "")
            if "bool" in str(declared.dtype):
                frame[name] = frame[name].str.lower().map({"true": True, "false": False})
    if table.geometry and "geometry" in frame:
        import geopandas

        shapes = geopandas.GeoSeries.from_wkt(frame["geometry"], on_invalid="ignore")
        frame = geopandas.GeoDataFrame(frame.drop(columns="geometry"), geometry=shapes, crs="EPSG:4326")
    return frame
