"""What each verb may be asked for over the web: names of what is shipped and values, never paths of files."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, ValidationInfo, model_validator

from toguna.core.errors import AskError, TogunaError
from toguna.core.frozen import Frozen
from toguna.core.months import Month
from toguna.core.words import N_, Sentence
from toguna.planning.mandate import Mandate
from toguna.planning.plan import DEFAULT_OFFERS
from toguna.planning.read_mandate import BASE, mandate_names, read_mandate
from toguna.planning.resources import Contribution, read_contribution
from toguna.web.jobs.faults import ArgumentsError, RefusedError, Wrong, wrongs_of

MEASURE = "civilians_killed"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")


def _month(text: object) -> str:
    try:
        return str(Month.parse(str(text)))
    except AskError as error:
        raise RefusedError(error.told) from None


def _own_name(given: Mapping[str, Any], shipped: Sequence[str], what: str) -> str:
    """Return the name of an inline value, one that neither is a path nor hides a shipped one."""
    name = str(given.get("name", f"own-{what}"))
    if not _NAME.fullmatch(name):
        raise RefusedError(
            N_("{name!r} is no name of a {what}."), N_("Use small letters, digits and hyphens."), name=name, what=what
        )
    if name in shipped:
        problem, remedy = N_("{name!r} is the name of a shipped {what}."), N_("Give your own one a name of its own.")
        raise RefusedError(problem, remedy, name=name, what=what)
    return name


def _as_file(given: Mapping[str, Any], name: str, read: Any) -> Any:
    """Return an inline value as the verb's own reader checks it; the file it passes through is gone at once."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"{name}.yaml")
        # Every JSON document is a YAML document.
        path.write_text(json.dumps({key: value for key, value in given.items() if key != "name"}), encoding="utf-8")
        try:
            return read(path)
        except TogunaError as error:
            raise RefusedError(error.told, faults=getattr(error, "faults", ())) from None


def _mandate(given: object) -> object:
    """Check a mandate: a shipped name, or `{"name", "extends", ...}` with what it changes."""
    known = mandate_names()
    if isinstance(given, str):
        if given not in known:
            raise RefusedError(
                N_("There is no mandate {name!r}."), N_("Choose one of {known}."), name=given, known=", ".join(known)
            )
        return given
    if not isinstance(given, Mapping):
        raise RefusedError(N_("A mandate is the name of a shipped one, or an object with what it changes."))
    below = given.get("extends", BASE)
    if below not in (BASE, *known):
        problem, every = N_("A mandate extends a shipped one, not {below!r}."), ", ".join((BASE, *known))
        raise RefusedError(problem, N_("Choose one of {known}."), below=below, known=every)
    name = _own_name(given, (BASE, *known), "mandate")
    _as_file(given, name, read_mandate)
    return {**given, "name": name}


def _contribution(given: object) -> object:
    """Check a contribution: a shipped name, or the whole of one."""
    if isinstance(given, str) and _NAME.fullmatch(given):
        try:
            read_contribution(given)
        except TogunaError as error:
            raise RefusedError(error.told) from None
        return given
    if not isinstance(given, Mapping):
        raise RefusedError(N_("A contribution is the name of a shipped one, or an object with its lines."))
    name = _own_name(given, (), "contribution")
    _as_file(given, name, read_contribution)
    return {**given, "name": name}


def mandate_of(given: str | dict[str, Any]) -> Mandate:
    """Return a checked mandate as a value."""
    if isinstance(given, str):
        return read_mandate(given)
    made: Mandate = _as_file(given, given["name"], read_mandate)
    return made.model_copy(update={"name": given["name"]})


def contribution_of(given: str | dict[str, Any]) -> Contribution:
    """Return a checked contribution as a value."""
    made: Contribution = (
        read_contribution(given) if isinstance(given, str) else _as_file(given, given["name"], read_contribution)
    )
    return made


AsOf = Annotated[str, BeforeValidator(_month)]
OneMandate = Annotated[str | dict[str, Any], BeforeValidator(_mandate)]
OneContribution = Annotated[str | dict[str, Any], BeforeValidator(_contribution)]


def _each_once(given: tuple[Any, ...]) -> tuple[Any, ...]:
    names = [one if isinstance(one, str) else one["name"] for one in given]
    if twice := [one for at, one in enumerate(names) if one in names[:at]]:
        raise RefusedError(N_("{name!r} stands twice."), N_("Give each once."), name=twice[0])
    return given


Mandates = Annotated[tuple[OneMandate, ...], AfterValidator(_each_once), Field(max_length=12)]
Contributions = Annotated[tuple[OneContribution, ...], AfterValidator(_each_once), Field(max_length=8)]


class Arguments(Frozen):
    """What every verb is asked for."""

    pack: str = Field(description="Country pack by name")
    as_of: AsOf | None = Field(default=None, description="Only what had been published by this month, YYYY-MM")
    seed: int = Field(default=1, ge=0, lt=2**31, description="The same seed gives the same result")

    @model_validator(mode="before")
    @classmethod
    def _served(cls, given: Any, info: ValidationInfo) -> Any:
        """Take `location_code` for the pack, and only packs that are served."""
        served: Mapping[str, str] = (info.context or {}).get("packs", {})  # ISO 3166-1 alpha-3 code by name
        if not isinstance(given, dict):
            return given
        code = given.get("location_code")
        if code is not None and "pack" not in given:
            named = [name for name, iso3 in served.items() if iso3 == code]
            given = {**{key: value for key, value in given.items() if key != "location_code"},
                     "pack": named[0] if named else code}  # fmt: skip
        if isinstance(given.get("pack"), str) and given["pack"] not in served:
            known = ", ".join(f"{name} ({iso3})" for name, iso3 in served.items())
            problem, remedy = N_("{pack!r} is not served here."), N_("Choose one of {known}.")
            raise RefusedError(problem, remedy, pack=given["pack"], known=known)
        return given


