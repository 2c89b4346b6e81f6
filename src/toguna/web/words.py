"""The reader's language: which one a request is in, and its words from the one catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType

from babel.messages.pofile import read_po
from starlette.requests import Request

from toguna.core.errors import PackError
from toguna.core.words import Sentence
from toguna.country.packs import find_pack

LANGUAGES = ("en", "fr", "ar")


class Words:
    """A language to call with an English text; a text that is in no catalogue stays as it is.

    Examples
    --------
    >>> Words("fr")("people"), Words("en")("people")
    ('personnes', 'people')
    """

    def __init__(self, code: str, pack: str = "") -> None:
        self.code = code
        self.catalogue = _words(code, pack)

    def __call__(self, text: str) -> str:
        """Return the text in this language, and a sentence with its values in their places."""
        return text.said(self.catalogue.get) if isinstance(text, Sentence) else self.catalogue.get(text, text)


def language_of(request: Request) -> str:
    """Return the language a request asks for: by `language`, else by Accept-Language, else English."""
    asked = request.query_params.get("language", "")
    accepted = request.headers.get("accept-language", "")[:200].split(",")
    wanted = (asked, *(one.split(";")[0].strip()[:2].lower() for one in accepted))
    return next((one for one in wanted if one in LANGUAGES), LANGUAGES[0])


def messages(code: str) -> dict[str, str]:
    """Return every word of the one catalogue in a language; in English each is its own translation."""
    ids = {text for language in LANGUAGES for text in _words(language, "")}
    return dict(sorted(({text: text for text in ids} | dict(_words(code, ""))).items()))


@lru_cache(maxsize=64)
def _words(code: str, pack: str) -> Mapping[str, str]:
    own = _catalogue(Path(str(files("toguna").joinpath("locale", f"{code}.po"))))
    if not pack:
        return MappingProxyType(own)
    try:
        return MappingProxyType(_catalogue(find_pack(pack) / f"{code}.po") | own)
    except PackError:
        return MappingProxyType(own)


def _catalogue(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    with path.open("rb") as file:
        return {str(one.id): str(one.string) for one in read_po(file) if one.id and one.string}
