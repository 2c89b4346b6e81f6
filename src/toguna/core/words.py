"""Marks words for the catalogue, and sentences that can be said in another language; translating is the briefing's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Self


def N_(text: str) -> str:  # noqa: N802  (the name gettext users expect)
    """Return the text unchanged; the catalogue's extractor finds it by this call."""
    return text


class Sentence(str):
    """An English sentence that remembers what it was made of, so that it can be said in another language.

    Parameters
    ----------
    text : sentence of the catalogue, with {names} for the values
    values : numbers, names, or other sentences

    Examples
    --------
    >>> told = Sentence("There is no {what} {name!r}.", what="mandate", name="x")
    >>> told
    "There is no mandate 'x'."
    >>> told.said({"There is no {what} {name!r}.": "Pas de {what} {name!r}."}.get)
    "Pas de mandate 'x'."
    """

    text: str
    values: Mapping[str, Any]

    def __new__(cls, text: str, /, **values: object) -> Self:
        """Return a sentence; where it is one already, with no values of its own, the same."""
        if isinstance(text, cls) and not values:
            return text
        made = super().__new__(cls, text.format(**values) if values else text)
        made.text, made.values = str(text), values
        return made

    @classmethod
    def joined(cls, parts: Iterable[str], by: str = " ") -> Self:
        """Return several sentences as one."""
        named = {f"part{number}": part for number, part in enumerate(parts)}
        return cls(by.join(f"{{{name}}}" for name in named), **named)

    @classmethod
    def enumerated(cls, parts: Sequence[str]) -> Self:
        """Return one or more parts as people list them, the last after an "and".

        Examples
        --------
        >>> Sentence.enumerated(["towns", "roads", "camps"])
        'towns, roads and camps'
        """
        if len(parts) == 1:
            return cls(parts[0])
        return cls(N_("{one} and {other}"), one=cls.joined(parts[:-1], ", "), other=parts[-1])

    @classmethod
    def of_plain(cls, plain: Mapping[str, Any] | str) -> Self:
        """Return a sentence from what `plain` made of it; mere text, which nobody has words for, stays as it is."""
        if isinstance(plain, str):
            return cls(plain)
        values = {name: cls.of_plain(one) if isinstance(one, Mapping) else one for name, one in plain["values"].items()}
        return cls(plain["text"], **values)

    @property
    def plain(self) -> dict[str, Any]:
        """What it is made of, as JSON can hold it."""
        return {"text": self.text, "values": {name: _plain(one) for name, one in self.values.items()}}

    def said(self, say: Callable[[str], str | None]) -> str:
        """Return the sentence by the words of a language; a text it has no words for stays as it is."""
        text = say(self.text) or self.text
        values = {name: one.said(say) if isinstance(one, Sentence) else one for name, one in self.values.items()}
        return text.format(**values) if values else text


def _plain(value: object) -> object:
    if isinstance(value, Sentence):
        return value.plain
    if hasattr(value, "item"):  # a number of numpy
        return value.item()
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)
