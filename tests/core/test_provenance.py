"""A run id tells runs apart exactly when something they were made from differs."""

from toguna.core.provenance import MadeFrom


def test_run_id_depends_on_everything_asked():
    """Pack, parameters and seed each change the run id; the order of parameters does not."""
    first = MadeFrom("mali", "abc", {"as_of": "2013-02", "hindsight": False})
    assert first.run_id == MadeFrom("mali", "abc", {"hindsight": False, "as_of": "2013-02"}).run_id
    others = [
        MadeFrom("mali", "abd", first.parameters),
        MadeFrom("niger", "abc", first.parameters),
        MadeFrom("mali", "abc", {"as_of": "2013-03", "hindsight": False}),
        MadeFrom("mali", "abc", first.parameters, seed=1),
    ]
    assert len({first.run_id, *(one.run_id for one in others)}) == 5
