"""Finds the files a source knows in a folder, reads them, and asks each source for its tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from importlib.metadata import entry_points
from pathlib import Path

import geopandas

from toguna.core.errors import Fault, PackError
from toguna.core.progress import Progress
from toguna.country.profile import Profile
from toguna.sources.atlas import Atlas
from toguna.sources.reading import Reading
from toguna.sources.source import About, Made, Source


@dataclass(frozen=True)
class Gathered:
    """One source, the files it read and what it made of them."""

    about: About
    readings: tuple[Reading, ...]
    made: Made

    @property
    def key(self) -> str:
        """Key of the source."""
        return self.about.key

    @property
    def read(self) -> int:
        """Rows read in all files, of any country."""
        return sum(len(reading.rows) for reading in self.readings)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Rows of the files that could not be read."""
        return tuple(fault for reading in self.readings for fault in reading.refused)

    @property
    def refused(self) -> int:
        """Rows refused, in the files and by the source's own rules."""
        return len(self.faults) + len(self.made.refused)


Skipped = tuple[tuple[str, str], ...]


def registered() -> tuple[list[Source], Skipped]:
    """Return the registered sources, boundaries first, and those that do not import with the reason."""
    found: list[Source] = []
    broken: list[tuple[str, str]] = []
    for point in sorted(entry_points(group="toguna.sources"), key=lambda point: point.name):
        try:
            found.append(point.load()())
        except (ImportError, AttributeError) as error:
            broken.append((point.name, f"it cannot be loaded ({error}); install the package that supplies it again"))
    # Every other source asks the atlas, which is made of the areas.
    return sorted(found, key=lambda source: "areas" not in source.provides), tuple(broken)


def gather(
    sources: Sequence[Source], folder: Path, profile: Profile, progress: Progress
) -> tuple[tuple[Gathered, ...], Atlas, Skipped]:
    """Return what each source makes of the files in the folder, the atlas, and the sources without a file."""
    files = _files(sources, folder)
    gathered: list[Gathered] = []
    atlas: Atlas | None = None
    skipped: list[tuple[str, str]] = []
    for done, source in enumerate(sources):
        about = source.about
        progress(done, len(sources), about.title)
        if not files[about.key]:
            wanted = f"no file named {' or '.join(source.files)}"
            skipped.append((about.key, f"{wanted}; download it from {about.url}" if about.url else wanted))
            continue
        if atlas is None and "areas" not in source.provides:
            break
        readings = tuple(source.read(path) for path in files[about.key])
        made = source.tables(readings, profile, atlas)  # type: ignore[arg-type]
        gathered.append(Gathered(about, readings, made))
        if atlas is None:
            atlas = Atlas(profile, geopandas.GeoDataFrame(made.tables["areas"]))
    progress(len(sources), len(sources), "writing")
    if atlas is None:
        raise PackError(_without_areas(sources, folder))
    return tuple(gathered), atlas, tuple(skipped)


def _files(sources: Sequence[Source], folder: Path) -> Mapping[str, list[Path]]:
    """Return the files of each source, by names without regard to case, in the order of their paths."""
    names = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    return {
        source.about.key: [
            path for path in names if any(fnmatch(path.name.lower(), form.lower()) for form in source.files)
        ]
        for source in sources
    }


def _without_areas(sources: Sequence[Source], folder: Path) -> str:
    first = next((source for source in sources if "areas" in source.provides), None)
    if first is None:
        return "No source of boundaries is registered, so no pack can be built. Install Toguna again."
    return (
        f"{folder} holds no boundaries ({' or '.join(first.files)}), and without them no row can be given an area. "
        f"Download them from {first.about.url} and put them into the folder."
    )
