"""Codes a field may hold, with their labels: a vocabulary declared in YAML."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema


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


@dataclass(frozen=True)
class Code:
    """A text that must be a code of a vocabulary: ``Annotated[str, Code("sex"), Level.OPEN]``.

    Its JSON schema has the codes under "enum" and their labels under "labels", for forms.
    """

    vocabulary: str

    def check(self, code: str | None) -> str | None:
        """Return the code; the message of a wrong one names those there are, not what was said."""
        codes = vocabularies()[self.vocabulary]
        if code is not None and code not in codes:
            raise PydanticCustomError("code", "must be one of {codes}", {"codes": ", ".join(codes)})
        return code

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Check after the text itself."""
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Add the codes and labels."""
        labels = vocabularies()[self.vocabulary]
        return handler(schema) | {"enum": list(labels), "labels": labels}
