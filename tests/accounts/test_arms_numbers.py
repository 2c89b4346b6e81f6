"""Distances, retention, tracing requests, peace operations and aggregates, by hand."""

from datetime import date

import pytest

from tests.accounts import test_arms_life as told
from tests.accounts.test_arms_life import LOTS, OPERATIONS, refused, walk
from tests.accounts.test_arms_machine import LOT
from toguna.accounts.arms import (
    annual,
    distances,
    keep_until,
    lots_monthly,
    mixing_faults,
    monthly,
    net_explosive,
    quantity_distance,
    read_coefficients,
    read_limits,
    read_mixing,
    read_retention,
    refuse_early_erasure,
    rules,
    still_in,
    tracing_request,
)
from toguna.accounts.book import Record
from toguna.core.errors import AccountError, AskError, DataError

MADE = {**told.WEAPON, **told.DEPOT, "on": "2020-02-29", "area": "XO01", "manufacturing_licence": "M 1"}


@pytest.mark.parametrize(("kg", "metres"), [(1_000, 222), (10_000, 478), (8, 44), (1, 22)])
def test_distances_by_hand(kg, metres):
    """22.2 times the cube root of the quantity."""
    assert round(quantity_distance(kg, 22.2, "the user's table")) == metres


@pytest.mark.parametrize(
    ("kg", "k", "source"), [(1, 22.2, " "), (0, 22.2, "s"), (-1, 1, "s"), (1, 0, "s"), (float("nan"), 1, "s")]
)
def test_no_distance_without_source_or_quantity(kg, k, source):
    """A coefficient nobody read anywhere gives no distance."""
    with pytest.raises(AskError):
        quantity_distance(kg, k, source)


def written(folder, text):
    path = folder / "table.yaml"
    path.write_text(text, encoding="utf-8")
    return path


TABLE = """
coefficients:
  - {hazard_division: "1.1", site: inhabited building, K: 22.2, citation: "made up, for the test"}
  - {hazard_division: "1.1", site: public road, K: 14.8, least: 180, citation: "made up, for the test"}
  - {hazard_division: "1.3", site: inhabited building, K: 6.4, citation: "made up, for the test"}
"""


def test_a_stores_distances(tmp_path):
    """Each division by its own quantity, and by all the store's; a least distance holds; a division without K stops."""
    table = distances({"1.1": 1000.0, "1.3": 7000.0, "1.4": 0.0}, read_coefficients(written(tmp_path, TABLE)))
    rows = {(row.hazard_division, row.site): (row.distance_m, row.distance_all_m) for row in table.itertuples()}
    assert rows == {
        ("1.1", "inhabited building"): (222, 444),
        ("1.1", "public road"): (180, 296),
        ("1.3", "inhabited building"): (123, 128),
    }
    with pytest.raises(AskError, match=r"1\.2"):
        distances({"1.2": 5.0}, read_coefficients(written(tmp_path, TABLE)))


def test_coefficients_need_a_citation(tmp_path):
    """A table without citation is refused by the name of what is missing."""
    with pytest.raises(DataError, match="citation"):
        read_coefficients(written(tmp_path, TABLE.replace(', citation: "made up, for the test"', "")))
    with pytest.raises(DataError, match="no YAML"):
        read_coefficients(written(tmp_path, "a: [1"))


def test_mixing(tmp_path):
    """Groups lie together only where the user's table says so."""
    table = read_mixing(written(tmp_path, 'citation: "made up, for the test"\nallowed: [[C, D], [D, S]]\nnever: [L]'))
    assert mixing_faults(["C", "C", "D"], table) == ()
    assert len(mixing_faults(["C", "D", "S"], table)) == 1
    assert "own group" in mixing_faults(["L", "L"], table)[0]
    assert mixing_faults(["L"], table) == ()


def test_net_explosive_of_a_store():
    """What is left in the store counts, by hazard division; a lot that does not say stops the sum."""
    said = LOT | {"hazard_division": "1.1", "neq_g": 500}
    lot = walk(("entered", said), ledger=LOTS)
    out = {"from_holder": "Depot", "holder": "Unit", "holder_kind": "police", "on": "2024-02-01", "area": "XO01"}
    lot = walk(("issued", out | {"quantity": 400}), ledger=LOTS, record=lot)
    other = walk(("entered", said | {"hazard_division": "1.4", "store": "Depot 2"}), ledger=LOTS)
    assert net_explosive([lot, other], "Depot 1") == {"1.1": 300.0}
    with pytest.raises(AskError, match="1 lots"):
        net_explosive([lot, walk(("entered", LOT), ledger=LOTS)], "Depot 1")


