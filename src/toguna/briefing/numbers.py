"""How the numbers of one table row are called together, so that a reader can name each of them."""

from __future__ import annotations

from collections.abc import Sequence

_LONG = 16  # letters


def row_numbers(ids: Sequence[str]) -> str:
    """Return the number ids of a row as one short text: what they share once, what differs joined by slashes.

    A long run of years is cut to its first and last; the years stand at the head of the columns.

    Examples
    --------
    >>> row_numbers(["1.1-MRT@2011", "1.1-MRT@2012"]), row_numbers(["1.6-NER", "1.7-NER", "1.10-NER"])
    ('1.1-MRT@2011/2012', '1.6/7/10-NER')
    >>> row_numbers([f"1.1-MRT@{year}" for year in range(2011, 2016)])
    '1.1-MRT@2011…2015'
    >>> row_numbers(["3.1-region", "3.1-rest"]), row_numbers(["2.1-MLI"]), row_numbers(["", ""])
    ('3.1-region/rest', '2.1-MLI', '')
    """
    known = [one for one in dict.fromkeys(ids) if one]
    if len(known) < 2:
        return "".join(known)
    head = _shared(known)
    tail = _shared([one[len(head) :][::-1] for one in known])[::-1]
    middles = [one[len(head) : len(one) - len(tail)] for one in known]
    if len("".join(middles)) > _LONG:
        return f"{head}{middles[0]}…{middles[-1]}{tail}"
    return head + "/".join(middles) + tail


def _shared(texts: Sequence[str]) -> str:
    """Return the longest beginning all texts share that ends where a word of an id ends."""
    first = min(texts, key=len)
    length = next((n for n, letters in enumerate(zip(*texts, strict=False)) if len(set(letters)) > 1), len(first))
    while length and first[length - 1].isalnum():
        length -= 1
    return first[:length]
