"""A rule of law as data: where it stands, what it asks, and whether its text was opened."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, TypeVar

import yaml
from pydantic import Field, ValidationError

from toguna.core.errors import DataError
from toguna.core.frozen import Frozen

Model = TypeVar("Model", bound=Frozen)


class Ruled(Frozen):
    """A rule of law as data."""

    source: str = Field(description="Instrument it comes from", min_length=1)
    article: str = Field(description="Article or paragraph", min_length=1)
    text: str = Field(description="What it asks, in our words unless verified", min_length=1)
    text_status: Literal["verified", "unverified"] = Field(description="Whether the text was opened")

    @property
    def cited(self) -> str:
        """Source and article as a sentence cites them."""
        return f"{self.source}, {self.article}"


def read_rules(path: Path, model: type[Model]) -> Model:
    """Return the content of a YAML file as a model.

    Raises
    ------
    DataError
        The file is no YAML, or something in it is missing, unknown or wrong.
    """
    try:
        found: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as wrong:
        raise DataError(f"{path.name} is no YAML: {str(wrong).splitlines()[0]}. Mend it and read it again.") from None
    try:
        return model.model_validate(found)
    except ValidationError as wrong:
        faults = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in wrong.errors(include_url=False)]
        raise DataError(f"{path.name} does not hold what it must. Mend {'; '.join(faults)}.") from None