def test_lots_are_closed_when_nothing_is_left():
    """A lot used up is closed; one with anything in store or out is not; issued first, used after."""
    out = {"from_holder": "Depot", "holder": "Unit", "holder_kind": "police", "on": "2024-02-01", "area": "XO02"}
    used = {"from_holder": "unit", "quantity": 1000, "on": "2024-03-01", "area": "XO02"}
    steps = [("entered", LOT), ("issued", out | {"quantity": 1000}), ("used", used)]
    end = {"on": "2024-04-01", "area": "XO01"}
    assert walk(*steps, ("closed", end), ledger=LOTS).state == "closed"
    assert "still in store or issued" in refused(*steps[:2], ("closed", end), ledger=LOTS)
    assert "before the last step" in refused(*steps, ("closed", end | {"on": "2024-02-28"}), ledger=LOTS)
    assert "article 3" in refused(
        steps[0], ("issued", out | {"quantity": 1, "holder_kind": "non_state_armed_group"}), ledger=LOTS
    )
    table = lots_monthly([walk(*steps, ledger=LOTS)])
    assert table.to_numpy().tolist() == [
        ["XO01", "2024-01", "cartridges", "collected", 1000],
        ["XO02", "2024-02", "cartridges", "issued", 1000],
        ["XO02", "2024-03", "cartridges", "used", 1000],
    ]


ONLY = {one.id: one for one in rules()}


def test_retention_by_hand():
    """Thirty years from manufacture, ten from export; the longest wins; for good beats all."""
    made = walk(("manufactured", MADE))
    assert keep_until(made, [ONLY["iti-manufacture"], ONLY["iti-other"]]).until == date(2050, 3, 1)
    assert keep_until(made, [ONLY["iti-other"]]).until == date(2040, 2, 29)
    assert keep_until(made, rules()).until is None
    assert "article 9" in str(keep_until(made, rules()))
    out = {**told.EXEMPT, "from_holder": "National Depot", "holder": "Abroad", "holder_kind": "foreign_state"}
    out |= {"on": "2024-06-01", "area": "XO01", "country_of_consignee": "XAA"}
    sent = walk(*told.TO_STORE, ("exported", out))
    assert keep_until(sent, [ONLY["att-export"]]).until == date(2034, 6, 1)
    assert keep_until(sent, [ONLY["att-export"], ONLY["iti-import"]]).rule.id == "iti-import"
    with pytest.raises(AskError, match="No rule"):
        keep_until(made, [ONLY["att-export"]])
    with pytest.raises(AskError, match="No rule"):
        keep_until(Record("arms", "new"), rules())


def test_erasing_too_early_is_refused():
    """The day before is too early and the article says why; the day itself is not."""
    made = walk(("manufactured", MADE))
    with pytest.raises(AccountError, match=r"paragraph 12.*unverified"):
        refuse_early_erasure(made, [ONLY["iti-manufacture"]], date(2050, 2, 28))
    refuse_early_erasure(made, [ONLY["iti-manufacture"]], date(2050, 3, 1))
    with pytest.raises(AccountError, match="for good"):
        refuse_early_erasure(made, rules(), date(2999, 1, 1))


def test_what_is_verified_says_so():
    """Only the text that was opened is marked as such."""
    assert {one.id for one in rules() if one.text_status == "verified"} == {"att-export"}


def test_own_rules_are_read(tmp_path):
    """A country's rules and limits come from files of the same form; a fault is named."""
    rule = "rules: [{id: x, source: Law, article: article 1, text: t, text_status: unverified, since: last, years: %s}]"
    assert read_retention(written(tmp_path, rule % 5))[0].years == 5
    with pytest.raises(DataError, match="years"):
        read_retention(written(tmp_path, rule % "many"))
    with pytest.raises(DataError, match="licence_years"):
        read_limits(written(tmp_path, "{}"))


