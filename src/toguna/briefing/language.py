"""Words, numbers and dates in the reader's language, from one catalogue for screen, web and print."""

from __future__ import annotations

from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path

from babel import Locale
from babel.core import get_global
from babel.dates import format_date, format_skeleton
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent

from toguna.core.errors import AskError
from toguna.core.months import Month
from toguna.core.words import N_, Sentence

SOURCE = "en"  # the language the code and the packs are written in


def languages() -> list[str]:
    """Return the languages a brief can be written in: those whose catalogue holds the words of every room.

    Examples
    --------
    >>> languages()
    ['en', 'fr']
    """
    return [code for code in known_languages() if not covers(code)]


def known_languages() -> list[str]:
    """Return the languages there is a catalogue of, whole or of some rooms only, and English.

    Examples
    --------
    >>> known_languages()
    ['ar', 'en', 'fr']
    """
    folder = files("toguna").joinpath("locale")
    return sorted([SOURCE, *(Path(str(one)).stem for one in folder.iterdir() if str(one).endswith(".po"))])


def covers(code: str) -> tuple[str, ...]:
    """Return the rooms a catalogue covers by its comment `# Covers: room room`; empty where it covers all.

    Examples
    --------
    >>> "web" in covers("ar"), covers("fr")
    (True, ())
    """
    return () if code == SOURCE else _read(code)[0]


def words(code: str) -> dict[str, str]:
    """Return the catalogue of a language: English text to the reader's; empty for English."""
    return {} if code == SOURCE else dict(_read(code)[1])


class Language:
    """One language: call it with an English text to get the reader's.

    Parameters
    ----------
    code : ISO 639-1 code, one of `languages()`
    pack_words : catalogue of the pack's own texts (`<language>.po` in the pack's folder), where there is one
    whole : refuse a language whose catalogue covers only some rooms; the web needs no more than its own
    """

    def __init__(self, code: str, pack_words: Path | None = None, *, whole: bool = True) -> None:
        if code not in (languages() if whole else known_languages()):
            raise AskError(
                N_("There is no brief in {code!r}. Languages: {known}."), code=code, known=", ".join(languages())
            )
        self.code = code
        self.locale = Locale.parse(code)
        self._words = words(code)
        if code != SOURCE and pack_words is not None and pack_words.is_file():
            self._words = dict(_catalogue(str(pack_words))[1]) | self._words

    def __call__(self, text: str) -> str:
        """Return the text in this language; a text of nobody's catalogue is a proper name and stays."""
        return text.said(self._words.get) if isinstance(text, Sentence) else self._words.get(text) or text

    def number(self, value: float, digits: int = 0, *, sign: bool = False) -> str:
        """Return a number with grouping; true minus sign, and plus where asked for."""
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        text = str(format_decimal(round(abs(value), digits), pattern, locale=self.locale))
        if round(value, digits) < 0:
            return "−" + text
        return ("+" if sign and round(value, digits) > 0 else "") + text

    def percent(self, share: float, *, sign: bool = False) -> str:
        """Return a share of one as a percentage."""
        text = str(format_percent(abs(share), locale=self.locale))
        # Half a per cent is not nothing: say so instead of printing 0.
        if 0 < abs(share) < 0.005:
            text = "<" + str(format_percent(0.01, locale=self.locale))
        if share < 0:
            return "−" + text
        return ("+" if sign and share > 0 else "") + text

    def period(self, text: str) -> str:
        """Return YYYY, YYYY-MM or YYYY-MM-DD as a reader would write it."""
        if len(text) == 10:
            return str(format_date(date.fromisoformat(text), "d MMM y", locale=self.locale))
        if len(text) == 7:
            return str(format_skeleton("yMMM", Month.parse(text).first_day, locale=self.locale))
        return text

    def month(self, month: Month) -> str:
        """Return a month in full: November 2026."""
        return str(format_skeleton("yMMMM", month.first_day, locale=self.locale))

    def country(self, iso3: str, otherwise: str = "") -> str:
        """Return a country's name by ISO 3166-1 alpha-3 code."""
        alpha2 = get_global("territory_aliases").get(iso3, [""])[0]
        return str(self.locale.territories.get(alpha2) or otherwise or iso3)


def _read(code: str) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    return _catalogue(str(files("toguna").joinpath("locale", f"{code}.po")))


@cache
def _catalogue(path: str) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Return the rooms a catalogue covers and its words."""
    with Path(path).open("rb") as file:
        catalogue = read_po(file)
    head = str(catalogue.header_comment or "").splitlines()
    rooms = next((line.partition("Covers:")[2] for line in head if "Covers:" in line), "")
    return tuple(rooms.split()), tuple((str(one.id), str(one.string)) for one in catalogue if one.id and one.string)
