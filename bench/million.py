"""A pack of a million made-up events on the ground of Mali, to time the workbench with."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd

from toguna.country.packs import find_pack

MILLION = 1_000_000


def made_up(folder: Path) -> Path:
    """Return a pack of a million events on the ground of Mali."""
    pack = Path(shutil.copytree(find_pack("mali"), folder / "million"))
    rng = np.random.default_rng(20130211)
    [path] = (pack / "tables").glob("events.*")
    known = pd.read_csv(path, dtype=str, keep_default_na=False) if path.suffix == ".csv" else pd.read_parquet(path)
    rows = known.iloc[rng.integers(0, len(known), MILLION)].reset_index(drop=True)
    days = pd.date_range("1997-01-01", "2012-12-31").strftime("%Y-%m-%d").to_numpy(dtype=object)
    drawn = days[np.sort(rng.integers(0, len(days), MILLION))]
    rows = rows.assign(
        event_id=[f"made-{number}" for number in range(MILLION)],
        date_start=drawn,
        date_end=drawn,
        longitude=rng.uniform(-12, 4, MILLION).round(4),
        latitude=rng.uniform(10.5, 24.5, MILLION).round(4),
    )
    path.unlink()
    rows.to_parquet(path.with_suffix(".parquet"), index=False)
    return pack