@pytest.mark.parametrize(
    ("language", "words"), [("en", ("assault rifle", "at a checkpoint")), ("fr", ("fusil d’assaut", "saisie"))]
)
def test_a_tracing_request_names_the_weapon_and_nobody(language, words):
    """All marks, how it came on record, what was asked; no holder, store, file of a court or day of the seizure."""
    asked = {"on": "2024-02-05", "reference": "T_1", "direction": "sent", "country": "SRB", "answer_by": "2024-03-01"}
    seized = told.SEIZED | {"case_reference": "CASE-9", "year_of_manufacture": 1984}
    record = walk(("seized", seized), ("marked", told.MARKED | told.IMPORT_MARK), ("stored", told.STORED))
    text = tracing_request(walk(("tracing_asked", asked), record=record), language)
    said = (
        "Zastava",
        "M-70",
        "7.62x39",
        "B 123-456",
        "SRB",
        "1984",
        "XOU 24",
        "2024-01",
        "XO01",
        r"T\_1",
        "2024-03-01",
    )
    assert not [one for one in (*said, *words) if one not in text]
    assert not [one for one in ("Depot", "CASE-9", "2024-01-10", "None") if one in text]
    assert text.count("______") >= 5


def test_a_defaced_serial_is_said_to_be():
    """What is left of it is given, and signs of markdown mean nothing."""
    record = walk(("found", told.SEIZED | told.UNREAD | {"serial": None, "serial_rest": "B*_1", "make": "# Make\nnew"}))
    text = tracing_request(record, "en")
    assert "Serial number: removed or altered on purpose" in text
    assert r"B\*\_1" in text
    assert r"Make (manufacturer): \# Make new" in text
    with pytest.raises(AskError, match="en or fr"):
        tracing_request(record, "de")
    with pytest.raises(AskError, match="nothing to trace"):
        tracing_request(Record("arms", "new"), "en")


def test_months_by_hand():
    """Steps count where and when they were taken, as corrected; tracing and licences are not counted."""
    moved = {"on": "2024-03-02", "month": "2024-03", "area": "XO03"}
    one = walk(*told.TO_STORE, ("issued", told.TO_UNIT), ("corrected", moved))
    table = monthly([one, walk(*told.TO_STORE)])
    assert table.to_numpy().tolist() == [
        ["XO01", "2024-01", "assault_rifle", "imported", 2],
        ["XO01", "2024-01", "assault_rifle", "marked", 2],
        ["XO01", "2024-01", "assault_rifle", "stored", 2],
        ["XO03", "2024-03", "assault_rifle", "issued", 1],
    ]
    assert list(monthly([]).columns) == ["area", "month", "kind", "event", "count"]


def test_the_years_stock_and_flow():
    """Opening, came, went, closing: two came in 2024, one was smelted, one was stolen in 2025 and found in 2026."""
    gone = walk(*told.TO_STORE, ("destroyed", told.DESTROYED))
    found = told.DEPOT | {"on": "2026-01-05", "area": "XO01", "circumstance": "search"}
    stolen = walk(*told.TO_STORE, ("stolen", told.MISSED | {"on": "2025-04-01"}), ("recovered", found))
    shown = {}
    for year in (2023, 2024, 2025, 2026):
        row = annual([gone, stolen], year).iloc[0]
        shown[year] = {name: n for name, n in row.items() if n and name != "kind"}
    assert shown == {
        2023: {},
        2024: {"imported": 2, "destroyed": 1, "closing": 1},
        2025: {"opening": 1, "stolen": 1},
        2026: {"recovered": 1, "closing": 1},
    }


IN = {
    "on": "2024-01-01",
    "area": "XO01",
    "weapons": {"assault_rifle": 100, "mortar": 4},
    "ammunition": {"cartridges": 9000},
    "operation": "An operation",
    "contributor": "XAA",
    "leaves_by": "2025-01-01",
}
OUT = {"on": "2024-12-20", "area": "XO01", "weapons": {"assault_rifle": 98, "mortar": 4}}
USED = {"on": "2024-12-01", "area": "XO01", "ammunition": {"cartridges": 9000}, "outcome": "used", "document": "D"}
LEFT = {"on": "2024-12-21", "area": "XO01"}


