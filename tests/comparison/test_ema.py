"""The model for the EMA Workbench: its function and the workbench give the product's own numbers."""

import importlib.util
import warnings

import numpy as np
import pytest

import toguna as tg
from toguna.comparison.ema import export_ema
from toguna.comparison.measures import NAMES
from toguna.core.errors import ComparisonError


@pytest.fixture(scope="module")
def found():
    """A small comparison."""
    return tg.compare(tg.read_country("ouadji", as_of="2013-06"), ["protect-first"], years=0.5, draws=20)


@pytest.fixture(scope="module")
def folder(found, tmp_path_factory):
    """It, exported."""
    folder = tmp_path_factory.mktemp("ema") / "model for others"
    export_ema(found, folder)
    return folder


@pytest.fixture(scope="module")
def model(folder):
    """The module that was written."""
    spec = importlib.util.spec_from_file_location("exported", folder / "model.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_function_gives_the_numbers_of_the_comparison(found, model):
    """Every mandate and measure, draw by draw, to the last digit."""
    for at, mandate in enumerate(found.outcome.mandates):
        for draw in (0, 7, 19):
            got = model.run(mandate, draw, **found.outcome.parameters.loc[draw].to_dict())
            assert list(got) == list(NAMES)
            assert list(got.values()) == found.outcome.values[at, draw].tolist()


def test_chance_matters_and_an_assumption_left_out_is_missed(found, model):
    """Another chance, another future; no assumption has a value of its own."""
    given = found.outcome.parameters.loc[3].to_dict()
    assert model.run("nothing", 3, **given) != model.run("nothing", 4, **given)
    del given["cost_un"]
    with pytest.raises(KeyError, match="cost_un"):
        model.run("nothing", 3, **given)


def test_what_is_written(found, folder, model):
    """Three files; bounds are those of the assumptions; data open without running code; the readme says what it is."""
    assert sorted(one.name for one in folder.iterdir()) == ["README.md", "comparison.npz", "model.py"]
    bounds = {one.name: one.bounds for one in found.assumptions}
    assert {name: (low, high) for name, low, high in model.UNCERTAINTIES} == bounds
    assert model.MANDATES == ("nothing", "protect-first")
    with np.load(folder / "comparison.npz", allow_pickle=False) as kept:
        assert all(kept[name].dtype.kind in "fi" for name in kept.files)
    readme = (folder / "README.md").read_text(encoding="utf-8")
    for words in ("no probabilities of Toguna", found.made_from.run_id, "`not_reached`: people in need", "carry over"):
        assert words in readme
    assert "$" not in readme.replace("US$", "")


def test_measures_of_another_version_are_refused(model, monkeypatch):
    """Numbers are never given under another name."""
    model._data.cache_clear()
    monkeypatch.setattr(model, "NAMES", model.NAMES[::-1])
    with pytest.raises(RuntimeError, match="Export it again"):
        model.run("nothing")


def test_a_file_in_place_of_the_folder(found, tmp_path):
    """It is left as it was, and the error says so."""
    (tmp_path / "ema").write_text("mine", encoding="utf-8")
    with pytest.raises(ComparisonError, match="is a file"):
        export_ema(found, tmp_path / "ema")
    assert (tmp_path / "ema").read_text(encoding="utf-8") == "mine"


def test_the_workbench_runs_it(model):
    """A small experiment: what the workbench reports for its futures is what the function gives for them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the workbench warns of connectors that are not installed
        workbench = pytest.importorskip("ema_workbench")
        experiments, outcomes = workbench.perform_experiments(
            model.toguna_model(), scenarios=4, policies=2, lever_sampling=workbench.Samplers.FF
        )
    assert len(experiments) == 8
    assert set(outcomes) == set(NAMES)
    names = [name for name, _, _ in model.UNCERTAINTIES]
    for row, one in enumerate(experiments.to_dict("records")):
        got = model.run(str(one["mandate"]), one["chance"], **{name: one[name] for name in names})
        assert {name: outcomes[name][row] for name in NAMES} == pytest.approx(got)
