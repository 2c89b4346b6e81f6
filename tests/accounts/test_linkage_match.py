"""Matching made-up records: how well, how stable, what it says and what it keeps to itself."""

import builtins
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from bench.linkage import made_up

from toguna.accounts.linkage import Compared, match, thresholds
from toguna.accounts.linkage.columns import folded, prepared, usual
from toguna.accounts.linkage.comparisons import comparisons
from toguna.accounts.linkage.dates import span
from toguna.core.errors import AccountError, AskError


@pytest.fixture(scope="module")
def table():
    return made_up(700, seed=5)


@pytest.fixture(scope="module")
def found(table):
    return match(table.drop(columns=["person", "list"]), seed=3)


def split(table):
    return {str(name): part.drop(columns=["person", "list"]) for name, part in table.groupby("list")}


def test_floors_of_precision_and_recall(table, found):
    curve = thresholds(found, table[["id", "person"]], at=(0.05, 0.5, 0.95)).table.set_index("threshold")
    assert curve.loc[0.5, "precision"] > 0.97
    assert curve.loc[0.5, "recall"] > 0.95
    assert curve.loc[0.95, "precision"] > 0.99
    assert curve.loc[0.05, "recall"] > 0.97


def test_same_seed_gives_the_same(table, found):
    again = match(table.drop(columns=["person", "list"]), seed=3)
    pd.testing.assert_frame_equal(again.scored, found.scored)
    assert again.odds == pytest.approx(found.odds, rel=1e-9)


def test_odds_are_near_the_share_of_true_pairs(table, found):
    sizes = table.groupby("person").size()
    share = (sizes * (sizes - 1) / 2).sum() / (700 * 699 / 2)
    assert found.odds == pytest.approx(share, rel=0.15)


def test_weight_is_the_log_odds_plus_the_bits(found):
    """What a pair weighs is what its explanation adds up to."""
    bits = found.scored[[one for one in found.scored if one.startswith("bits_")]].sum(axis=1)
    start = np.log2(found.odds / (1 - found.odds))
    np.testing.assert_allclose(found.scored["weight"], bits + start, atol=1e-4)


def test_missing_has_no_weight(table, found):
    missing = found.scored["level_birth"] == -1
    assert missing.any()
    assert (found.scored.loc[missing, "bits_birth"] == 0).all()
    assert found.pairs.loc[missing.to_numpy(), "why"].str.contains("not known: .*birth").all()
    births = table["birth"].isna().to_numpy()
    left, right = found.scored["left"], found.scored["right"]
    assert (missing.to_numpy() == (births[left] | births[right])).all()


def test_swapped_names_count_once(found):
    """The family name carries all the evidence of a swap, the given name none."""
    swapped = found.pairs["why"].str.contains("given and family name swapped")
    assert swapped.any()
    assert (found.scored.loc[swapped.to_numpy(), "bits_given"] == 0).all()
    assert (found.scored.loc[swapped.to_numpy(), "bits_family"] > 5).all()


def test_rare_names_weigh_more(table, found):
    same = found.scored[found.scored["level_family"] == 0]
    often = table["family"].map(folded).map(table["family"].map(folded).value_counts()).to_numpy()
    rank = pd.Series(often[same["left"]]).rank().corr(same["bits_family"].reset_index(drop=True).rank())
    assert rank < -0.99


def test_no_name_is_printed(table, found):
    names = set(table["given"].dropna()) | set(table["family"].dropna())
    said = f"{found!s} {found!r} " + " ".join(found.pairs["why"]) + " ".join(map(str, found.made_from.values()))
    assert not {word for word in said.replace(",", " ").split() if word in names and len(word) > 4}
    assert not set(found.pairs.columns) & {"given", "family", "birth"}


def test_across_lists_never_pairs_within_one():
    table = made_up(600, seed=8, lists=3)
    found = match(split(table), across=True, seed=1)
    left, right = found.records.loc[found.scored["left"]], found.records.loc[found.scored["right"]]
    assert (left["list"].to_numpy() != right["list"].to_numpy()).all()
    curve = thresholds(found, table[["list", "id", "person"]], at=(0.5,)).table
    assert curve["precision"].iloc[0] > 0.95
    assert curve["recall"].iloc[0] > 0.93
    assert found.clusters().groupby("cluster")["list"].agg(lambda lists: lists.is_unique).all()


