"""Lists the words of the catalogue, and which a language still lacks or no longer needs.

python scripts/words.py          what is missing or stale, per language
python scripts/words.py --check  the same, in numbers first; exit code 1 where a language lacks words
python scripts/words.py --all    every word, as a catalogue template on standard output

A word is what stands in `_()` or `N_()` in Python and in templates, in `t()` in the source of the workbench, and what
readers see of the shipped YAML files: titles, summaries, rules.
A catalogue holds the words of every room, unless its first comment says `# Covers: room room`: then only theirs.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import yaml
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "toguna"
WORKBENCH = ROOT / "web" / "src"
MARKS = {"_": None, "N_": None}
SHOWN = {
    "planning/mandates/*.yaml": ("title", "summary", "no_authority", "rules.*.says", "authority.*.says"),
    "planning/contributions/*.yaml": ("contributor", "summary", "left_out.*.why"),
    "planning/kinds.yaml": ("*.title",),
    "comparison/evidence.yaml": ("*.title", "*.unit"),
}
# Babel finds no call within a call; every word in the workbench is one quoted text.
SAID = re.compile(r"""\bt\(\s*(?P<quote>['"])(?P<word>(?:\\.|(?!(?P=quote))[^\\])*)(?P=quote)""")
METHODS = [("**.py", "python"), ("**.html", "jinja2.ext:babel_extract")]

Found = tuple[str, str, int, str]  # room, file, line, word


def found() -> Iterator[Found]:
    """Yield every word with the room, file and line it stands in; the workbench belongs to the room `web`."""
    for file, line, word, _, _ in extract_from_dir(SOURCE, method_map=METHODS, keywords=MARKS):
        yield file.partition("/")[0], file, line, str(word)
    for path in sorted(WORKBENCH.rglob("*.ts")):
        text = path.read_text(encoding="utf-8")
        for match in SAID.finditer(text):
            word = re.sub(r"\\(.)", r"\1", match["word"])
            yield "web", str(path.relative_to(ROOT)), text.count("\n", 0, match.start()) + 1, word
    for files, keys in SHOWN.items():
        for path in sorted(SOURCE.glob(files)):
            for key, line, word in scalars(yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)):
                if any(fits(key, one) for one in keys):
                    yield files.partition("/")[0], str(path.relative_to(SOURCE)), line, word


def scalars(node: yaml.Node, above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], int, str]]:
    """Yield every text of a YAML file with its key and line."""
    if isinstance(node, yaml.ScalarNode):
        yield above, node.start_mark.line + 1, str(node.value)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from scalars(value, (*above, str(key.value)))
    else:
        for number, value in enumerate(node.value):
            yield from scalars(value, (*above, str(number)))


def fits(key: tuple[str, ...], pattern: str) -> bool:
    """Return whether a key is like a dotted pattern, in which a star stands for one part."""
    parts = pattern.split(".")
    return len(parts) == len(key) and all(part in ("*", one) for part, one in zip(parts, key, strict=True))


def template(rooms: tuple[str, ...] = ()) -> Catalog:
    """Return every word, or those of some rooms."""
    wanted = Catalog(project="Toguna", charset="utf-8")
    for room, file, line, word in found():
        if word and (not rooms or room in rooms):
            wanted.add(word, locations=[(file, line)])
    return wanted


def covered(known: Catalog) -> tuple[str, ...]:
    """Return the rooms a catalogue is declared to cover; empty where it covers all."""
    head = str(known.header_comment or "").splitlines()
    return tuple(next((line.partition("Covers:")[2] for line in head if "Covers:" in line), "").split())


def lacking(path: Path) -> tuple[list[str], list[str]]:
    """Return the words a catalogue lacks, and those it holds in vain."""
    with path.open("rb") as file:
        known = read_po(file)
    ids = {str(one.id) for one in template(covered(known)) if one.id}
    done = {str(one.id) for one in known if one.id and one.string and not one.fuzzy}
    return sorted(ids - done), sorted({str(one.id) for one in known if one.id} - ids)


def main(arguments: list[str]) -> int:
    """Print what is asked; exit code 1 where a language lacks words."""
    if "--all" in arguments:
        write_po(sys.stdout.buffer, template(), omit_header=False, width=120, no_location=True)
        return 0
    lacks = False
    for path in sorted((SOURCE / "locale").glob("*.po")):
        missing, stale = lacking(path)
        lacks = lacks or bool(missing)
        lines = [*(f"missing: {one}" for one in missing), *(f"stale:   {one}" for one in stale)]
        if "--check" in arguments:
            lines = [f"{len(missing)} missing, {len(stale)} stale", *lines]
        sys.stdout.write("".join(f"{path.stem}  {line}\n" for line in lines))
    return 1 if lacks else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
