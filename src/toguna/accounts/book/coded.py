"""Fields that hold a code: what is checked, and what forms offer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema


@dataclass(frozen=True)
class Coded:
    """A text that must be one of some codes: ``Annotated[str, Coded(labels), Level.OPEN]``.

    Its JSON schema has the codes under "enum" and their labels under "labels", for forms. What is not said (None, as
    corrections allow) passes.

    Attributes
    ----------
    labels : gives labels by language of each code
    wrong : what is said of another text, which is not said again; "{codes}" stands for the codes there are
    """

    labels: Callable[[], Mapping[str, Mapping[str, str]]]
    wrong: str = "must be one of {codes}"

    def check(self, code: str | None) -> str | None:
        """Return the code if it is one."""
        codes = self.labels()
        if code is not None and code not in codes:
            raise PydanticCustomError("code", self.wrong, {"codes": ", ".join(codes)})
        return code

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Check after the text itself."""
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Add the codes and labels."""
        labels = {code: dict(said) for code, said in self.labels().items()}
        return handler(schema) | {"enum": list(labels), "labels": labels}
