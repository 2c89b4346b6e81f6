"""Where packs are found: those shipped with Toguna, and any folder the user names."""

from __future__ import annotations

from pathlib import Path

from toguna.core.errors import PackError

SHIPPED = Path(__file__).resolve().parent.parent / "packs"


def pack_names() -> list[str]:
    """Return the names of the shipped packs.

    Examples
    --------
    >>> "ouadji" in pack_names()
    True
    """
    return sorted(path.parent.name for path in SHIPPED.glob("*/country.yaml"))


def find_pack(name: str | Path) -> Path:
    """Return the folder of a pack given by name or path, or say which exist."""
    for folder in (Path(name), SHIPPED / str(name)):
        if (folder / "country.yaml").is_file():
            return folder
    if Path(name).is_dir():
        raise PackError(f"{name} is a folder without country.yaml, so it is no pack. Name a pack's own folder.")
    known = ", ".join(pack_names()) or "none"
    raise PackError(
        f"There is no country pack {str(name)!r}. Shipped packs: {known}. Or give the path of a pack's folder."
    )
