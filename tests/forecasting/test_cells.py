"""PRIO-GRID: numbers as their authors give them, centres, neighbours and the cells of a shape."""

import numpy as np
import pandas as pd
import pytest
import shapely

from toguna.forecasting.cells import CELLS, COLUMNS, cells_in, centre_of, gid_of, neighbours_of


def test_numbers_by_hand():
    """The first cell lies in the south-west, numbers run eastwards and then northwards, edges belong to the world."""
    assert gid_of([-180, -179.5, -180], [-90, -90, -89.5]).tolist() == [1, 2, COLUMNS + 1]
    assert gid_of([179.99, 180], [89.99, 90]).tolist() == [CELLS, CELLS]
    assert gid_of(0.0, 0.0) == 180 * COLUMNS + 360 + 1
    assert gid_of([-0.0001, 0.0, 0.4999, 0.5], [0.1] * 4).tolist() == [129960, 129961, 129961, 129962]


@pytest.mark.shared
def test_numbers_as_ucdp_gives_them(shared):
    """Every row of a month of UCDP's candidate events has the cell computed from its point."""
    rows = pd.read_csv(shared / "events" / "ucdp_candidate_ged_v23_0_10.csv")
    assert len(rows) == 234
    assert np.array_equal(gid_of(rows["longitude"], rows["latitude"]), rows["priogrid_gid"])


def test_centres_lie_in_their_cells():
    """Every cell of the world holds its centre, and no centre lies on an edge."""
    cells = np.arange(1, CELLS + 1)
    lon, lat = centre_of(cells)
    assert np.array_equal(gid_of(lon, lat), cells)
    assert (lon[0], lat[0], lon[-1], lat[-1]) == (-179.75, -89.75, 179.75, 89.75)
    assert set(np.unique(lon % 0.5)) == set(np.unique(lat % 0.5)) == {0.25}


def test_neighbours_are_mutual():
    """Any set of cells in any order: whoever touches is touched, nobody touches itself, and eight is the most."""
    rng = np.random.default_rng(1)
    block = cells_in(shapely.box(-1, 10, 4, 14))
    some = rng.permutation(block)[:60]
    near = neighbours_of(some).toarray()
    assert np.array_equal(near, near.T)
    assert np.diag(near).sum() == 0
    assert set(np.unique(near)) <= {0.0, 1.0}
    lon, lat = centre_of(some)
    apart = np.maximum(abs(lon[:, None] - lon), abs(lat[:, None] - lat))
    assert np.array_equal(near == 1, apart == 0.5)
    whole = neighbours_of(block).sum(axis=1)
    assert (whole.min(), whole.max()) == (3, 8)


def test_neighbours_across_the_date_line_and_at_the_pole():
    """The last column touches the first; beyond a pole there is nothing."""
    west, east = gid_of([-179.75, 179.75], [0.25, 0.25])
    assert neighbours_of(np.array([west, east])).toarray().tolist() == [[0, 1], [1, 0]]
    south = gid_of([0.25, 0.75, 0.25], [-89.75, -89.75, 89.75])
    assert neighbours_of(south).toarray().tolist() == [[0, 1, 0], [1, 0, 0], [0, 0, 0]]


def test_cells_in_a_square():
    """A square of two degrees on the grid has sixteen cells; moved by a quarter it touches twenty-five."""
    found = cells_in(shapely.box(0, 10, 2, 12))
    lon, lat = centre_of(found)
    assert len(found) == 16
    assert (lon.min(), lon.max(), lat.min(), lat.max()) == (0.25, 1.75, 10.25, 11.75)
    assert np.array_equal(found, np.sort(found))
    assert len(cells_in(shapely.box(0.25, 10.25, 2.25, 12.25))) == 25
    assert len(cells_in(shapely.box(-0.6, -0.6, -0.5, -0.5))) == 1


def test_cells_in_a_shape_with_a_hole():
    """Cells wholly in a hole are no part of the shape."""
    ring = shapely.box(0, 0, 2, 2).difference(shapely.box(0.5, 0.5, 1.5, 1.5))
    assert len(cells_in(ring)) == 12
