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
    names = [path.parent.name for path in SHIPPED.glob("*/country.yaml")]
    return sorted(name for name in names if not name.startswith("."))


def find_pack(name: str | Path) -> Path:
    """Return the folder of a pack given by name or path, or say which exist."""
    for folder in (Path(name), SHIPPED / str(name)):
        restore(folder)
        if (folder / "country.yaml").is_file():
            return folder
    if Path(name).is_dir():
        raise PackError(f"{name} is a folder without country.yaml, so it is no pack. Name a pack's own folder.")
    known = ", ".join(pack_names()) or "none"
    raise PackError(
        f"There is no country pack {str(name)!r}. Shipped packs: {known}. Or give the path of a pack's folder."
    )


def aside(folder: Path) -> Path:
    """Return where a pack stands while a new one takes its place."""
    return folder.with_name(f".{folder.name}.old")


def restore(folder: Path) -> None:
    """Put back the old pack where a write was cut off after it was moved aside and before the new one was in place."""
    if folder.name and not folder.exists() and (aside(folder) / "country.yaml").is_file():
        aside(folder).replace(folder)
