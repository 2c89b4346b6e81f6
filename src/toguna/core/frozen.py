"""What every declared value is: it never changes, and a key it does not know is an error."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """A value with declared fields; frozen, unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")
