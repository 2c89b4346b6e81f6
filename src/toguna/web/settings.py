"""What a served workbench is told when it starts."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator

from toguna.core.frozen import Frozen
from toguna.country.packs import pack_names


class Settings(Frozen):
    """How a workbench is served; nothing here changes while it runs."""

    packs: tuple[str, ...] = Field(
        default_factory=lambda: tuple(pack_names()),
        min_length=1,
        description="Country packs served, by name or folder; the first is shown where none is asked for",
    )
    folder: Path = Field(default=Path("toguna-work"), description="Workspace: jobs.sqlite and results/")
    mode: Literal["local", "team"] = Field(
        default="local", description="local: one person on this machine; team: people sign in"
    )
    public_url: str = Field(default="", description="Address people use, where a proxy stands in front")
    hosts: tuple[str, ...] = Field(default=(), description="Further host names this workbench answers to")
    secret: SecretStr = Field(
        default_factory=lambda: SecretStr(secrets.token_urlsafe(32)),
        description="Seals tokens and sessions; give one where several processes serve together",
    )
    oidc_issuer: str = Field(default="", description="OpenID Connect issuer that people sign in with")
    oidc_client_id: str = Field(default="", description="Name this workbench has at the issuer")
    oidc_client_secret: SecretStr = Field(default=SecretStr(""), description="Its password there")
    oidc_roles_claim: str = Field(default="roles", description="Claim that lists a person's roles")

    @model_validator(mode="after")
    def _team_signs_in(self) -> Self:
        """A workbench for a team is not open to whoever finds it."""
        if self.mode == "team" and not (self.oidc_issuer and self.oidc_client_id and self.public_url):
            raise ValueError("in team mode give oidc_issuer, oidc_client_id and public_url, so that people can sign in")
        return self

    @property
    def host_names(self) -> frozenset[str]:
        """Host names a request may ask for, without ports."""
        named = {"localhost", "127.0.0.1", "::1", *self.hosts}
        if self.public_url:
            named.add(urlsplit(self.public_url).hostname or "")
        return frozenset(name.lower() for name in named if name)
