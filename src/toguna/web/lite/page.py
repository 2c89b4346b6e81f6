"""Gathers what a page shows, by asking the API for each of its parts at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from fastapi import Request

from toguna.briefing.language import Language
from toguna.core.words import N_
from toguna.web.lite.ask import API, Answer, ask, ask_all
from toguna.web.lite.picture import WIDTH, Picture, draw, ground
from toguna.web.lite.screens import SCREENS, Choice, Paint, Panel, Query, Screen
from toguna.web.lite.table import Table, tables
from toguna.web.views import VIEWS
from toguna.web.words import language_of

SHARED = ("location_code", "as_of", "admin1_code", "admin2_code", "language")
_OVER = ("done", "failed", "cancelled")
_NOWHERE = {"name": "", "location_code": "", "edition": "", "pack": "", "made_up": False}


@dataclass(frozen=True)
class Page:
    """What a page shows.

    Attributes
    ----------
    given : the address's parameters
    panels, queries : the tables shown, and what each asked of its view
    job : the job asked for, as the API tells it
    faults : what could not be shown, and why
    """

    name: str
    screen: Screen
    say: Language
    given: Mapping[str, str]
    tables: tuple[Table, ...] = ()
    picture: Picture | None = None
    map_title: str = ""
    marks_titles: tuple[str, ...] = ()
    job: Mapping[str, Any] | None = None
    faults: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    sources: tuple[Mapping[str, Any], ...] = ()
    made_from: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    countries: tuple[Mapping[str, Any], ...] = ()
    areas: tuple[tuple[str, str], ...] = ()
    panels: tuple[Panel, ...] = ()
    queries: Mapping[str, Query] = field(default_factory=dict)

    def title_of(self, result: str) -> str:
        """Return what a result of a job is, in words of the catalogue; a file by its name."""
        return VIEWS[result].title if result in VIEWS else result

    @property
    def is_waiting(self) -> bool:
        """Whether a job is still at work."""
        return self.job is not None and self.job["state"] not in _OVER

    @property
    def country(self) -> Mapping[str, Any]:
        """The country shown: the one asked for, else the first."""
        asked = self.given.get("location_code")
        found = [one for one in self.countries if one["location_code"] == asked] or list(self.countries[:1])
        return found[0] if found else _NOWHERE

    def to(self, name: str = "", **changes: object) -> str:
        """Return the address of a page: this one with changes, or another for the same country, month and area."""
        kept = dict(self.given) if name in ("", self.name) else {key: self.given.get(key, "") for key in SHARED}
        return f"/lite/{name or self.name}{query_text(kept | {key: str(value) for key, value in changes.items()})}"

    def shared(self) -> str:
        """Return country, month, area and language as a query."""
        return query_text({key: self.given.get(key, "") for key in SHARED})


def query_text(given: Mapping[str, object]) -> str:
    """Return a query, without what is empty.

    Examples
    --------
    >>> query_text({"as_of": "2013-02", "admin1_code": ""}), query_text({})
    ('?as_of=2013-02', '')
    """
    text = urlencode([(key, str(value)) for key, value in given.items() if value not in ("", None)])
    return f"?{text}" if text else ""


async def page_of(request: Request, name: str, *, most: int = 0, width: int = WIDTH) -> Page:
    """Return the page of a screen for what its address asks.

    Parameters
    ----------
    most : rows of a table; 0 leaves it to each
    width : units the map is wide; more of them show finer borders
    """
    screen = SCREENS[name]
    given = {key: value[:200] for key, value in request.query_params.items()}
    say = Language(language_of(request), whole=False)
    where = {key: given[key] for key in SHARED[:-1] if given.get(key)}
    job = await _job(request, screen, given)
    is_done = job is not None and job.is_good and job.body["state"] == "done"
    found = {"job": given["job"]} if is_done else {}
    panels = [one for one in screen.panels if is_done or not one.of_job]
    panels = [one for one in panels if all(given.get(key) for key in one.asks)]
    asked = [(one.view, _query(one, where, given, found)) for one in panels]
    answers = await ask_all(request, [(view, {**query, "limit": 10_000 if panel.first_of else most or panel.most})
                                      for (view, query), panel in zip(asked, panels, strict=True)])  # fmt: skip
    made: list[Table] = []
    faults: list[str] = [job.fault] if job is not None and job.fault else []
    for panel, (view, query), answer in zip(panels, asked, answers, strict=True):
        if not answer.is_good:
            faults.append(f"{say(panel.title)}: {answer.fault}")
            continue
        link = f"{API}/{view}.csv{query_text({**query, 'language': say.code})}"
        made += tables(panel, answer.body, say, link, most or panel.most)
    good = [one.body["meta"] for one in answers if one.is_good]
    picture, title, marks = await _map(request, screen, given, where, found, say, width)
    countries, areas = await ask_all(
        request, [("countries", {}), ("areas", {**_country(where), "level": 1, "limit": 100})]
    )
    return Page(
        name, screen, say, given, tuple(made), picture, title, marks,
        job=job.body if job is not None and job.is_good else None,
        faults=tuple(faults),
        remarks=tuple(dict.fromkeys(remark for meta in good for remark in meta["remarks"])),
        sources=tuple({one["id"]: one for meta in good for one in meta["sources"]}.values()),
        made_from=good[0]["made_from"] if good else {},
        options=await _options(request, screen),
        countries=tuple(countries.body["data"]) if countries.is_good else (),
        areas=tuple((row["pcode"], row["name"]) for row in areas.body["data"]) if areas.is_good else (),
        panels=tuple(panels),
        queries=dict(asked),
    )  # fmt: skip


def _country(where: Mapping[str, str]) -> dict[str, object]:
    return {key: value for key, value in where.items() if key == "location_code"}


def _query(panel: Panel, where: Query, given: Mapping[str, str], found: Query) -> dict[str, object]:
    query = {**where, **panel.query}
    if panel.of_job:
        query = {**_country({key: str(value) for key, value in where.items()}), **panel.query, **found}
    query |= {key: given[key] for key in panel.asks}
    if panel.view in {"roads", "crossings"} and given.get("state"):
        query["state"] = given["state"]
    return query


async def _job(request: Request, screen: Screen, given: Mapping[str, str]) -> Answer | None:
    if not screen.verb or not given.get("job", "").isalnum():
        return None
    return await ask(request, f"jobs/{given['job']}")


async def _options(request: Request, screen: Screen) -> dict[str, tuple[tuple[str, str], ...]]:
    """Return value and label of each list a form chooses from."""
    lists = sorted({one.options for one in screen.choices if isinstance(one.options, str)})
    answers = await ask_all(request, [(name, {}) for name in lists])
    label = {"mandates": _mandate_label, "offers": _offer_label}
    return {
        name: tuple((str(row["name"]), label[name](row)) for row in one.body["data"])
        for name, one in zip(lists, answers, strict=True)
        if one.is_good
    }


def _mandate_label(row: Mapping[str, Any]) -> str:
    return str(row["title"] or row["name"])


def _offer_label(row: Mapping[str, Any]) -> str:
    """Return who offers, with the year it begins: one contributor may offer twice."""
    return f"{row['contributor']}, {row['first'][:4]}" if row["first"] else str(row["contributor"])


async def _map(
    request: Request, screen: Screen, given: Mapping[str, str], where: Query, found: Query, say: Language, width: int
) -> tuple[Picture | None, str, tuple[str, ...]]:
    """Return the drawn map, its title and what the marks on it are."""
    paint = screen.paint if screen.paint and (found or not screen.paint.of_job) else None
    if paint is None and not screen.marks:
        return None, "", ()
    here = {key: value for key, value in where.items() if key == "location_code"}
    month = {key: value for key, value in where.items() if key in {"location_code", "as_of"}}
    asked: list[tuple[str, Query]] = [("areas.geojson", {**here, "level": 2})]
    if paint is not None:
        code = {"code": given["figure"]} if given.get("figure") and "code" in paint.query else {}
        asked.append(
            (paint.view, {**(here if paint.of_job else month), **paint.query, **code, **found, "limit": 10_000})
        )
    asked += [
        (
            f"{one.view}.geojson" if one.is_roads else one.view,
            {**month, **one.query, **({} if one.is_roads else {"limit": 500})},
        )
        for one in screen.marks
    ]
    answers = await ask_all(request, asked)
    if not answers[0].is_good:
        return None, "", ()
    rows = answers[1].body["data"] if paint is not None and answers[1].is_good else []
    values = values_of(paint, rows) if paint is not None else {}
    lines = next(
        (
            a.body
            for a, one in zip(answers[-len(screen.marks) :], screen.marks, strict=False)
            if one.is_roads and a.is_good
        ),
        None,
    )
    points = [
        (
            float(row["longitude"]),
            float(row["latitude"]),
            float(row[one.value]),
            f"{row['name']}: {say.number(row[one.value])}",
        )
        for answer, one in zip(answers[len(asked) - len(screen.marks) :], screen.marks, strict=True)
        if not one.is_roads and answer.is_good
        for row in answer.body["data"]
        if row.get(one.value) and row["longitude"] is not None
    ]
    frame, areas = ground(answers[0].body, [(one[0], one[1]) for one in points], width)
    unit = say(str(rows[0].get("unit", ""))) if rows and paint and paint.view == "indicators" else ""
    title = (
        say(paint.title or str(rows[0].get("label", "")))
        if paint and rows
        else say(screen.marks[0].title)
        if screen.marks
        else ""
    )
    picture = draw(frame, areas, values, say, unit=unit, points=points, roads=lines)
    return picture, title, tuple(say(one.title) for one in screen.marks)


def values_of(paint: Paint, rows: list[dict[str, Any]]) -> dict[str, float]:
    """Return the number of each area; an area whose rows hold none is left out, for it is not known."""
    found: dict[str, float] = {}
    for row in rows:
        code, value = str(row.get(paint.area) or ""), row.get(paint.value)
        if code and value is not None and (paint.add or code not in found):
            found[code] = found.get(code, 0.0) + float(value)
    return found


def options_of(choice: Choice, page: Page) -> tuple[tuple[str, str], ...]:
    """Return value and label of what a field offers."""
    if isinstance(choice.options, str):
        return page.options.get(choice.options, ())
    return tuple((one, page.say(_LABELS.get(one, one)) or page.say(N_("all"))) for one in choice.options)


_LABELS = {
    "1.5": N_("People in food crisis or worse (phase 3 and above)"),
    "1.11": N_("People per health site"),
    "1.14": N_("People more than eight hours by lorry from any aid hub, rainy season"),
    "en": "English", "fr": "Français", "ar": "العربية",
    "open": N_("open"), "contested": N_("contested"), "closed": N_("closed"), "unknown": N_("unknown"),
}  # fmt: skip
