"""WorldPop: a grid of people as an ingredient."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PIL.TiffImagePlugin import ImageFileDirectory_v2

from toguna.core.errors import DataError
from toguna.country import Country
from toguna.sources.atlas import Atlas
from toguna.sources.worldpop import WorldPop, cell_km2


def write(path: Path, values: list[list[float]], *, placed: bool = True) -> Path:
    tags = ImageFileDirectory_v2()
    if placed:
        for number, value in ((33550, (1.0, 1.0, 0.0)), (33922, (0.0, 0.0, 0.0, 0.0, 14.0, 0.0))):
            tags.tagtype[number] = 12
            tags[number] = value
        tags.tagtype[42113] = 2
        tags[42113] = "-9999"
    Image.fromarray(np.array(values, dtype=np.float32)).save(path, tiffinfo=tags, compression="tiff_lzw")
    return path


def test_density_times_area(tmp_path: Path, ouadji: Country) -> None:
    """A density becomes people by the cell's area; cells without data are no rows, cells far away not used."""
    path = write(tmp_path / "afripop2020.tif", [[2.0, -9999.0], [0.0, 3.0]])
    reading = WorldPop().read(path)
    assert (len(reading.rows), reading.version) == (3, "2020")
    density = WorldPop().tables([reading], ouadji.profile, Atlas(ouadji.profile, ouadji.areas)).tables["_density"]
    assert density[["longitude", "latitude"]].to_numpy().tolist() == [[0.5, 13.5], [1.5, 12.5]]
    assert density["people"].tolist() == pytest.approx([2 * 12_022, 3 * 12_071], rel=0.001)


def test_counts_stay_counts(tmp_path: Path) -> None:
    """A file of people per cell (ppp) is not multiplied by the area."""
    assert WorldPop().read(write(tmp_path / "xou_ppp_2020.tif", [[5.0]])).rows["people"].tolist() == [5.0]


def test_cells_add_up_to_the_globe() -> None:
    """The areas of all cells of a row of latitudes add up to the surface of the Earth."""
    latitude = np.arange(-89.5, 90, 1.0)
    assert 360 * cell_km2(latitude, (1.0, 1.0)).sum() == pytest.approx(510.07e6, rel=1e-4)


def test_broken_grids(tmp_path: Path) -> None:
    """A file that is cut, is no image, has no place on the globe, no year, or no data is refused."""
    whole = write(tmp_path / "afripop2000.tif", [[1.0] * 40] * 40).read_bytes()
    (tmp_path / "afripop2001.tif").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "afripop2002.tif").write_text("no image")
    write(tmp_path / "afripop2003.tif", [[1.0]], placed=False)
    write(tmp_path / "afripop2004.tif", [[-9999.0]])
    for name, said in (
        ("afripop2001.tif", "damaged"),
        ("afripop2002.tif", "no TIFF"),
        ("afripop2003.tif", "does not say where"),
        ("afripop2004.tif", "no cell with data"),
        ("afripop.tif", "does not say its year"),
    ):
        with pytest.raises(DataError, match=said):
            WorldPop().read(tmp_path / name)


@pytest.mark.shared
def test_africa(shared: Path, mali: Country) -> None:
    """The grid of 2020 puts 19 to 20 million people into Mali."""
    density = (
        WorldPop()
        .tables([WorldPop().read(shared / "geo" / "afripop2020.tif")], mali.profile, Atlas(mali.profile, mali.areas))
        .tables["_density"]
    )
    inside = (
        np.array(Atlas(mali.profile, mali.areas).pcodes_at(density["longitude"], density["latitude"], level=0)) != ""
    )
    assert 19.0e6 < density.loc[inside, "people"].sum() < 19.7e6
