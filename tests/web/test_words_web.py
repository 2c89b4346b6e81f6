"""The words of the workbench: one catalogue, whole in French and, for what the web shows, in Arabic."""

import importlib.util
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from toguna.briefing.language import Language, covers, languages, words
from toguna.core.errors import AskError
from toguna.web.words import messages

ROOT = Path(__file__).resolve().parents[2]
SPEC = importlib.util.spec_from_file_location("catalogue_words", ROOT / "scripts" / "words.py")
SCRIPT = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(SCRIPT)
FIELD = re.compile(r"\{[^}]*\}")


@pytest.mark.parametrize("code", ["fr", "ar"])
def test_no_word_of_the_web_is_lacking(code):
    """Every word of templates, of the workbench's source and of the web's Python has its translation."""
    with (ROOT / "src" / "toguna" / "locale" / f"{code}.po").open("rb") as file:
        known = {str(one.id) for one in read_po(file) if one.id and one.string}
    wanted = {str(one.id) for one in SCRIPT.template(("web",)) if one.id}
    assert len(wanted) > 300
    assert sorted(wanted - known) == []


@pytest.mark.parametrize("code", ["fr", "ar"])
def test_translations_keep_the_places_of_values(code):
    """A translation names the same values as the English, so that none is lost and none stays a brace."""
    wrong = {text for text, said in words(code).items() if sorted(FIELD.findall(text)) != sorted(FIELD.findall(said))}
    assert wrong == set()


def test_arabic_is_written_in_arabic():
    """Each text holds Arabic letters, but for those that are units, formulas or names of fields."""
    latin = {text for text, said in words("ar").items() if not re.search("[\u0600-\u06ff]", said)}
    assert latin <= {"R-hat", "{task} ({number} {unit})", "the {region}"}


def test_a_catalogue_of_some_rooms_makes_no_brief():
    """Arabic covers every room but those of the brief and the terminal; a brief stays English or French."""
    assert {"web", "assessment", "planning"} <= set(covers("ar"))
    assert "briefing" not in covers("ar")
    assert languages() == ["en", "fr"]
    with pytest.raises(AskError):
        Language("ar")
    assert Language("ar", whole=False)("Protection of civilians") == "حماية المدنيين"


def test_every_way_to_mark_a_word_is_found():
    """Words are read from Python, from templates and from the source of the workbench."""
    files = {Path(file).suffix for _, file, _, _ in SCRIPT.found()}
    assert {".py", ".html", ".ts"} <= files


def test_messages_have_the_same_keys_in_every_language():
    """So that a page finds each of its words, in English too."""
    assert set(messages("en")) == set(messages("fr")) == set(messages("ar"))
    assert all(key == text for key, text in messages("en").items())
    assert messages("ar")["Humanitarian assistance"] == "المساعدة الإنسانية"
