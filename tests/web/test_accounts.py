"""Routes of the ledgers, with records that real ledgers made: numbers withheld, deadlines, store counts, estimates."""

import asyncio
import csv
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import httpx
import pytest
from fastapi import FastAPI

from tests.accounts import test_arms_life as arms_told
from tests.accounts import test_custody as custody_told
from tests.accounts import test_ddr_life as ddr_told
from tests.accounts import test_rights as rights_told
from toguna.accounts.book import Record
from toguna.core.errors import AccountError
from toguna.web.accounts import Ledgers, router
from toguna.web.accounts.aggregates import COUNTED, FEWEST, aggregates
from toguna.web.accounts.overdue import by_area, cases
from toguna.web.problems import add_problems

LISTS = "A,B,C,count\n1,0,0,122\n0,1,0,49\n0,0,1,60\n1,1,0,142\n1,0,1,112\n0,1,1,4\n1,1,1,12\n"
ALL_OF_IT = "/api/v1/accounts"


class Kept:
    """Records in memory, who asked for them and why; only `works` sees single ones."""

    def __init__(self, **records):
        self.kept = records
        self.asked = []

    def records(self, ledger, actor, reason):
        self.asked.append((ledger, actor.name, reason))
        if actor.name == "stranger":
            raise AccountError("You have no role that counts these records. Ask for one.")
        return self.kept.get(ledger, ())

    def sees_cases(self, ledger, actor):
        return actor.name == "works"


class Client:
    """Asks the application itself, with no server between; its errors come through."""

    def __init__(self, app):
        self.app = app

    def ask(self, method, path, **given):
        """The answer to one request."""

        async def asked():
            async with httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://localhost") as one:
                return await one.request(method, path, **given)

        return asyncio.run(asked())

    def get(self, path, **given):
        """The answer to a reading request."""
        return self.ask("GET", path, **given)

    def post(self, path, **given):
        """The answer to a request that sends something."""
        return self.ask("POST", path, **given)


def taken(number, area="ML07", **changes):
    """A person apprehended, as the ledger keeps it."""
    record = Record("custody", f"c-{area}-{number}")
    return custody_told.live("apprehended", record=record, apprehended={"area": area, **changes})


def rifle(serial, **stored):
    """A rifle that was imported, marked and laid into a store."""
    imported, marked, last = arms_told.TO_STORE
    steps = [(imported[0], imported[1] | {"serial": serial}), marked, (last[0], last[1] | stored)]
    return arms_told.walk(*steps, record=Record("arms", f"a-{serial}"))


@pytest.fixture
def served():
    """An application with the routes of ledgers and what is kept there."""
    app = FastAPI()
    app.include_router(router)
    add_problems(app)

    @app.middleware("http")
    async def told(request, following):
        request.state.actor = request.headers.get("actor", "")
        return await following(request)

    many = [taken(n) for n in range(12)] + [taken(n, "ML08") for n in range(2)] + [taken(n, "ML05") for n in range(7)]
    app.state.ledgers = Kept(custody=many, rights=[rights_told.story(*rights_told.TOLD)])
    return SimpleNamespace(app=app, client=Client(app), ledgers=app.state.ledgers)


def test_what_keeps_ledgers_is_told_by_its_shape(served):
    """Anything with the two methods plugs in."""
    assert isinstance(served.ledgers, Ledgers)


def test_small_cells_are_withheld_and_cannot_be_worked_out(served):
    """Two people in ML08 are withheld, with another cell so that the total does not give them away."""
    found = served.client.get(f"{ALL_OF_IT}/custody/aggregates").json()
    held = {row["area"]: row for row in found["data"]}
    assert {row["outcome"] for row in found["data"]} == {"held"}  # one quarter and one outcome: no totals of them
    assert held["ML08"]["count"] is None
    assert held["ML08"]["status"] == "withheld"
    assert sum(one["count"] is None for one in held.values()) >= 2
    assert held["total"]["count"] == 21
    assert any("not nought" in one for one in found["meta"]["remarks"])
    assert found["meta"]["total"] == len(found["data"])


def test_filters_choose_rows_after_withholding(served):
    """Asking for one area or outcome shows nothing that the whole table withholds."""
    whole = served.client.get(f"{ALL_OF_IT}/custody/aggregates").json()["data"]
    part = served.client.get(f"{ALL_OF_IT}/custody/aggregates", params={"area": "ML08", "sort": "-period"}).json()
    assert part["data"]
    assert all(row in whole for row in part["data"])
    assert part["meta"]["total"] == len(part["data"])


@pytest.mark.parametrize("form", ["csv", "json", "xlsx"])
def test_files_hold_just_the_rows_shown(served, form):
    """A download is the filtered table, missing left empty."""
    shown = served.client.get(f"{ALL_OF_IT}/custody/aggregates", params={"area": "ML08"}).json()["data"]
    file = served.client.get(f"{ALL_OF_IT}/custody/aggregates.{form}", params={"area": "ML08"})
    assert file.status_code == 200
    assert f"toguna-custody.{form}" in file.headers["content-disposition"]
    if form == "json":
        assert file.json() == shown
    elif form == "csv":
        rows = list(csv.DictReader(io.StringIO(file.text)))
        assert [row["count"] for row in rows] == ["" if one["count"] is None else str(one["count"]) for one in shown]
    else:
        openpyxl = pytest.importorskip("openpyxl")
        sheet = openpyxl.load_workbook(io.BytesIO(file.content)).active
        assert sheet.max_row == len(shown) + 1


