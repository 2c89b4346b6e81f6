"""Codes a field may hold, with their labels: a vocabulary declared in YAML."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import yaml

from toguna.accounts.book.coded import Coded


@cache
def vocabularies() -> dict[str, dict[str, dict[str, str]]]:
    """Return the labels of each code of each vocabulary by language.

    Examples
    --------
    >>> vocabularies()["sex"]["female"]["fr"]
    'Femme'
    """
    text = files("toguna.accounts.custody").joinpath("vocabularies.yaml").read_text(encoding="utf-8")
    return {name: one["codes"] for name, one in yaml.safe_load(text).items()}


def code_of(vocabulary: str) -> Coded:
    """Return the check that a text is a code of a vocabulary."""
    return Coded(lambda: vocabularies()[vocabulary])
