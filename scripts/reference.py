"""Writes docs/reference.md from the declarations: principles, indicators, tables, sources, models, settings.

python scripts/reference.py            writes the page
python scripts/reference.py --check    exit code 1 where the page is not what the declarations say
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from toguna.assessment.assess import indicators
from toguna.assessment.parameters import Choice, parameters
from toguna.assessment.principles import HUMAN_RIGHTS, PRINCIPLES
from toguna.core.registry import plugins
from toguna.country.profile import Profile
from toguna.country.tables import TABLES
from toguna.forecasting.backtest import BacktestParams

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference.md"


def page() -> str:
    """Return the reference page."""
    parts = [*_principles(), *_choices(), *_tables(), *_sources(), *_models(), *_settings()]
    return "# Reference\n\nMade from the declarations in the code by `python scripts/reference.py`.\n" + "".join(parts)


def _principles() -> Iterator[str]:
    yield "\n## Principles and indicators\n"
    found = indicators()
    for principle in (*PRINCIPLES, HUMAN_RIGHTS):
        yield f"\n### {principle.rank or 'R'} {principle.name}\n\n{principle.sentence}\n\n"
        yield "| No. | Indicator | Unit | Direction | How it is made | Serves |\n|---|---|---|---|---|---|\n"
        for one in found:
            if one.principle == principle.rank:
                yield (
                    f"| {one.code} | {one.label} (`{one.key}`) | {one.unit} | {one.direction} | {one.words} "
                    f"| {one.reference} |\n"
                )


def _choices() -> Iterator[str]:
    yield "\n## Thresholds and choices\n\n| Choice | Value | Unit | Since | Reference |\n|---|---|---|---|---|\n"
    chosen = parameters()
    for name in type(chosen).model_fields:
        choice = getattr(chosen, name)
        if isinstance(choice, Choice):
            yield f"| `{name}` | {choice.value:g} | {choice.unit} | {choice.since} | {choice.reference} |\n"


def _tables() -> Iterator[str]:
    yield "\n## Tables of a country pack\n"
    for table in TABLES.values():
        key = " + ".join(f"`{part}`" for part in table.key)
        yield f"\n### {table.name}\n\n{table.title} Key: {key}.\n\n| Column | Unit | Meaning |\n|---|---|---|\n"
        for name, (unit, meaning) in table.columns.items():
            yield f"| `{name}` | {unit} | {meaning} |\n"
        if table.geometry:
            yield "| `geometry` | degrees | Shape, EPSG:4326 |\n"


def _sources() -> Iterator[str]:
    yield "\n## Sources\n"
    for key, source in plugins("sources").items():
        about = source().about
        confirmed = "" if about.licence_basis == "stated" else " (to be confirmed with the owner)"
        yield (
            f"\n### {key}\n\n{about.title}. {about.owner}. Licence: {about.licence}{confirmed}. "
            f"Updated: {about.rhythm}. Public: {about.lag.words}.\n\n"
            f"Cite: {about.citation}\n\n"
            f"Files: {', '.join(f'`{one}`' for one in source().files)}. "
            f"Fills: {', '.join(f'`{one}`' for one in source().provides)}.\n"
        )


def _models() -> Iterator[str]:
    yield "\n## Forecast models\n\n| Model | Is |\n|---|---|\n"
    for name, one in plugins("models").items():
        yield f"| `{name}` | {(type(one).__doc__ or '').strip().splitlines()[0]} |\n"
    yield "\nSettings of a back-test:\n\n| Setting | Meaning |\n|---|---|\n"
    for name, field in BacktestParams.model_fields.items():
        yield f"| `{name}` | {field.description} |\n"


def _settings() -> Iterator[str]:
    yield "\n## Settings of a country (`country.yaml`)\n\n| Key | Meaning |\n|---|---|\n"
    for name, field in Profile.model_fields.items():
        yield f"| `{field.alias or name}` | {field.description} |\n"


def main(arguments: list[str]) -> int:
    """Write or check the page."""
    text = page()
    if "--check" in arguments:
        return 0 if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == text else 1
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
