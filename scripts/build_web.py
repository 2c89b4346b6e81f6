"""Builds the page of the workbench from web/ and notes which sources it was built from.

python scripts/build_web.py          builds into src/toguna/web/static (needs Node 20 and npm)
python scripts/build_web.py --check  exit code 1 where the shipped build is not that of the sources (needs no Node)
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "web"
STATIC = ROOT / "src" / "toguna" / "web" / "static"
NOTE = "source.sha256"
_SETTINGS = ("index.html", "package.json", "package-lock.json", "tsconfig.json", "vite.config.ts")


def sources(web: Path = WEB) -> list[Path]:
    """Return every file the build is made from, in one order on any machine."""
    named = [web / one for one in _SETTINGS]
    inside = [one for one in (web / "src").rglob("*") if one.is_file()]
    return sorted([*named, *inside], key=lambda one: one.relative_to(web).as_posix())


def digests(files: list[Path], folder: Path) -> dict[str, str]:
    """Return the SHA-256 of files by their place in a folder; line ends count the same on any machine."""
    found = {}
    for file in files:
        content = file.read_bytes().replace(b"\r\n", b"\n")
        found[file.relative_to(folder).as_posix()] = hashlib.sha256(content).hexdigest()
    return found


def note(web: Path = WEB, static: Path = STATIC) -> str:
    """Return what the shipped build should say it was made from, and which files it holds."""
    built = sorted(one for one in static.rglob("*") if one.is_file() and one.name != NOTE)
    lines = [f"{digest}  web/{name}" for name, digest in digests(sources(web), web).items()]
    lines += [f"{digest}  static/{name}" for name, digest in digests(built, static).items()]
    return "\n".join(lines) + "\n"


def differences(web: Path = WEB, static: Path = STATIC) -> list[str]:
    """Return the files that are not as they were when the page was built."""
    shipped = static / NOTE
    if not shipped.is_file():
        return [f"{NOTE} is missing"]
    before, now = _by_name(shipped.read_text(encoding="utf-8")), _by_name(note(web, static))
    return sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))


def _by_name(text: str) -> dict[str, str]:
    parts = (line.partition("  ") for line in text.splitlines())
    return {name: digest for digest, _, name in parts}


def build(to: Path | None = None) -> None:
    """Install what the lock names, check the types and build; into the package, or into another folder."""
    run = ["npm", "ci", "--no-audit", "--no-fund"]
    if not (WEB / "node_modules").is_dir():
        subprocess.run(run, cwd=WEB, check=True)
    subprocess.run(["npx", "--no-install", "tsc", "--noEmit"], cwd=WEB, check=True)
    place = [] if to is None else ["--outDir", str(to), "--emptyOutDir"]
    subprocess.run(["npx", "--no-install", "vite", "build", "--logLevel", "warn", *place], cwd=WEB, check=True)
    if to is None:
        (STATIC / NOTE).write_text(note(), encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Build, or check; exit code 1 where the build is not that of the sources."""
    if "--check" not in arguments:
        build()
        return 0
    wrong = differences()
    for name in wrong:
        sys.stdout.write(f"not as built: {name}\n")
    if wrong:
        sys.stdout.write("Run python scripts/build_web.py and commit src/toguna/web/static.\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