def test_what_did_not_leave_is_due():
    """Two rifles short: due from the day the contingent left, until they are accounted for."""
    record = walk(("declared_in", IN), ledger=OPERATIONS)
    assert OPERATIONS.due(record)[0].by.date() == date(2025, 1, 1)
    record = walk(("accounted", USED), ("declared_out", OUT), ("left", LEFT), ledger=OPERATIONS, record=record)
    assert still_in(record) == {"weapons assault_rifle": 2}
    assert OPERATIONS.due(record)[0].by.date() == date(2024, 12, 21)
    lost = USED | {"on": "2024-12-22", "ammunition": {}, "weapons": {"assault_rifle": 2}, "outcome": "lost"}
    record = walk(("accounted", lost), ledger=OPERATIONS, record=record)
    assert (still_in(record), OPERATIONS.due(record)) == ({}, ())
    assert walk(("closed", LEFT | {"on": "2024-12-23"}), ledger=OPERATIONS, record=record).state == "closed"


@pytest.mark.parametrize(
    ("said", "steps"),
    [
        ("than came in", [("declared_out", OUT | {"weapons": {"mortar": 5}})]),
        ("than came in", [("declared_out", OUT | {"weapons": {"shotgun": 1}})]),
        ("Nothing is declared", [("declared_out", OUT | {"weapons": {}})]),
        ("has not left", [("left", LEFT), ("closed", LEFT)]),
        ("before that day", [("extended", LEFT | {"leaves_by": "2024-12-20"})]),
        ("must be one of", [("added", OUT | {"weapons": {"sword": 1}})]),
    ],
)
def test_operations_rules(said, steps):
    """Each rule of the declarations refuses what only it refuses."""
    assert said in refused(("declared_in", IN), *steps, ledger=OPERATIONS)


def test_a_longer_stay_moves_the_day():
    """More weapons come, the day moves on, and both count."""
    more = OUT | {"on": "2024-06-01", "weapons": {"mortar": 1}}
    longer = {"on": "2024-06-02", "area": "XO01", "leaves_by": "2026-01-01"}
    record = walk(("declared_in", IN), ("added", more), ("extended", longer), ledger=OPERATIONS)
    assert still_in(record)["weapons mortar"] == 5
    assert OPERATIONS.due(record)[0].by.date() == date(2026, 1, 1)


LOT_IN = {key: value for key, value in LOT.items() if key != "origin"} | told.EXEMPT | {"country_of_consignor": "SRB"}
LOT_GIVEN = {"from_holder": "Depot", "on": "2024-02-01", "area": "XO01", "quantity": 10, "holder_kind": "foreign_state"}
LOT_GIVEN |= {"holder": "Abroad"}
LOT_OUT = LOT_GIVEN | {"country_of_consignee": "XAA", **told.EXEMPT}
LOT_GIVEN |= {"authorisation": "A"}


@pytest.mark.parametrize(
    ("said", "steps"),
    [
        ("articles 4 and 5", [("imported", LOT_IN | {"decision_until": "2023-12-31"})]),
        ("article 20", [("imported", LOT_IN | {"broker": "B."})]),
        ("article 16", [("entered", LOT | {"holder_kind": "licensed_civilian"})]),
        ("article 3", [("entered", LOT | {"holder_kind": "non_state_armed_group"})]),
        ("lies ahead", [("entered", LOT | {"on": "2026-07-01"})]),
        ("goes to another State", [("imported", LOT_IN), ("exported", LOT_OUT | {"holder_kind": "police"})]),
        ("articles 4 and 5", [("imported", LOT_IN), ("exported", LOT_OUT | {"decision_until": "2024-01-31"})]),
        ("not who keeps", [("imported", LOT_IN), ("exported", LOT_OUT | {"from_holder": "Unit"})]),
        ("article 15", [("imported", LOT_IN), ("transferred", LOT_GIVEN | {"holder_kind": "visitor"})]),
        (
            "article 17",
            [
                ("entered", LOT),
                ("destroyed", told.DESTROYED | {"from_holder": "Depot", "quantity": 1, "witnesses": ["A", "A"]}),
            ],
        ),
    ],
)
def test_lots_rules(said, steps):
    """The rules of weapons hold for lots as well."""
    assert said in refused(*steps, ledger=LOTS)


def test_a_lot_goes_abroad():
    """Imported and exported under exemptions; a lot without a number has no identity, one with has."""
    record = walk(("imported", LOT_IN), ("exported", LOT_OUT), ledger=LOTS)
    assert record.values["identity"] == "MAKER|7.62X39BALL|12A|SRB"
    assert walk(("entered", LOT | {"lot_number": None}), ledger=LOTS).values.get("identity") is None
    assert list(lots_monthly([record])["event"]) == ["imported", "exported"]
