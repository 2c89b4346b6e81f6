"""What the public says: no trace of who said it, distributions of many, no text that nobody has read."""

import csv
import io
import sqlite3
from datetime import date
from itertools import permutations

import pytest
from pydantic import ValidationError

from toguna.core.errors import AskError
from toguna.web.public.answer import Answer
from toguna.web.public.limit import Limit
from toguna.web.public.results import results, waiting, wilson
from toguna.web.public.routes import as_csv
from toguna.web.public.store import Store

TODAY = "2026-11-28"
RANKINGS = list(permutations((1, 2, 3, 4, 5)))


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "public.sqlite")


def fill(store, number, day="2026-11-20", **more):
    for at in range(number):
        store.add(Answer(ranking=RANKINGS[at % 120], **more), date.fromisoformat(day))


def test_nothing_personal_can_be_kept(store, tmp_path):
    """The file has no column for who answered, no clock, no order of arrival, and no way from a reason to a ranking."""
    store.add(Answer(ranking=(1, 4, 2, 3, 5), ratings={"canada-2013": 4}, reason="Because"), date(2026, 11, 20))
    base = sqlite3.connect(tmp_path / "public.sqlite")
    columns = {
        name
        for table in ("answers", "ratings", "reasons")
        for _, name, *_ in base.execute(f"PRAGMA table_info({table})")
    }
    assert columns == {"id", "day", "ranking", "weights", "contribution", "stars", "text", "state"}
    ids = [base.execute(f"SELECT id FROM {table}").fetchone()[0] for table in ("answers", "ratings", "reasons")]
    assert len(set(ids)) == 3
    for table in ("answers", "ratings", "reasons"):
        with pytest.raises(sqlite3.OperationalError):
            base.execute(f"SELECT rowid FROM {table}")
    base.close()


@pytest.mark.parametrize(
    "said",
    [
        {"ranking": (1, 1, 2, 3, 4)}, {"ranking": (1, 2)}, {"weights": (50, 50, 50, -25, -25)},
        {"weights": (99, 0, 0, 0, 0)},
        {"ratings": {"canada-2013": 6}}, {"ratings": {"canada-2013": 0}}, {"reason": "x" * 2001}, {"email": "a@b.c"},
        {"ticket": "<script>"},
    ],
)  # fmt: skip
def test_an_answer_that_is_none_is_refused(said):
    """Rankings are whole, weights are a hundred points, ratings 1 to 5, and there is no field for who one is."""
    with pytest.raises(ValidationError):
        Answer(**said)


def test_nine_answers_are_withheld_and_ten_are_shown(store):
    """No figure rests on fewer than ten answers."""
    fill(store, 9, ratings={"canada-2013": 5})
    assert results(store, TODAY).empty
    fill(store, 1, ratings={"canada-2013": 1})
    shown = results(store, TODAY)
    assert set(shown["of"]) == {10}
    rated = shown[shown["question"] == "rating"].set_index("value")["answers"].to_dict()
    assert rated == {1: 1, 2: 0, 3: 0, 4: 0, 5: 9}


def test_two_readings_never_differ_by_one_answer(store):
    """An eleventh answer waits for nine more, and an answer of today for tomorrow."""
    fill(store, 10)
    before = results(store, TODAY)
    fill(store, 1, day="2026-11-25")
    fill(store, 15, day=TODAY)
    assert results(store, TODAY).equals(before)
    assert waiting(store, TODAY) == 10
    after = results(store, "2026-11-29")
    assert set(after["of"]) == {26}


def test_first_ranks_sum_to_all_and_carry_intervals(store):
    """Each ranking has one first principle; Wilson's interval holds the share and widens for few."""
    fill(store, 40)
    first = results(store, TODAY).query("question == 'first'")
    assert first["answers"].sum() == 40
    assert ((first["low"] <= first["share"]) & (first["share"] <= first["high"])).all()
    narrow, wide = wilson(60, 200), wilson(3, 10)
    assert narrow[1] - narrow[0] < wide[1] - wide[0]
    assert wilson(0, 10)[0] == 0
    assert wilson(10, 10)[1] == 1


def test_weights_are_counted_by_twenties(store):
    """Points are shown in five classes, the last from eighty to a hundred."""
    for _ in range(10):
        store.add(Answer(weights=(100, 0, 0, 0, 0)), date(2026, 11, 20))
    shown = results(store, TODAY).query("question == 'weight' and subject == '1'").set_index("value")["answers"]
    assert shown.to_dict() == {0: 0, 20: 0, 40: 0, 60: 0, 80: 10}


def test_a_reason_waits_until_it_is_passed_and_a_withheld_one_is_erased(store, tmp_path):
    """Nobody sees what nobody has read; the text of a refused one is gone from the file."""
    for text in ("Water first", "A named neighbour did it"):
        store.add(Answer(reason=text), date(2026, 11, 20))
    assert store.reasons("shown") == []
    good, bad = sorted(store.reasons("waiting"), key=lambda one: one.text, reverse=True)
    store.decide(good.id, "shown")
    store.decide(bad.id, "withheld")
    assert [one.text for one in store.reasons("shown")] == ["Water first"]
    assert store.reasons("waiting") == []
    assert b"named neighbour" not in (tmp_path / "public.sqlite").read_bytes()
    with pytest.raises(AskError):
        store.decide("none", "shown")


def test_no_text_becomes_a_formula_in_a_spreadsheet():
    """A cell that would begin a formula begins with an apostrophe; quotes, commas and lines stay in their cell."""
    import pandas as pd

    texts = [
        '=HYPERLINK("http://x","y")',
        "+1",
        "-1+cmd|' /C calc'!A0",
        "@SUM(A1)",
        " =1",
        "\t=1",
        'say "no", then\ngo',
        "water",
    ]
    made = as_csv(pd.DataFrame({"text": texts, "share": -0.5}), "x").body.decode()
    rows = list(csv.reader(io.StringIO(made)))[1:]
    assert [row[1] for row in rows] == ["-0.5"] * len(texts)
    assert all(not row[0].lstrip().startswith(("=", "+", "-", "@")) for row in rows)
    assert rows[-2][0] == texts[-2]


def test_an_address_is_limited_by_a_key_that_changes_every_day():
    """Five a day; another address and another day start anew; the address itself is nowhere."""
    day = [date(2026, 11, 28)]
    limit = Limit(most=5, today=lambda: day[0])
    assert [limit.admits("192.0.2.7") for _ in range(6)] == [True] * 5 + [False]
    assert limit.admits("192.0.2.8")
    assert "192.0.2.7" not in str(vars(limit))
    day[0] = date(2026, 11, 29)
    assert limit.admits("192.0.2.7")


def test_one_customer_network_is_one_address():
    """Addresses of one IPv6 network count together, those of two do not."""
    limit = Limit(most=1)
    assert limit.admits("2001:db8:1:1::1")
    assert not limit.admits("2001:db8:1:1::2")
    assert limit.admits("2001:db8:1:2::1")


def test_a_form_sent_twice_counts_once():
    """A ticket is new once a day; without one every form is new."""
    limit = Limit()
    assert [limit.is_new("abc"), limit.is_new("abc"), limit.is_new(""), limit.is_new("")] == [True, False, True, True]
