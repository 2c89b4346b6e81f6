"""Reports, maps and tables for people. This room renders; it never computes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from toguna.assessment import Assessment, assess
from toguna.country import Country
from toguna.displacement.displace import Displacement
from toguna.forecasting.forecast import Forecast
from toguna.planning.plan import Plan

if TYPE_CHECKING:
    from toguna.briefing.sections.compare_asked import Compared


def brief(
    country: Country,
    assessment: Assessment | None = None,
    ahead: Displacement | None = None,
    risk: Forecast | Sequence[Forecast] | None = None,
    *,
    plan: Plan | None = None,
    compared: Compared | None = None,
    to: str | Path | Sequence[str | Path],
    language: str = "en",
) -> list[Path]:
    """Write the brief on a country and return the files written.

    Parameters
    ----------
    country : what to report on
    assessment : its assessment, made here where it is left out
    ahead : its displacement in the months ahead (`toguna.displace`), for a section of its own
    risk : its forecast of violence (`toguna.forecast`) by country, by admin2 or both, for a section and the ladder
    plan : who should be where in the months ahead (`toguna.plan`), for a section of its own
    compared : mandates side by side (`toguna.compare`), with the questions of their pages answered by
        `toguna.briefing.sections.compare_asked.ask`, for a section of its own
    to : one file or several; the suffix says how it is rendered: .pdf, .html, .docx
    language : ISO 639-1 code: en, fr

    Examples
    --------
    >>> import tempfile, toguna as tg
    >>> folder = Path(tempfile.mkdtemp())
    >>> [path.name for path in tg.brief(tg.read_country("ouadji"), to=folder / "ouadji.html")]
    ['ouadji.html']
    """
    from toguna.briefing.compose import compose
    from toguna.briefing.render import check_target, write_brief

    targets = [Path(one) for one in ([to] if isinstance(to, str | Path) else to)]
    for target in targets:
        check_target(target)
    composed = compose(assessment or assess(country), language, ahead, risk, plan, compared)
    return [write_brief(composed, target) for target in targets]
