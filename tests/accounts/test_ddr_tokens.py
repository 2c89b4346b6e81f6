"""Tokens of agreed attributes: the same person agrees, the attributes cannot be read, and how often strangers agree."""

import pytest
from bench.ddr import measure
from hypothesis import given
from hypothesis import strategies as st

from toguna.accounts.ddr.said_adult import Presented
from toguna.accounts.ddr.tokens import NEAR, doubles, phonetic, tokens, weapon_reference
from toguna.core.errors import AccountError

KEY = bytes(range(32))
ONE = ("Amadou Traoré", 1990, "Fanta", "XX0101")


ALIKE = (
    "Coulibaly=Koulibali Ouattara=Wattara Diallo=Djallo Cissé=Sissé Keïta=Keyta Mohammed=Mohamed Boubacar=Bubakar "
    "N'Diaye=Ndiaye Touré=Turé Chérif=Sherif Traoré-Amadou=Amadou-Traoré SIDI-Mahmoud=sidi-mahmud"
)


@pytest.mark.parametrize("pair", ALIKE.split())
def test_names_that_sound_alike(pair):
    """Are coded alike, whoever writes them."""
    one, other = pair.split("=")
    assert phonetic(one) == phonetic(other)


def test_names_that_do_not():
    """Are told apart."""
    assert len({phonetic(one) for one in ("Traoré", "Touré", "Diarra", "Keïta", "Sissoko", "Maïga", "Dembélé")}) == 7


@given(st.text(max_size=30))
def test_the_code_is_stable(name):
    """Upper case and blanks around change nothing, and the code is plain letters."""
    assert phonetic(f" {name} ") == phonetic(name)
    assert set(phonetic(name)) <= set("abcdefghijklmnopqrstuvwxyz ")


def test_one_attribute_wrong_leaves_one_token():
    """Exactly that of the attribute left out."""
    one = tokens(*ONE, KEY)
    changed = {
        "birth_year": ("Amadou Traoré", 1991, "Fanta", "XX0101"),
        "mother_initial": ("Amadou Traoré", 1990, "Awa", "XX0101"),
        "birthplace": ("Amadou Traoré", 1990, "Fanta", "XX0102"),
    }
    for left_out, said in changed.items():
        other = tokens(*said, KEY)
        assert one.whole != other.whole
        assert [name for name in NEAR if one.near[name] == other.near[name]] == [left_out]
        both = {"a": one, "b": other}
        assert doubles(both) == []
        assert doubles(both, NEAR) == [("a", "b", left_out)]
    assert doubles({"a": one, "b": tokens(*ONE, KEY)}, NEAR) == [("a", "b", "all")]


def test_a_token_tells_nothing():
    """It has the form the ledger takes, depends on the key, and neither prints nor holds an attribute."""
    one, other = tokens(*ONE, KEY), tokens(*ONE, bytes(32))
    place = {
        "category": "combatant",
        "area": "XX01",
        "month": "2026-01",
        "on": "2026-01-05",
        "age": "adult",
        "site": "s",
    }
    Presented.model_validate(place | {"token": one.whole, "near_tokens": list(one.near.values())})
    assert not {one.whole, *one.near.values()} & {other.whole, *other.near.values()}
    assert repr(one) == "Tokens()"
    assert len({one.whole, *one.near.values()}) == 4
    assert weapon_reference("a", KEY)[2:] not in {word[2:] for word in (one.whole, *one.near.values())}


def test_fields_do_not_run_together():
    """A letter moved from one attribute to the next gives another token."""
    assert tokens("Ab", 1990, "c", "d", KEY).whole != tokens("Ab c", 1990, "c", "d", KEY).whole
    assert (
        tokens("Ab", 1990, "c", "XX1", KEY).near["birth_year"] != tokens("Ab", 1990, "x", "XX1", KEY).near["birth_year"]
    )


@pytest.mark.parametrize(
    "bad", [("", 1990, "F", "XX01"), ("A", 1990, "", "XX01"), ("A", 1990, "F", " "), ("42", 1, "F", "X")]
)
def test_nothing_is_made_of_nothing(bad):
    """An attribute that is empty makes no token: else all who do not know it would agree."""
    with pytest.raises(AccountError, match="is empty"):
        tokens(*bad, KEY)


def test_a_short_key_and_a_match_without_the_name_are_refused():
    """In sentences that hold no attribute."""
    with pytest.raises(AccountError, match="32 bytes") as why:
        tokens(*ONE, b"short")
    assert "Amadou" not in str(why.value)
    with pytest.raises(AccountError, match="can be left out"):
        doubles({}, ("name",))


def test_how_often_strangers_agree():
    """On made-up people: under 3 pairs a million by all attributes, 1% of people; leaving one out costs more cases."""
    strict, wide = measure(3_000, 7, share=0.05), measure(3_000, 7, NEAR, share=0.05)
    assert 0 < strict["false a million pairs"] < 3
    assert strict["people in a false case"] < 0.01
    assert 0.55 < strict["found"] < 0.8
    assert wide["found"] > 0.85
    assert strict["false a million pairs"] * 5 < wide["false a million pairs"] < 40
    assert measure(500, 3) == measure(500, 3)
