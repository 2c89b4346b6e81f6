"""The panel: nothing missing, nothing known before its time, and nothing later to be reached."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from toguna.core.errors import AskError, DataError
from toguna.core.months import Month
from toguna.forecasting.events_panel import by_row
from toguna.forecasting.panel import Panel

MONTHS = 30


def made(counts=None, known_from=None, **parts):
    """Three units over thirty months from March 2010, with everything a panel can have beside it."""
    rng = np.random.default_rng(1)
    counts = rng.integers(0, 5, (3, MONTHS)).astype(float) if counts is None else np.asarray(counts, float)
    units = pd.DataFrame(
        {"name": ["Tamrat", "Azgar", "Doumba"], "longitude": [1.0, 2.0, 3.0], "latitude": [9.0, 9.0, 9.0]},
        index=["XO01", "XO02", "XO03"],
    )
    month = np.arange(MONTHS) if known_from is None else np.asarray(known_from)
    near = by_row(sparse.csr_array(np.array([[0.0, 1, 1], [1, 0, 1], [1, 1, 0]])))
    kept = {
        "beside": {"events": counts * 2},
        "levels": {"km_to_base": np.tile(np.arange(counts.shape[1], dtype=float), (len(counts), 1))},
        "near": {"touching": near},
    }
    return Panel("admin2", "all", units, Month(2010, 3), counts, month, **(kept | parts))


def spoiled(value):
    """Counts with two that are no counts, the first in the second unit's sixth month."""
    counts = np.ones((3, MONTHS))
    counts[1, 5] = counts[2, 9] = value
    return counts


def test_a_gap_is_not_zero():
    """A missing month is refused in a sentence that names unit, month and what to do."""
    sentence = r"XO02 has no count \(missing is not zero\) in 2010-08; 2 such months in all\. Fill the gap"
    with pytest.raises(DataError, match=sentence):
        made(spoiled(np.nan))


@pytest.mark.parametrize(("value", "word"), [(np.inf, "inf"), (-np.inf, "-inf"), (-1.0, r"-1\.0")])
def test_what_is_no_count_is_refused(value, word):
    """Neither less than nothing nor without end."""
    with pytest.raises(DataError, match=rf"XO02 has the count {word} in 2010-08; 2 such months"):
        made(spoiled(value))


def test_parts_must_fit():
    """One count for each unit and month."""
    with pytest.raises(DataError, match="Counts are 3 units x 29 months; there are 3 units and 30 months"):
        made(np.ones((3, MONTHS - 1)))
    with pytest.raises(DataError, match="Counts are 2 units x 30 months"):
        made(np.ones((2, MONTHS)))


def test_months_are_counted_from_the_first():
    """March 2010 and thirty months: August 2012 is the last."""
    panel = made()
    assert (panel.months, str(panel.last), panel.at(Month(2011, 3))) == (MONTHS, "2012-08", 12)
    assert str(panel).startswith("all by admin2 and month: 3 units, 2010-03 to 2012-08, ")


def test_known_as_it_was_published():
    """Years that come out in June: in May the last known month is the December before last."""
    years = np.array([(Month(2010, 3) + at).year for at in range(MONTHS)])
    panel = made(known_from=[Month(year + 1, 6).since(Month(2010, 3)) for year in years])
    assert str(panel.known_at(Month(2012, 5)).last) == "2010-12"
    assert str(panel.known_at(Month(2012, 6)).last) == "2011-12"
    with pytest.raises(AskError, match="Nothing was public by 2011-05: the first month, 2010-03, became known in 2011"):
        panel.known_at(Month(2011, 5))


def test_known_by_a_lag_or_with_a_gap():
    """A lag stands instead of the days of publication; a gap only ever takes months away."""
    panel = made(known_from=np.arange(MONTHS) + 2)
    origin = Month(2011, 6)
    assert panel.known_at(origin).last == Month(2011, 4)
    assert panel.known_at(origin, lag=0).last == origin
    assert panel.known_at(origin, lag=5).last == Month(2011, 1)
    assert panel.known_at(origin, at_least=1).last == Month(2011, 4)
    assert panel.known_at(origin, at_least=3).last == Month(2011, 3)
    assert panel.known_at(origin, lag=0, at_least=3).last == Month(2011, 3)


def test_a_month_published_early_does_not_vouch_for_those_before():
    """What is known ends before the first month that is not."""
    known = np.arange(MONTHS)
    known[10] = 25
    panel = made(known_from=known)
    assert panel.known_at(Month(2010, 3) + 20).months == 10
    assert panel.known_at(Month(2010, 3) + 25).months == 26


def test_nothing_later_is_left():
    """Counts, series beside them, levels and days of publication all end with the last month known."""
    panel = made()
    cut = panel.until(12)
    assert cut.counts.shape == (3, 12)
    assert cut.known_from.shape == (12,)
    assert {name: one.shape for name, one in cut.beside.items()} == {"events": (3, 12)}
    assert {name: one.shape for name, one in cut.levels.items()} == {"km_to_base": (3, 12)}
    assert np.array_equal(cut.counts, panel.counts[:, :12])
    assert cut.last == Month(2011, 2)
    assert panel.until(MONTHS) is panel
    assert panel.known_at(Month(2011, 2)).fingerprint == cut.fingerprint


def test_some_units():
    """By position or mask, in the order asked; all that goes by unit goes along."""
    panel = made()
    found = panel.of_units([2, 0])
    assert found.units["name"].tolist() == ["Doumba", "Tamrat"]
    assert np.array_equal(found.counts, panel.counts[[2, 0]])
    assert np.array_equal(found.beside["events"], panel.beside["events"][[2, 0]])
    assert np.array_equal(found.levels["km_to_base"], panel.levels["km_to_base"][[2, 0]])
    assert found.near["touching"].shape == (2, 2)
    by_mask = panel.of_units(np.array([True, False, True]))
    assert by_mask.units["name"].tolist() == ["Tamrat", "Doumba"]


def test_neighbours_of_some_units_still_weigh_one():
    """Where a neighbour is left out the others weigh more: rows of weights sum to 1 or are empty, as everywhere."""
    found = made().of_units([0, 1]).near["touching"]
    assert np.asarray(found.sum(axis=1)).tolist() == [1.0, 1.0]
    assert np.asarray(made().of_units([0]).near["touching"].sum(axis=1)).tolist() == [0.0]


def test_fingerprint():
    """Anything that changes the numbers changes it; the same numbers have the same."""
    panel = made()
    assert panel.fingerprint == made().fingerprint
    changed = panel.counts.copy()
    changed[2, 29] += 1
    others = [made(changed), panel.until(29), panel.of_units([0, 1]), panel.of_units([0, 2, 1])]
    assert len({one.fingerprint for one in [panel, *others]}) == 5
    assert len(panel.fingerprint) == 64
