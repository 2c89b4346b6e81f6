"""What a result was made from, so that any printed number can be made again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from toguna.core.version import __version__


@dataclass(frozen=True)
class MadeFrom:
    """Pack, parameters, seed and version behind a result.

    Attributes
    ----------
    pack : name of the country pack
    pack_hash : SHA-256 of the pack's files, as hexadecimal
    parameters : what the user asked for (as-of month, hindsight, language ...)
    seed : seed of the random generator, or None where nothing is drawn
    version : Toguna's version
    """

    pack: str
    pack_hash: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    seed: int | None = None
    version: str = __version__

    @property
    def run_id(self) -> str:
        """Ten hexadecimal digits that two runs share only if all they were made from is equal."""
        asked = json.dumps(dict(self.parameters), sort_keys=True, default=str)
        text = "\n".join([self.pack, self.pack_hash, asked, str(self.seed), self.version])
        return hashlib.sha256(text.encode()).hexdigest()[:10]
