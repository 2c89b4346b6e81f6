"""Names as people type them."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Sequence


def plain(name: str) -> str:
    """Return a name without accents, case, blanks and hyphens.

    Examples
    --------
    >>> plain("Gourma-Rharous") == plain("gourma rharous"), plain("Ségou")
    (True, 'segou')
    """
    return re.sub(r"[^a-z0-9]", "", unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower())


def closest(name: str, known: Sequence[str]) -> list[str]:
    """Return up to four known names that look like a name, best first."""
    by_plain = {plain(one): one for one in known}
    found = difflib.get_close_matches(plain(name), list(by_plain), n=4, cutoff=0.5)
    return [by_plain[one] for one in found]
