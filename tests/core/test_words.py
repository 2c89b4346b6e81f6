"""Sentences that can be said in another language: kept with their values wherever they go."""

import json
import pickle

import pytest

from toguna.core.errors import AskError, Fault, PackError
from toguna.core.words import Sentence

FRENCH = {"No {what} {name!r}.": "Pas de {what} {name!r}.", "map": "carte", "none": "rien"}.get
TOLD = Sentence("No {what} {name!r}.", what=Sentence("map"), name="{x}")


@pytest.mark.parametrize(
    "again",
    [
        lambda one: one,
        lambda one: pickle.loads(pickle.dumps(one)),
        lambda one: Sentence.of_plain(json.loads(json.dumps(one.plain))),
        Sentence,
    ],
    ids=["itself", "another process", "kept as JSON", "made of it"],
)
def test_a_sentence_is_said_after_it_went_somewhere(again):
    """In English it is plain text; in another language its parts are said too, and braces in a value stay."""
    assert again(TOLD) == "No map '{x}'."
    assert again(TOLD).said(FRENCH) == "Pas de carte '{x}'."


def test_what_has_no_words_stays():
    """A name is nobody's to translate."""
    assert Sentence("Gao {").said(FRENCH) == "Gao {"
    assert Sentence.joined([TOLD, "Gao"]).said(FRENCH) == "Pas de carte '{x}'. Gao"


def test_errors_keep_their_sentence_between_processes():
    """What a worker raised is said like any other."""
    error = pickle.loads(pickle.dumps(AskError("No {what} {name!r}.", what="map", name="a")))
    assert str(error) == "No map 'a'."
    assert error.told.said(FRENCH) == "Pas de map 'a'."
    broken = pickle.loads(pickle.dumps(PackError("Broken:", [Fault("a.csv", 3, "b", "{", "is wrong", "Mend it.")])))
    assert str(broken) == "Broken:\n  - a.csv, row 3, column b: is wrong (found '{'). Mend it."