@pytest.mark.parametrize("ledger", COUNTED)
def test_no_table_has_more_than_open_categories(served, ledger):
    """Whatever is kept, a table has places, quarters, kinds and counts."""
    found = served.client.get(f"{ALL_OF_IT}/{ledger}/aggregates").json()
    assert [one["name"] for one in found["meta"]["columns"]] == [*COUNTED[ledger].by, "count", "status"]
    for word in ("Awa", "Binta", "Kelani", "Camp 1"):
        assert word not in str(found)


def test_acts_known_by_year_alone_are_not_put_into_a_quarter():
    """A year stays a year."""
    vague = {**rights_told.EVENT, "date_precision": "year"}
    stories = [rights_told.story(("reported", vague), *rights_told.TOLD[1:], record_id=f"r{n}") for n in range(6)]
    table = aggregates("rights", stories).table
    assert set(table["period"]) == {"2013"}
    assert set(table["area"]) == {"XO01"}


def test_phases_gone_through_are_not_added_up():
    """Two people in three phases are two in each, and nowhere six."""
    people = [replace(ddr_told.eligible(), id=f"d{n}") for n in range(2)]
    table = aggregates("ddr", people).table
    assert set(table["phase"]) == {"presented", "screened", "eligible"}
    assert table["count"].isna().all()
    many = aggregates("ddr", [replace(ddr_told.eligible(), id=f"d{n}") for n in range(6)]).table
    assert set(many["count"]) == {6}


def test_reading_is_noted_with_who_and_why(served):
    """The keeper of ledgers is told who reads and what for."""
    served.client.get(f"{ALL_OF_IT}/rights/aggregates", headers={"actor": "ann"})
    served.client.get(f"{ALL_OF_IT}/rights/aggregates")
    assert [(ledger, actor) for ledger, actor, _ in served.ledgers.asked] == [("rights", "ann"), ("rights", "local")]
    assert all(reason for *_, reason in served.ledgers.asked)


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("nothing/aggregates", "no ledger"),
        ("custody/aggregates?sort=shoe", "no column 'shoe'"),
        ("custody/aggregates.gpkg", "csv"),
    ],
)
def test_what_there_is_not_is_said(served, path, says):
    """A wrong ledger, column or form is named with those there are."""
    found = served.client.get(f"{ALL_OF_IT}/{path}")
    assert found.status_code == 422
    assert says in found.json()["detail"]


def test_without_ledgers_the_routes_say_so(served):
    """Nothing is counted, and nought is not shown in its place; estimates need none."""
    served.app.state.ledgers = None
    found = served.client.get(f"{ALL_OF_IT}/custody/aggregates")
    assert found.status_code == 404
    assert "No ledgers are kept" in found.json()["detail"]
    assert served.client.get(f"{ALL_OF_IT}/ledgers").json()["meta"] == {"kept": False}


def test_a_stranger_reads_nothing(served):
    """Who has no role is refused by the keeper, and the refusal goes through."""
    found = served.client.get(f"{ALL_OF_IT}/custody/overdue", headers={"actor": "stranger"})
    assert found.status_code == 403
    assert "no role" in found.json()["detail"]


def test_overdue_comes_first_and_by_region():
    """Deadlines that passed stand above those to come; few people are withheld."""
    long_ago = [taken(n) for n in range(9)]
    lately = [taken(n, "ML05", apprehended_at=custody_told.at(70)) for n in range(6)]
    now = custody_told.T0 + timedelta(hours=71)
    table = by_area([*long_ago, *lately], now)
    assert list(dict.fromkeys(table["when"])) == ["overdue", "within_24_hours", "total"]
    assert set(table["area"]) == {"ML05", "ML07", "total"}
    total = table[(table[["when", "area", "what"]] == "total").all(axis=1)]
    assert total["count"].tolist() == [15]


def test_few_people_are_not_made_many_by_what_is_due_for_them():
    """Four people with four duties each are four, and stay withheld."""
    now = custody_told.T0 + timedelta(hours=71)
    few = by_area([*(taken(n) for n in range(9)), *(taken(n, "ML08") for n in range(FEWEST - 1))], now)
    assert few[few["area"] == "ML08"]["count"].isna().all()
    assert few["count"].max() == 13


def test_records_are_shown_to_those_who_work_on_them(served):
    """Record by record only where the role allows; others see regions, and are told."""
    mine = served.client.get(f"{ALL_OF_IT}/custody/overdue?single=true", headers={"actor": "works"}).json()
    assert {"record", "hours_late", "rule"} <= set(mine["data"][0])
    late = [row["hours_late"] for row in mine["data"]]
    assert late == sorted(late, reverse=True)
    theirs = served.client.get(f"{ALL_OF_IT}/custody/overdue?single=true").json()
    assert theirs["meta"]["overdue"] == {"count": 21, "status": "shown"}
    assert "record" not in theirs["data"][0]
    assert any("Record by record" in one for one in theirs["meta"]["remarks"])


