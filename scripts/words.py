"""Lists the words of the catalogue, and which a language still lacks or no longer needs.

python scripts/words.py          what is missing or stale, per language
python scripts/words.py --all    every word, as a catalogue template on standard output
"""

from __future__ import annotations

import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

SOURCE = Path(__file__).resolve().parent.parent / "src" / "toguna"


def template() -> Catalog:
    """Return every word marked `_()` or `N_()` in the code."""
    found = Catalog(project="Toguna", charset="utf-8")
    keywords = {"_": None, "N_": None}
    for file, line, message, _, _ in extract_from_dir(SOURCE, method_map=[("**.py", "python")], keywords=keywords):
        found.add(message, locations=[(file, line)])
    return found


def lacking(wanted: Catalog, path: Path) -> tuple[list[str], list[str]]:
    """Return the words a catalogue lacks, and those it holds in vain."""
    with path.open("rb") as file:
        known = read_po(file)
    ids = {str(one.id) for one in wanted if one.id}
    done = {str(one.id) for one in known if one.id and one.string and not one.fuzzy}
    return sorted(ids - done), sorted({str(one.id) for one in known if one.id} - ids)


def main(arguments: list[str]) -> int:
    """Print what is asked; exit code 1 where a language lacks words."""
    wanted = template()
    if "--all" in arguments:
        write_po(sys.stdout.buffer, wanted, omit_header=False, width=120, no_location=True)
        return 0
    lacks = False
    for path in sorted((SOURCE / "locale").glob("*.po")):
        missing, stale = lacking(wanted, path)
        lacks = lacks or bool(missing)
        lines = [*(f"missing: {one}" for one in missing), *(f"stale:   {one}" for one in stale)]
        sys.stdout.write("".join(f"{path.stem}  {line}\n" for line in lines))
    return 1 if lacks else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
