"""Writes a brief as the suffix of the file asks, whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from toguna.briefing.model import Brief
from toguna.core.errors import AskError


def _pdf(brief: Brief) -> bytes:
    from toguna.briefing.pdf import render_pdf

    return render_pdf(brief)


def _html(brief: Brief) -> bytes:
    from toguna.briefing.html import render_html

    return render_html(brief).encode()


def _docx(brief: Brief) -> bytes:
    from toguna.briefing.docx import render_docx

    return render_docx(brief)


RENDERERS: dict[str, Callable[[Brief], bytes]] = {".pdf": _pdf, ".html": _html, ".docx": _docx}


def check_target(to: Path) -> None:
    """Refuse a file nobody can render to, before any work is done."""
    if to.suffix.lower() not in RENDERERS:
        raise AskError(f"A brief cannot be written as {to.name!r}. Use one of {', '.join(RENDERERS)}.")


def write_brief(brief: Brief, to: Path) -> Path:
    """Write the brief to a file and return it; an error leaves an older file as it was."""
    check_target(to)
    made = RENDERERS[to.suffix.lower()](brief)
    to.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{to.stem}-", suffix=to.suffix, dir=to.parent)
    fresh = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(made)
        fresh.chmod(0o644)
        fresh.replace(to)
    finally:
        fresh.unlink(missing_ok=True)
    return to
