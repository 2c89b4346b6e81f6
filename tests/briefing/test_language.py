"""Every word has its French, every pack text too, and numbers and dates are written the French way."""

import re

import pytest
from babel.messages.pofile import read_po

from tests.test_house import ROOT, script
from toguna.assessment import assess
from toguna.assessment.parameters import parameters
from toguna.briefing.compose import compose
from toguna.briefing.language import Language, languages
from toguna.core.errors import AskError
from toguna.core.months import Month

SRC = ROOT / "src" / "toguna"
CATALOGUES = sorted([*(SRC / "locale").glob("*.po"), *SRC.glob("packs/*/*.po")])
FRENCH = [path for path in CATALOGUES if path.stem == "fr"]


def messages(path):
    """Messages of a catalogue: English to translation."""
    with path.open("rb") as file:
        return {str(one.id): str(one.string) for one in read_po(file) if one.id}


def test_no_word_is_missing_or_stale():
    """Each language has every word of the code, and none that the code no longer says."""
    words = script("words")
    for path in (SRC / "locale").glob("*.po"):
        assert words.lacking(path) == ([], [])


@pytest.mark.parametrize("path", CATALOGUES, ids=[f"{path.parent.name}-{path.stem}" for path in CATALOGUES])
def test_placeholders_survive_translation(path):
    """A number in the English sentence is in the translated one, and no other; edges keep their blanks."""
    for english, other in messages(path).items():
        assert sorted(re.findall(r"{\w+[^{}]*}", english)) == sorted(re.findall(r"{\w+[^{}]*}", other)), english
        assert other, english
        assert english.startswith(" ") == other.startswith(" "), english


@pytest.mark.parametrize("path", FRENCH, ids=[path.parent.name for path in FRENCH])
def test_french_is_set_the_french_way(path):
    """No straight quote; a narrow no-break space before high punctuation and inside « »; numbers do not break."""
    code = re.compile(r"{\w+[^{}]*}|`[^`]*`")  # a place for a value, and what is typed
    loose = re.compile(r"""["']|[ \w)][;:!?](?!\w)|« |[^\u202f]»|[^\xa0]%|\d \d{3}\b""")
    found = {english: other for english, other in messages(path).items() if english != other}
    assert [other for other in found.values() if loose.search(code.sub("x", other))] == []


def printed(country):
    """Every text of a pack that a brief can print, at any month."""
    choice = parameters()
    standards = country.standards[country.standards["standard_id"].isin(choice.standards.model_dump().values())]
    capacities = country.capacities[country.capacities["capacity_id"].isin(choice.capacities.model_dump().values())]
    figures = country.ddr_arms[country.ddr_arms["kind"].isin(["ddr_number", "cantonment", "arms"])]
    figures = figures.dropna(subset=["amount"])
    parts = [
        (country.political_events, ["event"]),
        (country.agreements, ["agreement"]),
        (figures, ["group", "item", "unit"]),
        (standards, ["standard", "measure", "value"]),
        (capacities, ["unit_type", "measure", "value", "unit"]),
        (country.places[country.places["kind"] == "camp"], ["name"]),
        (country.sources, ["title", "owner", "version", "licence", "citation"]),
    ]
    return {str(text) for frame, columns in parts for column in columns for text in frame[column]} - {""}


@pytest.mark.parametrize("pack", ["mali", "ouadji"])
def test_every_printed_text_of_a_pack_is_in_its_catalogue(pack, request):
    """A pack's own texts have their French beside the pack."""
    country = request.getfixturevalue(pack)
    assert sorted(printed(country) - set(messages(SRC / "packs" / pack / "fr.po"))) == []


@pytest.mark.parametrize(
    ("as_of", "hindsight"), [(None, False), ("2013-02", False), ("2015-06", False), ("2016-06", True)]
)
def test_no_english_in_the_french_brief(mali, as_of, hindsight):
    """No text of the French brief is one whose French differs, and none holds three words of such a text."""
    french = {text: other for path in FRENCH for text, other in messages(path).items() if text != other}
    pieces = {piece.strip(" .:;,") for text in french for piece in re.split(r"{\w+}", text)}
    kept = " ".join(french.values())
    pieces = {piece for piece in pieces if len(piece.split()) > 2 and piece not in kept}
    country = mali if as_of is None else mali.seen_from(as_of, hindsight=hindsight)
    said = list(strings(compose(assess(country), "fr").model_dump()))
    assert [text for text in said if text.strip(" .†‡") in french] == []
    assert [(piece, text) for text in said for piece in pieces if piece in text] == []


def strings(value):
    """All texts in nested data."""
    if type(value) is str:  # the words of an enumeration are names for the renderers
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from strings(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from strings(one)


def test_numbers_and_dates_in_french():
    """Thousands part by a narrow no-break space, decimals by a comma, months by their French names."""
    french = Language("fr")
    assert french.number(1370251) == "1\u202f370\u202f251"
    assert french.number(-0.032, 3, sign=True) == "−0,032"
    assert french.percent(0.44) == "44\xa0%"
    assert french.period("2013-02") == "févr. 2013"
    assert french.month(Month(2026, 11)) == "novembre 2026"
    assert french.country("MRT") == "Mauritanie"


def test_unknown_language_names_those_there_are():
    """A language without a catalogue is refused with the list of those that have one."""
    assert languages() == ["en", "fr"]
    with pytest.raises(AskError, match="Languages: en, fr"):
        Language("xx")
