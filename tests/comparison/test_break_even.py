"""Break-even: crossings known by hand, on both sides, and those that never come."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toguna.comparison.break_even import SUMMARY, break_even, break_evens, sentence, summary
from toguna.comparison.measures import MEASURES, column
from toguna.core.errors import ComparisonError

KILLED, REACHED = column("civilians_killed"), column("reached")
GRID = np.linspace(0, 4, 9)
TABLE = pd.DataFrame({"recruits": [0.5, 1.5, 2.5, 3.5], "base": [1.0, 2.0, 3.0, 9.0]})


def model(harm):
    """A run of two mandates: raids do `harm` in every measure, nothing does none."""

    def run(table):
        values = np.zeros((2, len(table), len(MEASURES)))
        values[0] = np.asarray(harm(table["recruits"].to_numpy(), table["base"].to_numpy()))[:, None]
        return values

    return run


def found(harm, **asked):
    """The break-even in recruits of raids, mandate 0, against nothing, mandate 1."""
    given_ = {"a": 0, "b": 1, "measure": KILLED, "values": GRID, **asked}
    return break_even(model(harm), TABLE, "recruits", **given_)


def linear(recruits, base):
    """Crosses where recruits equal the base: at 1, 2 and 3, and never in the fourth draw."""
    return recruits - base


def test_a_line_crosses_where_it_must():
    """By hand: at 1, 2, 3 and never; a is worse in half of the draws at 2.5 or a little before."""
    one = found(linear)
    assert one.by_draw[:3] == pytest.approx([1, 2, 3])
    assert np.isnan(one.by_draw[3])
    assert one.rises.tolist() == [True, True, True, False]
    assert (one.never_worse, one.always_worse, one.several) == (0.25, 0, 0)
    assert (one.crosses, one.rising) == (0.75, 1)
    assert one.quantile(0.5) == pytest.approx(2)
    # Their own values are 0.5, 1.5, 2.5 and 3.5: none lies above 1, 2, 3.
    assert (one.own_above, one.worse_as_drawn) == (0, 0)


def test_the_curve_by_hand():
    """At 4 the differences are 3, 2, 1 and -5, and three of four draws are worse."""
    one = found(linear)
    last = one.curve.iloc[-1]
    assert last["value"] == 4
    assert last["median"] == pytest.approx(1.5)
    assert last["q05"] == pytest.approx(np.quantile([3, 2, 1, -5], 0.05))
    assert last["q95"] == pytest.approx(np.quantile([3, 2, 1, -5], 0.95))
    assert last["worse"] == 0.75
    # Worse in 0.25 of draws up to 2, in 0.5 from 2.5 and in 0.75 from 3.5: beyond half from 3 on.
    assert one.curve["worse"].tolist() == [0, 0, 0, 0.25, 0.25, 0.5, 0.5, 0.75, 0.75]
    assert one.half == pytest.approx(3)
    assert one.half_rising
    assert one.above_half == 0.25


def test_own_values_above_their_break_even_are_counted():
    """Break-evens a quarter of the base: 0.25, 0.5, 0.75 and 2.25 lie below all four own values."""
    one = found(lambda recruits, base: recruits - base / 4)
    assert one.by_draw == pytest.approx([0.25, 0.5, 0.75, 2.25])
    assert one.own_above == 1
    assert one.worse_as_drawn == 1


@pytest.mark.parametrize(("level", "never", "always"), [(-1.0, 1, 0), (1.0, 0, 1), (0.0, 1, 0)])
def test_where_it_never_crosses_the_side_is_told(level, never, always):
    """Always better, always worse, and always the same: not worse."""
    one = found(lambda recruits, base: 0 * recruits + level)
    assert np.isnan(one.by_draw).all()
    assert (one.never_worse, one.always_worse) == (never, always)
    assert np.isnan(one.half)
    assert np.isnan(one.above_half)
    assert np.isnan(one.quantile(0.5))
    assert np.isnan(one.rising)
    assert one.worse_as_drawn == always
    assert ("no more than half" in sentence(one)) == (always == 0)


def test_falling_differences_cross_the_other_way():
    """Worse below the break-even: it falls."""
    one = found(lambda recruits, base: base - recruits)
    assert one.by_draw[:3] == pytest.approx([1, 2, 3])
    assert not one.rises.any()
    assert (one.always_worse, one.rising) == (0.25, 0)
    # All own values lie below their break-even, where a is worse.
    assert (one.own_above, one.worse_as_drawn) == (0, 1)
    assert not one.half_rising
    assert "is below" in sentence(one)


def test_more_is_better_turns_the_side_not_the_place():
    """The same differences in people reached: a is worse where it reaches fewer."""
    one = found(linear, measure=REACHED)
    assert one.by_draw[:3] == pytest.approx([1, 2, 3])
    assert not one.rises.any()
    assert one.always_worse == 0.25
    assert one.curve["median"].iloc[-1] == pytest.approx(1.5)


def test_of_several_crossings_the_first_going_up_is_told():
    """(x - 1)(x - 3): worse below 1 and above 3."""
    one = found(lambda recruits, base: (recruits - 1) * (recruits - 3))
    assert one.by_draw == pytest.approx([1] * 4)
    assert not one.rises.any()
    assert one.several == 1
    assert one.own_above == 0.75
    assert one.worse_as_drawn == 0.5
    assert "change sides more than once" in sentence(one)
    assert "turns again" in sentence(one)


def test_touching_zero_is_not_being_worse():
    """No difference up to 2, then worse: the break-even is where the difference begins."""
    one = found(lambda recruits, base: np.maximum(recruits - 2, 0))
    assert one.by_draw == pytest.approx([2] * 4)
    assert one.rises.all()


def test_draws_stay_paired():
    """Noise by the number of the draw is the same at each value: it moves the break-even, not the number of them."""

    def harm(recruits, base):
        return recruits - 2 + np.random.default_rng(1).normal(0, 0.3, len(recruits))

    one = found(harm)
    assert one.by_draw == pytest.approx(2 - np.random.default_rng(1).normal(0, 0.3, 4))
    assert one.several == 0


@given(st.floats(0.05, 3.95), st.floats(0.1, 100), st.booleans())
def test_any_line_crosses_at_its_zero(zero, slope, rising):
    """Whatever its slope and side."""
    one = found(lambda recruits, base: (1 if rising else -1) * slope * (recruits - zero))
    assert one.by_draw == pytest.approx([zero] * 4)
    assert one.half == pytest.approx(zero, abs=0.5)
    assert one.rises.all() == rising


def test_the_table_is_not_changed():
    before = TABLE.copy()
    found(linear)
    assert TABLE.equals(before)


def test_many_parameters_come_in_one_table():
    """The one that moves most comes first; each with all others as drawn."""
    steps = []
    many = break_evens(
        model(lambda recruits, base: recruits - 0.01 * base - 1), TABLE, {"base": [0.0, 1.0], "recruits": GRID},
        a=0, b=1, measure=KILLED, bounds={"base": (0.0, 9.0)}, progress=lambda *at: steps.append(at),
    )  # fmt: skip
    told = summary(many)
    assert list(told.columns) == SUMMARY
    assert list(told["parameter"]) == ["recruits", "base"]
    assert told.loc[0, "median"] == pytest.approx(np.median(1 + 0.01 * TABLE["base"]))
    # At own recruits 0.5 raids are better, in the others worse, whatever the base.
    assert (told.loc[1, "never_worse"], told.loc[1, "always_worse"]) == (0.25, 0.75)
    assert steps[0][:2] == (0, 2)
    assert steps[-1][:2] == (2, 2)


def test_the_sentence():
    """As planners read it, with units."""
    said = sentence(found(linear), title="recruits per fighter killed", unit="people", a="raids", b="protection alone")
    assert said == (
        "Raids are worse than protection alone in civilians killed by all sides in more than half of the futures where "
        "recruits per fighter killed is above 3 people; 25 % of the values held plausible are. The break-even is 2 "
        "people in the middle future, and 1.1 to 2.9 people in nine of ten of those that have one. From 0 to 4 people, "
        "raids are never worse in 25 % of futures and always in 0 %."
    )


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"values": [1.0]}, "do not rise"),
        ({"values": [2.0, 1.0]}, "do not rise"),
        ({"values": [0.0, np.inf]}, "do not rise"),
        ({"bounds": (1.0, 5.0)}, "tried at 0 and is bounded by 1 and 5"),
        ({"bounds": (0.0, 3.0)}, "tried at 4"),
        ({"a": 2}, "mandates 2 and 1"),
        ({"measure": 99}, "measure is 99"),
    ],
)
def test_what_does_not_fit_is_said(asked, says):
    """Each mistake has its sentence."""
    with pytest.raises(ComparisonError, match=says):
        found(linear, **asked)


def test_no_such_parameter_and_no_number_are_said():
    with pytest.raises(ComparisonError, match="no parameter 'rain'"):
        break_even(model(linear), TABLE, "rain", a=0, b=1, measure=KILLED, values=GRID)
    with pytest.raises(ComparisonError, match="With recruits at 0 the simulation gives nan in draw 1"):
        found(lambda recruits, base: np.where(base == 2, np.nan, recruits))