class ForecastArguments(Arguments):
    """`forecast`: violence in the months ahead."""

    months: int = Field(default=6, ge=1, le=12, description="Months ahead")
    grain: Literal["country", "admin2", "cell", "town", "place"] = Field(default="admin2", description="Units")
    draws: int = Field(default=1000, ge=50, le=5000, description="Draws")


class DisplaceArguments(Arguments):
    """`displace`: who flees, and where to."""

    months: int = Field(default=6, ge=1, le=24, description="Months ahead")
    runs: int = Field(default=100, ge=2, le=1000, description="Draws of the forecast, each run once")


class PlanArguments(Arguments):
    """`plan`: who should be where. Work is counted, not timed, so that a seed gives the same plan on any machine."""

    mandate: OneMandate = Field(default="protect-first", description="Shipped mandate by name, or an object")
    contributions: Contributions = Field(default=DEFAULT_OFFERS, min_length=1, description="What is on offer")
    months: int = Field(default=3, ge=1, le=12, description="Months planned")
    settlings: int = Field(default=4, ge=1, le=40, description="Of local search in each stage, on a large problem")
    mends: int = Field(default=6, ge=0, le=200, description="Neighbourhoods solved for in each stage")
    price_of_priority: bool = Field(
        default=False, description="Also what each principle had alone; timed, so these columns may differ"
    )
    one_more: bool = Field(
        default=True, description="Also what one more unit of each kind would add; timed, so intervals may differ"
    )


class CompareArguments(Arguments):
    """`compare`: mandates side by side."""

    mandates: Mandates = Field(default=(), description="Mandates; all that are shipped where none is named")
    contributions: Contributions = Field(default=(), description="Offers whose addition is measured")
    offers: Contributions = Field(default=DEFAULT_OFFERS, min_length=1, description="What is there under every mandate")
    years: float = Field(default=3, ge=0.25, le=10, description="Years simulated")
    draws: int = Field(default=1000, ge=20, le=10_000, description="Draws of the assumptions")


class BriefArguments(Arguments):
    """`brief`: the brief of a country as files."""

    hindsight: bool = Field(default=False, description="With `as_of`: what is known today about the time up to then")
    language: Annotated[str, Field(pattern="^[a-z]{2}$")] = Field(default="en", description="Language of the brief")
    forms: tuple[Literal["pdf", "html", "docx"], ...] = Field(
        default=("pdf", "html"), min_length=1, description="Files"
    )
    ahead: int = Field(default=0, ge=0, le=24, description="Months of flight and, to 12, of violence to forecast")
    plan: OneMandate | None = Field(default=None, description="Adds a plan of three months under this mandate")
    compare: Mandates = Field(default=(), description="Adds mandates side by side")
    contributions: Contributions = Field(default=(), description="For the plan, and measured where mandates stand")
    years: float = Field(default=3, ge=0.25, le=10, description="Years simulated where mandates are compared")
    draws: int = Field(default=1000, ge=100, le=10_000, description="Draws where mandates are compared")

    @model_validator(mode="after")
    def _fits(self) -> BriefArguments:
        from toguna.briefing.language import languages

        if self.language not in languages():
            problem, every = N_("A brief is written in {known}, not in {language!r}."), ", ".join(languages())
            raise RefusedError(problem, known=every, language=self.language)
        if self.hindsight and self.as_of is None:
            raise RefusedError(N_("hindsight needs as_of: the month up to which to look back."))
        if self.contributions and self.plan is None and not self.compare:
            raise RefusedError(N_("contributions need plan or compare: the mandates they are looked at under."))
        return self


MODELS: dict[str, type[Arguments]] = {
    "forecast": ForecastArguments,
    "displace": DisplaceArguments,
    "plan": PlanArguments,
    "compare": CompareArguments,
    "brief": BriefArguments,
}


def checked(verb: str, arguments: object, packs: Mapping[str, str]) -> Arguments:
    """Return the arguments of a verb, whole and checked.

    Parameters
    ----------
    packs : ISO 3166-1 alpha-3 code of each pack that is served, by its name

    Raises
    ------
    ArgumentsError
        Every fault at once.

    Examples
    --------
    >>> checked("plan", {"location_code": "XOU"}, {"ouadji": "XOU"}).pack
    'ouadji'
    """
    if verb not in MODELS:
        problem = Sentence(N_("There is no verb {verb!r}."), verb=verb)
        raise ArgumentsError([Wrong("verb", problem, Sentence(N_("Choose one of {known}."), known=", ".join(MODELS)))])
    try:
        return MODELS[verb].model_validate(arguments, context={"packs": packs})
    except ValidationError as error:
        raise ArgumentsError(wrongs_of(error, sorted(MODELS[verb].model_fields))) from None
