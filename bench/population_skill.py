"""How well the modelled populations of settlements match town figures that the model never saw.

Run: python bench/population_skill.py FOLDER [PACK]

The model is fitted to nothing: it knows the total of each admin 2 area, the WorldPop grid, where health sites
stand and which settlements are towns, but no town figure. All figures are withheld, every settlement is
modelled, and the figures are compared with what was modelled. Two sets of figures are shown: those of chief
towns, chosen without a look at the model, and all figures the pack uses, some of which were chosen because
the model does not contradict them (so the second set flatters it).
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from toguna.core.progress import silent
from toguna.country.packs import find_pack
from toguna.country.profile import read_profile
from toguna.sources.combine import combined
from toguna.sources.gather import gather, registered
from toguna.sources.population import CITY_PER_KM2, area_totals, scaled
from toguna.sources.spread import expected
from toguna.sources.town_figures import Ground, chief_towns, matched_figures, sound_figures

WANTED = {"areas", "places", "needs", "services"}


def score(modelled: pd.Series, actual: pd.Series) -> dict[str, float]:
    """Return rank correlation, median of modelled / actual, median factor of error, and share within a factor of 2."""
    log = np.log(modelled / actual)
    return {
        "towns": len(actual),
        "rank correlation": modelled.rank().corr(actual.rank()),
        "median ratio": float(np.exp(log.median())),
        "median factor": float(np.exp(log.abs().median())),
        "within 2x": float((log.abs() <= np.log(2)).mean()),
    }


def main(folder: Path, pack: str) -> None:
    """Print the table of skill."""
    profile = read_profile(find_pack(pack) / "country.yaml")
    sources = [one for one in registered()[0] if not one.provides or set(one.provides) & WANTED]
    gathered, atlas, _ = gather([s for s in sources if "curated" not in s.about.key], folder, profile, silent)
    tables, ingredients = combined(gathered)
    totals, year = area_totals(tables["needs"])
    places = tables["places"]
    places = places[(places["kind"] != "camp") & places["admin2_pcode"].isin(totals.index)]
    density = ingredients["_density"]
    density = density[density["year"] == min(set(density["year"]), key=lambda one: abs(one - year))]
    chief = chief_towns(places, profile, atlas)

    def model(cells: pd.DataFrame | None, services: pd.DataFrame | None) -> pd.Series:
        return scaled(expected(places, chief, cells, services, profile.crs), places, totals)

    ours = model(density, tables["services"])
    models = {
        "equal split (naive)": scaled(pd.Series(1.0, index=places.index), places, totals),
        "rank-size only": model(None, tables["services"]),
        "grid, no health sites": model(density, None),
        "as shipped": ours,
    }
    figures, _ = matched_figures(places, ingredients["_towns"], profile)
    city = totals / atlas.areas.set_index("pcode")["area_km2"].reindex(totals.index) > CITY_PER_KM2
    figures = figures[~figures["place"].map(places["admin2_pcode"]).map(city).astype(bool)]
    used, _ = sound_figures(figures, Ground(places, ours, totals, chief))
    geonames = figures[(figures["source"] == "geonames") & figures["place"].map(chief).astype(bool)]
    sets = {"chief towns, every GeoNames figure": geonames.drop_duplicates("place"), "all figures the pack uses": used}
    for title, chosen in sets.items():
        actual = chosen.set_index("place")["population"]
        rows = {name: score(made.reindex(actual.index).clip(lower=1), actual) for name, made in models.items()}
        print(f"\n{title}")
        print(pd.DataFrame(rows).T.round(2).to_string())


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "mali")