def test_cases_name_nobody():
    """A record number, its area, what is due and by which rule; no name, no custody number."""
    registered = custody_told.live("apprehended", "registered", registered={"name": "Awa"})
    table = cases([registered], datetime(2013, 3, 1, tzinfo=UTC))
    assert "Awa" not in table.to_csv()
    assert "GAO" not in table.to_csv()
    assert table["hours_late"].iloc[0] > 0


HEAD = "make,model,serial,country_of_manufacture\n"


def counted(served, *serials, store="Depot 1"):
    """What a count says, by finding."""
    kept = [rifle("A10"), rifle("A20"), rifle("A30", store="Depot 2"), rifle("B50")]
    served.app.state.ledgers = Kept(arms=kept)
    text = HEAD + "".join(f"Zastava,M-70,{one},SRB\n" for one in serials)
    asked = {"store": store, "text": text}
    found = served.client.post(f"{ALL_OF_IT}/arms/reconcile", json=asked)
    return {row["finding"]: (row["count"], row["rows"]) for row in found.json()["data"]}


def test_a_store_count_by_hand(served):
    """One agrees, one is of another store, one is unknown but reads like B50, which is missing; A10 counted twice."""
    found = counted(served, "a-10", "A30", "850", "A 10")
    assert found == {
        "matched": (1, ""), "missing": (2, ""), "surplus": (1, "4"), "elsewhere": (1, "3"), "conflicts": (0, ""),
        "duplicates": (1, "2, 5"), "registered_twice": (0, ""), "misread": (1, "4"),
    }  # fmt: skip


def test_a_store_count_shows_no_serial(served):
    """Rows of the reader's own file, and numbers; serials of the register stay there."""
    assert "B50" not in str(counted(served, "A10"))


@pytest.mark.parametrize(
    ("given", "says"),
    [({"store": "Depot 9"}, "no such store"), ({"text": "make,model\nZ,M\n"}, "serial"),
     ({"text": HEAD + "Zastava,,A1,SRB\n"}, "row 2")],
)  # fmt: skip
def test_a_count_that_cannot_be_held_against_the_register(served, given, says):
    """An unknown store, a lacking column, a weapon without identity: said, with the row."""
    served.app.state.ledgers = Kept(arms=[rifle("A10")])
    asked = {"store": "Depot 1", "text": HEAD + "Zastava,M-70,A10,SRB\n"} | given
    found = served.client.post(f"{ALL_OF_IT}/arms/reconcile", json=asked)
    assert found.status_code == 422
    assert says in found.json()["detail"]


def test_whoever_sees_no_serials_counts_no_store(served):
    """Records without identities would all look surplus; that is refused instead."""
    masked = arms_told.walk(("seized", arms_told.SEIZED | arms_told.UNREAD | {"serial": None}))
    served.app.state.ledgers = Kept(arms=[masked])
    asked = {"store": "Depot 1", "text": HEAD + "Zastava,M-70,A10,SRB\n"}
    assert "not see makes" in served.client.post(f"{ALL_OF_IT}/arms/reconcile", json=asked).json()["detail"]


def test_an_estimate_stands_beside_others(served):
    """Every method has a row; nothing is one number; the file is not kept and its hash is told."""
    asked = {"text": LISTS, "iterations": 2_000, "chains": 2, "sensitivity": False}
    found = served.client.post(f"{ALL_OF_IT}/estimate", json=asked).json()
    methods = {row["method"] for row in found["data"]}
    assert {"log-linear", "decomposable graphs", "latent classes"} <= methods
    assert found["meta"]["low"] < found["meta"]["high"]
    assert found["meta"]["says"]["must_hold"]
    assert len(found["meta"]["made_from"]["sha256"]) == 64
    for row in found["data"]:
        assert row["holds"] or row["N"] is None


@pytest.mark.parametrize(
    ("text", "says"),
    [("A,B,count\n1,0,3\n0,1,4\n1,1,2\n", "fewer than 3"), ("A,B,C\n1,0,7\n0,1,1\n1,1,1\n1,1,0\n1,0,0\n", "row 2")],
)
def test_lists_that_tell_nothing_are_refused(served, text, says):
    """Two lists, or a value that is neither 0 nor 1, with the row."""
    assert says in served.client.post(f"{ALL_OF_IT}/estimate", json={"text": text}).json()["detail"]


@pytest.mark.parametrize("change", [{"iterations": 10**9}, {"name": "../x.csv"}, {"text": ""}, {"strange": 1}])
def test_an_estimate_is_bounded(served, change):
    """Nobody holds the machine, leaves the folder or adds fields."""
    assert served.client.post(f"{ALL_OF_IT}/estimate", json={"text": LISTS, **change}).status_code == 422
