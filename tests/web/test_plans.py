"""What a plan is made from, as a form is given it."""

from toguna.planning.mandate import Task
from toguna.planning.read_mandate import mandate_names, read_mandate


def test_mandates_have_all_a_form_changes(client):
    """Every shipped mandate, every task with its principle, settings within the bounds the model states."""
    found = client.get("/api/v1/mandates").json()
    assert [one["name"] for one in found["data"]] == list(mandate_names())
    assert [one["task"] for one in found["meta"]["tasks"]] == [str(one) for one in Task]
    bounds = {one["name"]: one for one in found["meta"]["settings"]}
    for one in found["data"]:
        assert one["settings"]["escorts"] == read_mandate(one["name"]).escorts
        for name, value in one["settings"].items():
            assert bounds[name]["least"] <= value <= (bounds[name]["most"] or value)


def test_offers_are_told_line_by_line_with_what_they_rest_on(client):
    """Each line has months, number, status and source; kinds without a number are not made up."""
    found = client.get("/api/v1/offers").json()
    kinds = {one["kind"] for one in found["meta"]["kinds"]}
    names = {one["name"] for one in found["data"]}
    assert set(found["meta"]["default"]) <= names
    for line in (line for one in found["data"] for line in one["units"]):
        assert line["kind"] in kinds
        assert line["number"] > 0
        assert line["from"] <= line["to"]
        assert line["source"]


def test_offers_are_told_in_the_readers_language(client):
    """Titles of the catalogue are translated; a name that is none stays."""
    english, french = (client.get("/api/v1/offers", language=one).json() for one in ("en", "fr"))
    assert [one["name"] for one in english["data"]] == [one["name"] for one in french["data"]]
    assert english != french
