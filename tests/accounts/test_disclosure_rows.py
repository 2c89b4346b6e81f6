"""Extracts row by row: coarse places and dates, classes of k, pseudonyms."""

import unicodedata
from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from toguna.accounts.disclosure import Coarseness, Pseudonyms, coarse_date, coarse_place, k_anonymity, release
from toguna.core.errors import AccountError, AskError, DataError

PARENTS = {"ML": "", "ML07": "ML", "ML0703": "ML07", "ML070301": "ML0703"}
KEY = bytes(range(32))


@pytest.mark.parametrize(
    ("level", "area"), [("country", "ML"), ("admin1", "ML07"), ("admin2", "ML0703"), ("admin3", "ML070301")]
)
def test_places_at_every_level(level, area):
    """By digits and by what lies in what, the same."""
    assert coarse_place("ML070301", level) == coarse_place("ML070301", level, parents=PARENTS) == area


def test_places_of_other_countries_and_no_finer_than_given():
    """One-digit regions by `digits`; a coarse area is not made finer."""
    assert coarse_place("NER105", digits=(1, 2)) == "NER1"
    assert coarse_place("ML", "admin2") == "ML"
    assert coarse_place("ML07", "admin2", parents=PARENTS) == "ML07"


def test_series_keep_index_and_gaps():
    """A missing place or day stays missing."""
    places = pd.Series(["ML0703", None, "ML0801"], index=[5, 7, 9])
    made = coarse_place(places)
    assert made.dropna().to_dict() == {5: "ML07", 9: "ML08"}
    days = pd.Series([date(2013, 2, 17), None, date(2013, 12, 31)], index=[5, 7, 9])
    assert coarse_date(days, "quarter").dropna().to_dict() == {5: "2013-Q1", 9: "2013-Q4"}
    assert coarse_date(pd.to_datetime(days)).dropna().tolist() == ["2013-02", "2013-12"]


@given(st.dates())
def test_a_coarser_date_follows_from_a_finer(day):
    """Month, quarter and year agree, as text or as date."""
    month, quarter, year = (coarse_date(day, level) for level in ("month", "quarter", "year"))
    assert month == coarse_date(day.isoformat()) == day.isoformat()[:7]
    assert year == month[:4] == quarter[:4]
    assert int(quarter[-1]) == (int(month[-2:]) - 1) // 3 + 1


def test_settings_are_coarse_by_default_and_frozen():
    """Admin 1 and month; a table is made coarse in one call and left as it was."""
    table = pd.DataFrame({"area": ["ML0703"], "day": ["2013-02-17"], "people": [9]})
    assert Coarseness().apply(table, place="area", day="day").iloc[0].tolist() == ["ML07", "2013-02", 9]
    assert table.loc[0, "area"] == "ML0703"
    with pytest.raises(ValidationError):
        Coarseness().place = "admin3"


@pytest.mark.parametrize("bad", ["Gao", "ML070", "", "ML07030101"])
def test_no_pcode_is_refused_without_saying_it(bad):
    """A wrong code may be a name: it is not repeated."""
    with pytest.raises(DataError) as error:
        coarse_place(bad)
    assert not bad or bad not in str(error.value)


def test_other_faults_of_places_and_dates():
    """Levels that are none, codes not among parents, circles, days that are none."""
    with pytest.raises(AskError, match="'village' is no level"):
        coarse_place("ML07", "village")
    with pytest.raises(DataError, match="not among `parents`"):
        coarse_place("ML99", parents=PARENTS)
    with pytest.raises(DataError, match="inside itself"):
        coarse_place("a", parents={"a": "b", "b": "a"})
    with pytest.raises(AskError, match="'day' is no coarseness"):
        coarse_date("2013-02-17", "day")
    with pytest.raises(DataError, match="not written as YYYY-MM-DD"):
        coarse_date("17 February")


ROWS = pd.DataFrame(
    {"area": ["ML07"] * 5 + ["ML08"] * 2, "sex": ["w"] * 5 + ["w", None], "note": list("abcdefg")}, index=range(10, 17)
)


def test_classes_are_counted():
    """Five alike, and two that are not; a missing value is a class of its own."""
    found = k_anonymity(ROWS, ["area", "sex"])
    assert (found.smallest, found.holds, list(found.under)) == (1, False, [15, 16])
    assert k_anonymity(ROWS, ["area"], k=2).holds
    assert k_anonymity(ROWS.iloc[:0], ["area"]).smallest == 0


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xy")), max_size=30), st.integers(2, 5))
def test_what_is_kept_is_k_anonymous(rows, k):
    """After rows are withheld every class has k, and no class that had k is gone."""
    table = pd.DataFrame(rows, columns=["area", "sex"])
    kept = k_anonymity(table, ["area", "sex"], k).kept
    assert k_anonymity(kept, ["area", "sex"], k).holds
    assert len(kept) == sum(rows.count(row) >= k for row in rows)


def test_an_extract_under_k_is_refused_by_columns_never_values():
    """The sentence names columns and how many rows; with rows withheld the rest goes out."""
    with pytest.raises(AccountError, match="By area, sex the smallest class has 1 rows; 2 of 7 rows") as error:
        release(ROWS, ["area", "sex"])
    assert "ML08" not in str(error.value)
    assert release(ROWS, ["area", "sex"], withhold_rows=True).index.tolist() == [10, 11, 12, 13, 14]
    assert len(release(ROWS, ["area"], k=2)) == 7
    with pytest.raises(AccountError, match="Nothing is left"):
        release(ROWS, ["area"], k=6, withhold_rows=True)


@pytest.mark.parametrize(
    ("columns", "k", "says"), [([], 5, "No quasi"), (["x"], 5, "no column 'x'"), (["sex"], 1, "2 or")]
)
def test_what_cannot_be_asked_of_classes(columns, k, says):
    """No columns, columns the table has not, and a k that says nothing."""
    with pytest.raises(AskError, match=says):
        k_anonymity(ROWS, columns, k)


def test_pseudonyms_are_stable_and_of_a_known_answer():
    """The same always; the value was reckoned with openssl's HMAC."""
    made = Pseudonyms(KEY, "caseload study")
    assert made.of("case-17") == Pseudonyms(KEY, "caseload study").of(" case-17 ") == "5PX65P7WY7L4DEZL"
    assert made.of(pd.Series(["case-17", None], index=[3, 4])).dropna().to_dict() == {3: made.of("case-17")}


@given(st.sets(st.text(min_size=1).filter(str.strip).map(str.strip), min_size=1, max_size=30))
def test_two_purposes_cannot_be_joined(people):
    """No pseudonym of one purpose, or of one key, occurs in another; within one all differ."""
    people = {unicodedata.normalize("NFC", one) for one in people}
    one, two = Pseudonyms(KEY, "a study"), Pseudonyms(KEY, "b study")
    other = Pseudonyms(KEY[::-1], "a study")
    sets = [{made.of(person) for person in people} for made in (one, two, other)]
    assert all(len(each) == len(people) for each in sets)
    assert not sets[0] & sets[1]
    assert not sets[0] & sets[2]


def test_keys_and_purposes_that_protect_nothing_are_refused():
    """Short keys, no purpose, no identifier; the key is never printed."""
    with pytest.raises(AccountError, match="32 bytes"):
        Pseudonyms(b"short", "study")
    with pytest.raises(AccountError, match="purpose"):
        Pseudonyms(KEY, " ")
    with pytest.raises(AccountError, match="identifier is empty"):
        Pseudonyms(KEY, "study").of(" ")
    assert "key" not in repr(Pseudonyms(KEY, "study"))
