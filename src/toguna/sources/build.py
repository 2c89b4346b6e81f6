"""`build_pack`: from a folder of downloaded files to a country pack, whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from toguna.core.errors import Fault, PackError
from toguna.core.progress import Progress, silent
from toguna.country.country import Country
from toguna.country.packs import SHIPPED, find_pack
from toguna.country.profile import Profile, read_profile
from toguna.country.tables import TABLES
from toguna.country.write import write_pack
from toguna.sources.atlas import Atlas
from toguna.sources.combine import checked, combined, sources_table
from toguna.sources.gather import Gathered, gather, registered
from toguna.sources.population import settle
from toguna.sources.refused import refused_csv
from toguna.sources.skeleton.build import NO_GAZETTEER, NO_SEGMENTS, road_links


@dataclass(frozen=True)
class BuildReport:
    """What a build read, refused and wrote.

    Attributes
    ----------
    pack : name of the pack
    folder : where it was written
    sources : what each source that was found read and yielded, in the order they were used
    skipped : sources left out, each with the reason; these are the gaps of the pack
    rows : rows by table of the pack
    refused : everything refused, in files and by the rules between tables
    """

    pack: str
    folder: Path
    sources: tuple[Gathered, ...]
    skipped: tuple[tuple[str, str], ...]
    rows: Mapping[str, int]
    refused: tuple[Fault, ...]

    def summary(self) -> str:
        """Return files, rows and refusals by source, tables by size, and gaps, as text for a terminal."""
        lines = [
            f"{self.pack}: {sum(self.rows.values()):,} rows in {len(self.rows)} tables, written to {self.folder}",
            "",
        ]
        lines.append(f"{'source':26}{'files':>6}{'rows read':>11}{'refused':>9}  yields")
        for one in self.sources:
            yields = ", ".join(f"{name.strip('_')} {len(frame):,}" for name, frame in one.made.tables.items())
            lines.append(f"{one.key:26}{len(one.readings):>6}{one.read:>11,}{one.refused:>9,}  {yields or 'nothing'}")
        lines += ["", *(f"{name:26}{count:>10,} rows" for name, count in self.rows.items())]
        if self.skipped:
            lines += ["", "Left out:", *(f"  {key}: {reason}" for key, reason in self.skipped)]
        lines += ["", f"{len(self.refused):,} rows refused; each stands in refused.csv with the reason and a remedy."]
        return "\n".join(lines)


def build_pack(
    pack: str | Path, from_folder: str | Path, to: str | Path | None = None, progress: Progress = silent
) -> BuildReport:
    """Build a country pack from a folder of files as their owners publish them, and return what was done.

    Parameters
    ----------
    pack : name of a shipped pack, or folder with a `country.yaml`; its settings are kept as they are
    from_folder : folder searched, with all folders in it, for files that a source knows by name
    to : folder the pack is written to; by default the pack's own
    progress : told how far the work is

    Raises
    ------
    PackError
        The folder is no folder, boundaries are missing, a source yields faulty rows, or rows that may not
        be handed on would end up in a shipped pack. The old pack is then untouched.
    DataError
        A file cannot be read as what its name says. The old pack is then untouched.
    """
    home = find_pack(pack)
    profile = read_profile(home / "country.yaml")
    target = Path(to) if to is not None else home
    folder = Path(from_folder)
    if not folder.is_dir():
        raise PackError(f"{from_folder} is no folder. Name the folder that holds the downloaded files.")
    sources, unknown = registered()
    gathered, atlas, missing = gather(sources, folder, profile, progress)
    _refuse_to_ship(gathered, target)
    tables, refused = _tables(gathered, profile, atlas)
    country = Country(target.name, profile, tables, pack_hash="")
    settings = (home / "country.yaml").read_text(encoding="utf-8")
    write_pack(target, settings, country, "parquet", {"refused.csv": refused_csv(refused)})
    rows = {name: len(frame) for name, frame in tables.items()}
    return BuildReport(target.name, target, gathered, (*missing, *unknown), rows, refused)


def _tables(
    gathered: Sequence[Gathered], profile: Profile, atlas: Atlas
) -> tuple[dict[str, pd.DataFrame], tuple[Fault, ...]]:
    """Return the pack's tables in order, and all that was refused."""
    refused = [fault for one in gathered for fault in (*one.faults, *one.made.refused)]
    frames, ingredients = combined(gathered)
    if "places" in frames and "needs" in frames:
        places, faults = settle(
            frames["places"],
            ingredients.get("_towns"),
            frames["needs"],
            ingredients.get("_density"),
            frames.get("services"),
            profile,
            atlas,
        )
        frames["places"] = checked("places", places, "places with population")
        refused += faults
    if "places" in frames and "_legs" in ingredients:
        roads = road_links(
            ingredients["_legs"],
            ingredients.get("_segments", NO_SEGMENTS),
            frames["places"],
            ingredients.get("_gazetteer", NO_GAZETTEER),
            profile,
        )
        frames["links"] = checked("links", roads.links, "road skeleton")
        refused += roads.faults
    frames["sources"] = sources_table(gathered, frames)
    ordered = {name: frames[name] for name in TABLES if name in frames}
    return ordered, tuple(sorted(refused, key=lambda fault: (fault.file, fault.row or 0, fault.column)))


def _refuse_to_ship(gathered: Sequence[Gathered], target: Path) -> None:
    """Stop when rows that may not be handed on would be written into a pack that ships with Toguna."""
    if SHIPPED not in target.resolve().parents:
        return
    for one in gathered:
        if not one.about.is_shippable and any(len(frame) for frame in one.made.tables.values()):
            names = ", ".join(reading.file for reading in one.readings)
            raise PackError(
                f"{one.about.title} ({names}) may be used but not handed on, so it is not written into a pack that "
                "ships with Toguna. Give `to` a folder of your own, or take the file out of the folder."
            )
