"""Two tables of one ledger laid side by side do not undo each other."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from toguna.accounts.disclosure import suppress
from toguna.core.errors import AskError

BY = ["area", "month"]


def long(counts):
    """An array as a long table."""
    rows = [(f"area{a}", f"month{m}", n) for (a, m), n in np.ndenumerate(np.asarray(counts))]
    return pd.DataFrame(rows, columns=[*BY, "people"])


def square(done):
    """The shown counts as an array with totals, missing where withheld."""
    shape = (done.table["area"].nunique(), done.table["month"].nunique())
    return done.table["people"].to_numpy(dtype=float, na_value=np.nan).reshape(shape)


def attack(tables, truths, asked):
    """Lowest and highest of a cell (table, row, column), from both tables and which cells rose or stayed the same."""
    rows, columns = truths[0].shape
    size = rows * columns
    shown = [square(done) for done in tables]
    left, right, more = [], [], []

    def value(table, picked):
        row = np.zeros(2 * size)
        row[[table * size + a * columns + m for a, m in picked]] = 1
        return row

    for table in (0, 1):
        for a in range(rows + 1):
            for m in range(columns + 1):
                if not np.isnan(shown[table][a, m]):
                    every = [
                        (r, c)
                        for r in (range(rows) if a == rows else [a])
                        for c in (range(columns) if m == columns else [m])
                    ]
                    left.append(value(table, every))
                    right.append(shown[table][a, m])
    for place in np.ndindex(rows, columns):
        change = value(0, [place]) - value(1, [place])
        if truths[0][place] == truths[1][place]:
            left.append(change)
            right.append(0)
        elif truths[0][place] < truths[1][place]:
            more.append(change)
    which, a, m = asked
    cost = value(which, [(a, m)])
    ends = []
    for sign in (1, -1):
        answer = linprog(
            sign * cost, A_eq=np.array(left), b_eq=right, bounds=(0, 1e6),
            A_ub=np.array(more) if more else None, b_ub=np.zeros(len(more)) if more else None,
        )  # fmt: skip
        assert answer.status == 0
        ends.append(answer.x @ cost)
    return ends


BEFORE = np.array([[3, 6, 50], [7, 8, 60], [70, 80, 90]])
AFTER = np.array([[3, 6, 5], [7, 8, 5], [70, 80, 90]])  # two counts were corrected; to withhold these is cheaper now


def test_subtraction_undoes_tables_made_apart():
    """The known trick, by hand: 9 in the old row less the 6 that is shown now is 3."""
    tables = [suppress(long(BEFORE), BY, "people"), suppress(long(AFTER), BY, "people")]
    apart = attack(tables, [BEFORE, AFTER], (0, 0, 0))
    assert apart == pytest.approx([3, 3])
    together = tables[1].consistent_with(tables[0])
    low, high = attack([tables[0], together], [BEFORE, AFTER], (0, 0, 0))
    assert low <= 1e-6
    assert high >= 5 - 1e-6
    assert together.small_changes == 0
    assert together.withheld >= tables[1].withheld


@settings(deadline=None, max_examples=5, derandomize=True)
@given(st.integers(0, 10_000))
def test_random_ledgers_stand_the_joint_attack(seed):
    """Most cells stay or grow, some are corrected downwards; small cells of both tables are covered."""
    rng = np.random.default_rng(seed)
    before = rng.negative_binomial(0.7, 0.07, (3, 3))
    after = np.maximum(before + rng.choice([0, 0, 0, 2, 9, -2], (3, 3)), 0)
    old = suppress(long(before), BY, "people")
    new = suppress(long(after), BY, "people").consistent_with(old)
    for which, truth in enumerate((before, after)):
        for a, m in np.argwhere((truth > 0) & (truth < 5)):
            low, high = attack([old, new], [before, after], (which, a, m))
            assert low <= 1e-6
            assert high >= 5 - 1e-6


def test_a_table_with_itself_changes_nothing():
    """Nothing new is told by the same table again, so no more is withheld."""
    old = suppress(long(BEFORE), BY, "people")
    again = suppress(long(BEFORE), BY, "people").consistent_with(old)
    pd.testing.assert_frame_equal(again.table, old.table)


def test_a_chain_of_three_and_a_new_area():
    """The third table answers for the first too; an area that is new joins without ado."""
    old = suppress(long(BEFORE), BY, "people")
    mid = suppress(long(AFTER), BY, "people").consistent_with(old)
    last = np.vstack([AFTER, [[2, 30, 40]]])
    new = suppress(long(last), BY, "people").consistent_with(mid)
    shown = square(new)
    assert np.isnan(shown[0, 0])
    assert np.isnan(shown[3, 0])
    low, high = attack([old, suppress(long(AFTER), BY, "people").consistent_with(old)], [BEFORE, AFTER], (0, 0, 0))
    assert (low, high >= 5) == (0, True)


def test_small_changes_between_shown_counts_are_owned_up_to():
    """Two more people between two shown counts can be seen; the table says how many such cells there are."""
    old = suppress(long([[20, 30], [40, 50]]), BY, "people")
    new = suppress(long([[22, 30], [40, 50]]), BY, "people").consistent_with(old)
    assert new.small_changes == 4
    assert "4 cells shown here and before differ by fewer than 5 people" in str(new)


def test_other_categories_are_refused():
    """Tables by other columns or thresholds cannot be laid side by side."""
    old = suppress(long(BEFORE), BY, "people")
    with pytest.raises(AskError, match="same categories, count and threshold"):
        suppress(long(BEFORE), BY, "people", threshold=10).consistent_with(old)