def test_a_list_of_whole_names_meets_one_of_parts():
    table = made_up(500, seed=2, lists=2)
    lists = split(table)
    whole = lists["list 1"]
    parts = zip(whole["family"], whole["given"], strict=True)
    joined = [" ".join(one for one in row if isinstance(one, str)) for row in parts]
    lists["list 1"] = whole.drop(columns=["given", "family"]).assign(name=joined)
    found = match(lists, seed=1)
    assert {"name", "birth", "date"} <= set(found.chances["field"])
    assert "given" not in set(found.chances["field"])
    curve = thresholds(found, table[["list", "id", "person"]], at=(0.5,)).table
    assert curve["precision"].iloc[0] > 0.93
    assert curve["recall"].iloc[0] > 0.93


def test_age_at_the_event_gives_a_span_of_births():
    """34 years on 17 April 2012: born from 18 April 1977 to 17 April 1978, give or take a leap day."""
    table = pd.DataFrame({"id": [1], "name": ["a"], "age": [34], "date": ["2012-04-17"]})
    row = prepared({"one": table}, usual({"one": table})).iloc[0]
    first, last = pd.Timestamp("1977-04-18").toordinal(), pd.Timestamp("1978-04-17").toordinal()
    assert abs(row["birth_low"] - first) <= 1
    assert abs(row["birth_high"] - last) <= 1


def test_dates_known_to_a_year_month_or_day():
    low, high = span("2012")[2:]
    assert high - low == 365
    assert span("2012-02")[3] - span("2012-02")[2] == 28
    assert span("2012-02-05") == ("2012-02-05", "2012-05-02", 734538, 734538)
    assert span("2012-02-30")[2:] == (low, high), "a day that cannot be: only the year is believed"
    assert span(pd.Timestamp("2012-02-05")) == span("2012-02-05")
    assert span(None) == span(float("nan")) == span(pd.NaT) == (None, None, None, None)
    assert span("5/2/2012") is None


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (pd.DataFrame({"id": [1, 1], "name": ["Sekret", "b"]}), "row 2, id"),
        (pd.DataFrame({"id": [1, 2], "name": ["a", "b"], "birth": ["1990", "Sekret"]}), "row 2, birth"),
        (pd.DataFrame({"id": [1, 2], "name": ["a", "b"], "age": [9, "Sekret"], "date": "2012"}), "row 2, age"),
        (pd.DataFrame({"name": ["Sekret"]}), "no column 'id'"),
        (pd.DataFrame({"id": [1, 2], "colour": ["Sekret", "b"]}), "No column is compared"),
        (pd.DataFrame({"id": [], "name": []}), "no record"),
    ],
)
def test_errors_say_where_and_hold_no_value(table, said):
    with pytest.raises(AccountError, match=said) as error:
        match(table)
    assert "Sekret" not in str(error.value)


def test_what_is_asked_must_make_sense():
    table = pd.DataFrame({"id": [1, 2], "name": ["a", "b"]})
    with pytest.raises(AskError, match="in order"):
        match(table, lower=0.9, upper=0.1)
    with pytest.raises(AskError, match="two or more"):
        match(table, across=True)
    with pytest.raises(AccountError, match="'nom'"):
        match(table, columns=Compared(name="nom"))
    with pytest.raises(AccountError, match="share a key"):
        match(table)


def test_without_the_extra_it_says_which(monkeypatch):
    real = builtins.__import__

    def without(name, *rest, **more):
        if name.split(".")[0] == "splink":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(AccountError, match=r"toguna\[accounts\]"):
        match(pd.DataFrame({"id": [1, 2], "name": ["a", "a"]}))


def test_levels_and_rules_are_on_the_page(found):
    """docs/linkage.md says everything that is compared and every key."""
    page = " ".join((Path(__file__).parents[2] / "docs" / "linkage.md").read_text(encoding="utf-8").split())
    assert not [one for one in found.rules if one not in page]
    assert not [one.field for one in found.compared if f"| {one.field} |" not in page]


def test_last_level_takes_what_is_left(table):
    made = comparisons(prepared({"one": table}, usual({"one": table})))
    assert all(one.levels[-1].sql == "" and all(level.sql for level in one.levels[:-1]) for one in made)
    assert all(sum(level.m for level in one.levels) == pytest.approx(1, abs=0.03) for one in made)
