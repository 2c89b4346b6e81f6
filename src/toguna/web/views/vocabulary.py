"""The columns of all views: one name, one label, one unit, wherever it stands."""

from __future__ import annotations

from toguna.core.words import N_
from toguna.web.views.view import Column, Kind

_TEXTS = {
    "name": N_("Name"),
    "place": N_("Place"),
    "place_name": N_("Place"),
    "from_name": N_("From"),
    "to_name": N_("To"),
    "side_a": N_("First side"),
    "side_b": N_("Second side"),
    "home_place": N_("Town on this side"),
    "far_place": N_("Town on the far side"),
    "road": N_("Road"),
    "via": N_("By way of"),
    "url": N_("Address"),
    "force": N_("Force"),
    "site": N_("Site"),
    "subtype": N_("Class"),
    "index_name": N_("Index"),
    "source": N_("Source"),
    "tables": N_("Tables"),
    "tasks": N_("Tasks"),
    "demand": N_("Task"),
    "lost_without": N_("What is lost without it"),
    "says": N_("In a sentence"),
    "winner": N_("Better placed"),
    "loser": N_("Placed after it"),
    "what": N_("What is changed"),
    "then": N_("What follows"),
    "decided_at": N_("Decided at"),
    "model": N_("Model"),
}
_WORDS = {
    "note": N_("Note"),
    "citation": N_("Citation"),
    "reason": N_("Why"),
    "event": N_("What happened"),
    "value_text": N_("As published"),
    "title": N_("Title"),
    "owner": N_("Owner"),
    "version": N_("Version"),
    "licence": N_("Licence"),
    "rhythm": N_("Updated"),
    "lag": N_("Public after"),
    "provision": N_("Provision"),
    "detail": N_("Detail"),
    "implementation": N_("Implementation"),
    "agreement": N_("Agreement"),
    "sector": N_("Sector"),
    "measure_text": N_("Measure"),
    "item": N_("What"),
    "deaths_note": N_("Whose count"),
    "amount_unit": N_("Unit"),
    "unit_type": N_("Vehicle or unit"),
    "group_name": N_("Group"),
    "standard": N_("Standard"),
    "area_name": N_("Area"),
    "principle_name": N_("Principle"),
    "label": N_("Indicator"),
    "unit": N_("Unit"),
    "why_missing": N_("Why it is missing"),
    "grounds": N_("Why this confidence"),
}
_CODES = {
    "number_id": N_("Number"),
    "code": N_("Code"),
    "indicator": N_("Indicator code"),
    "area": N_("Area code"),
    "area_kind": N_("Kind of area"),
    "period": N_("Period"),
    "confidence": N_("Confidence"),
    "turn": N_("Change"),
    "change_from": N_("Changed since"),
    "direction": N_("Direction"),
    "pcode": N_("P-code"),
    "parent": N_("P-code of the area above"),
    "admin1_code": N_("Admin 1 code"),
    "admin2_code": N_("Admin 2 code"),
    "place_id": N_("Place code"),
    "event_id": N_("Event code"),
    "link_id": N_("Road code"),
    "from_node": N_("Starts at"),
    "to_node": N_("Ends at"),
    "crossing_id": N_("Crossing code"),
    "service_id": N_("Site code"),
    "closure_id": N_("Closure code"),
    "standard_id": N_("Standard code"),
    "item_id": N_("Item code"),
    "capacity_id": N_("Capacity code"),
    "shape_id": N_("Shape code"),
    "iso3": N_("Country"),
    "origin": N_("From country"),
    "host": N_("In country"),
    "kind": N_("Kind"),
    "type": N_("Type of violence"),
    "perpetrator": N_("Who killed"),
    "measure": N_("Measure"),
    "group": N_("Who is counted"),
    "date": N_("Day"),
    "date_end": N_("Last day"),
    "date_start": N_("First day"),
    "opened": N_("Opened"),
    "closed": N_("Closed"),
    "state": N_("State"),
    "subject": N_("Subject"),
    "status": N_("State"),
    "theme": N_("Topic"),
    "actor_kind": N_("Kind of actor"),
    "round": N_("Round"),
    "season": N_("Season"),
    "road_class": N_("Class of road"),
    "surface": N_("Surface"),
    "mode": N_("Travelled by"),
    "link_basis": N_("Drawn from"),
    "length_basis": N_("Length from"),
    "population_basis": N_("Residents from"),
    "basis": N_("Basis"),
    "licence_basis": N_("Licence known by"),
    "until": N_("Until"),
}
_NUMBERS = {
    "principle": (N_("Principle"), ""),
    "value": (N_("Value"), N_("see unit")),
    "low": (N_("Low"), N_("see unit")),
    "high": (N_("High"), N_("see unit")),
    "change": (N_("Change in 12 months"), N_("see unit")),
    "amount": (N_("Amount"), N_("see unit")),
    "amount_low": (N_("Amount, low"), N_("see unit")),
    "amount_high": (N_("Amount, high"), N_("see unit")),
    "index_value": (N_("Value"), N_("0 to 1")),
    "age_months": (N_("Age"), N_("months")),
    "milestone": (N_("Year looked back to"), ""),
    "level": (N_("Level"), ""),
    "area_km2": (N_("Area"), N_("km²")),
    "people": (N_("People"), N_("people")),
    "people_served": (N_("People within an hour"), N_("people")),
    "people_lost": (N_("Cut off at once"), N_("people")),
    "people_before": (N_("Within reach before"), N_("people")),
    "people_after": (N_("Within reach after"), N_("people")),
    "within_h": (N_("Within"), N_("hours")),
    "places": (N_("Places counted"), N_("places")),
    "places_unknown": (N_("Places without a figure"), N_("places")),
    "population": (N_("Residents"), N_("people")),
    "population_year": (N_("Year of count"), ""),
    "capacity": (N_("Planned for"), N_("people")),
    "phase3_plus": (N_("Crisis or worse"), N_("people")),
    "phase1": (N_("Phase 1, minimal"), N_("people")),
    "phase2": (N_("Phase 2, stressed"), N_("people")),
    "phase3": (N_("Phase 3, crisis"), N_("people")),
    "phase4": (N_("Phase 4, emergency"), N_("people")),
    "phase5": (N_("Phase 5, famine"), N_("people")),
    "troops": (N_("Troops"), N_("people")),
    "year": (N_("Year"), ""),
    "longitude": (N_("Longitude"), N_("degrees east")),
    "latitude": (N_("Latitude"), N_("degrees north")),
    "length_km": (N_("Length"), N_("km")),
    "km": (N_("Length"), N_("km")),
    "hours": (N_("Time"), N_("hours")),
    "delay_h": (N_("Longer than the fastest"), N_("hours")),
    "fastest_h": (N_("Fastest with nothing closed"), N_("hours")),
    "harm": (N_("Deadly events expected"), N_("events")),
    "chance": (N_("Chance of meeting any"), N_("0 to 1")),
    "shared": (N_("Shared with a way before"), N_("0 to 1")),
    "way": (N_("Way"), ""),
    "ferries": (N_("Ferries"), N_("ferries")),
    "speed_dry": (N_("Speed, dry season"), N_("km/h")),
    "speed_wet": (N_("Speed, rains"), N_("km/h")),
    "runway_m": (N_("Runway"), N_("m")),
    "deaths": (N_("Deaths"), N_("deaths")),
    "deaths_low": (N_("Deaths, low"), N_("deaths")),
    "deaths_high": (N_("Deaths, high"), N_("deaths")),
    "deaths_civilians": (N_("Civilian deaths"), N_("deaths")),
    "deaths_min": (N_("Deaths, lowest count"), N_("deaths")),
    "deaths_max": (N_("Deaths, highest count"), N_("deaths")),
    "events": (N_("Events on record"), N_("events")),
    "date_precision": (N_("Day known to"), N_("1 to 5")),
    "where_precision": (N_("Place known to"), N_("1 to 7")),
    "rank": (N_("Importance"), ""),
    "rows": (N_("Rows"), N_("rows")),
    "n": (N_("Months of areas judged"), ""),
    "crps": (N_("Score (CRPS)"), N_("deaths")),
    "crps_ratio": (N_("Score as a share of the plain record's"), ""),
    "crps_low": (N_("That share, low"), ""),
    "crps_high": (N_("That share, high"), ""),
    "inside_90": (N_("Inside the 90% interval"), N_("0 to 1")),
    "inside_50": (N_("Inside the 50% interval"), N_("0 to 1")),
    "mean": (N_("Mean"), ""),
    "now": (N_("Now"), N_("see unit")),
    "at": (N_("Turns at"), N_("see unit")),
    "tolerance": (N_("Too small to decide"), N_("see unit")),
    "place_low": (N_("Best place"), ""),
    "place_high": (N_("Worst place"), ""),
    "median": (N_("Median"), ""),
    "chance_1": (N_("Chance of a death or more"), N_("0 to 1")),
    "chance_10": (N_("Chance of 10 deaths or more"), N_("0 to 1")),
    "chance_25": (N_("Chance of 25 deaths or more"), N_("0 to 1")),
    "last_12": (N_("Deaths in the last 12 months"), N_("deaths")),
    "bound": (N_("No plan exceeds"), ""),
    "kept": (N_("Kept while later principles were planned"), ""),
    "alone": (N_("With this principle alone"), ""),
    "price_of_priority": (N_("Given up for the principles before it"), ""),
    "deaths_lost_without": (N_("Deaths averted, lost without it"), N_("deaths")),
    "low_per_million_usd": (N_("Low, for a million US$"), N_("see unit")),
    "high_per_million_usd": (N_("High, for a million US$"), N_("see unit")),
    "brier": (N_("Brier score"), ""),
    "average_precision": (N_("Average precision"), N_("0 to 1")),
    "recall_top": (N_("Share of deaths in the areas ranked first"), N_("0 to 1")),
}
_FLAGS = {
    "missing": N_("Missing"),
    "is_partial": N_("Sample only"),
    "is_rescaled": N_("Rescaled"),
    "is_usable": N_("In use"),
    "is_headquarters": N_("Headquarters"),
    "has_police": N_("Police"),
    "has_medical": N_("Medical unit"),
    "has_aviation": N_("Aviation unit"),
}
# Codes and words of tables that readers see, in the reader's language.
CELLS = (
    N_("high"), N_("medium"), N_("low"), N_("none"), N_("better"), N_("worse"), N_("steady"), N_("yes"), N_("no"),
    N_("water"), N_("food"), N_("shelter"), N_("sanitation"), N_("health"), N_("education"), N_("primary"),
    N_("secondary"), N_("tertiary"), N_("track"), N_("ferry"), N_("paved"), N_("earth"), N_("gravel"), N_("mixed"),
    N_("degraded"), N_("ensemble"), N_("irregular"), N_("by hand"), N_("daily"), N_("weekly"), N_("monthly"),
    N_("yearly"), N_("twice a year"), N_("once"), N_("never"), N_("about yearly"), N_("closed series"),
    N_("when boundaries change"), N_("yearly, in June"), N_("yearly, in March"), N_("made up"),
)  # fmt: skip
_MONTHS = {"month": N_("Month")}


def column(name: str) -> Column:
    """Return a column of the vocabulary."""
    if name in _NUMBERS:
        label, unit = _NUMBERS[name]
        return Column(name, label, unit, "number")
    if name in _FLAGS:
        return Column(name, _FLAGS[name], kind="code", is_flag=True)
    if name in _WORDS:
        return Column(name, _WORDS[name], is_words=True)
    kinds: tuple[tuple[dict[str, str], Kind], ...] = ((_TEXTS, "text"), (_CODES, "code"), (_MONTHS, "month"))
    for labels, kind in kinds:
        if name in labels:
            return Column(name, labels[name], kind=kind)
    raise KeyError(name)


def columns(names: str) -> tuple[Column, ...]:
    """Return the columns named in a text, parted by blanks.

    Examples
    --------
    >>> [(one.name, one.kind) for one in columns("month deaths")]
    [('month', 'month'), ('deaths', 'number')]
    """
    return tuple(column(name) for name in names.split())


def has(name: str) -> bool:
    """Return whether the vocabulary knows a column."""
    return any(name in one for one in (_NUMBERS, _FLAGS, _WORDS, _TEXTS, _CODES, _MONTHS))
