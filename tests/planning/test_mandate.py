"""Mandates: read from a base and changes to it, held to their own rules, and told apart in sentences."""

import re
from importlib.resources import files

import pytest
import yaml
from pydantic import ValidationError

from toguna.core.errors import PlanError
from toguna.planning.mandate import Effect, Side, Task
from toguna.planning.read_mandate import diff, mandate_names, read_mandate

SHIPPED = (
    "as-is", "border-first", "policing-transition", "protect-first", "routes-and-corridors", "search-and-destroy",
)  # fmt: skip


def written(folder, text, name="mine.yaml"):
    """A mandate file with the text."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_shipped_mandates_are_these():
    """Six mandates, and the base that is none of them."""
    assert mandate_names() == SHIPPED


@pytest.mark.parametrize("name", SHIPPED)
def test_order_of_tasks_is_fixed_by_principle(name):
    """Whatever a mandate puts first within a principle, principles stay in order and every task has an effect."""
    mandate = read_mandate(name)
    principles = [task.principle for task in mandate.ordered]
    assert principles == sorted(principles)
    assert set(mandate.ordered) <= set(mandate.effects)
    assert mandate.made_of == ("base.yaml", f"{name}.yaml")


def test_principles_of_tasks():
    """Five principles, in the order tasks are declared in."""
    ranks = [task.principle for task in Task]
    assert ranks == sorted(ranks)
    assert (Task.AIRLIFT_RELIEF.principle, Task.SECURE_VOTES.principle, Task.SUPPORT_DIALOGUE.principle) == (1, 2, 3)
    assert (Task.PROTECT_TOWNS.principle, Task.SEARCH_AND_DESTROY.principle, Task.SUPPORT_DDR.principle) == (4, 4, 5)


def test_a_mandate_cannot_put_borders_before_aid(tmp_path):
    """A place orders tasks within their principle only."""
    mandate = read_mandate(written(tmp_path, "tasks: {patrol_borders: 1, protect_towns: 9, open_corridors: 99}\n"))
    order = mandate.ordered
    assert order.index(Task.OPEN_CORRIDORS) < order.index(Task.PATROL_BORDERS) < order.index(Task.PROTECT_TOWNS)


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_mandates_are_small_changes_of_the_base(name):
    """A shipped mandate is read in a minute, and changes no assumed effect."""
    text = files("toguna.planning").joinpath("mandates", f"{name}.yaml").read_text(encoding="utf-8")
    assert len(text.splitlines()) < 20
    assert "effects" not in yaml.safe_load(text)


@pytest.mark.parametrize("task", Task)
def test_every_effect_is_cited_on_both_sides_where_disputed(task):
    """Each task has a range in order with findings; where it reaches past 0 both sides are cited."""
    effect = read_mandate("protect-first").effects[task]
    assert -1 <= effect.low <= effect.central <= effect.high <= 1
    assert all(one.source and one.says for one in effect.evidence)
    if effect.low < 0 < effect.high:
        assert {one.side for one in effect.evidence} > {Side.AVERTS}


@pytest.mark.parametrize(
    ("low", "central", "high", "says"),
    [
        (0, 0.5, 1.1, "less than or equal to 1"),
        (0.6, 0.5, 0.7, "out of order"),
        (0.1, 0.8, 0.7, "out of order"),
        (-0.1, 0.1, 0.2, "cite a finding for each side"),
    ],
)
def test_impossible_effects_are_refused(low, central, high, says):
    """Shares above 1, ends out of order and one-sided disputes are errors."""
    evidence = [{"side": "averts", "says": "so", "source": "me", "basis": "judgement"}]
    with pytest.raises(ValidationError, match=says):
        Effect(of="harm", low=low, central=central, high=high, evidence=evidence)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("escortz: 3\n", "mine.yaml, line 1, escortz: there is no such key (found '3'). Did you mean escorts?"),
        ("title: A\nescorts: -1\n", "mine.yaml, line 2, escorts: Input should be greater than or equal to 0"),
        ("tasks: {react: -2}\n", "mine.yaml, line 1, tasks.react"),
        ("tasks:\n  dig: 1\n", "mine.yaml, line 2, tasks.dig"),
        (
            "effects: {react: {high: 1.2}}\n",
            "effects.react.high: Input should be less than or equal to 1 (found '1.2')",
        ),
        ("ceilings: {tank: 1}\n", "ceilings.tank: there is no such kind of unit. Choose one of infantry_company"),
        ("rules: {capture_and_due_process: {forbids: [tasks.dance]}}\n", "no mandate can ask for tasks.dance"),
        ("eps: {3: 2}\n", "a share from 0 to 1"),
        ("eps: {6: 0.1}\n", "each of the principles 1 to 5"),
        ("escorts: -1\nborder_teams: -1\n", "line 2, border_teams"),
        ("escorts: 1\nescorts: 2\n", "mine.yaml, line 2, escorts: stands here and on line 1"),
        ("effects: {react: ~}\n", "effects.react"),
        ("- escorts\n", "mine.yaml holds no settings"),
        ("a: [\n", "mine.yaml cannot be read as YAML"),
        ("extends: atlantis\n", "There is no mandate 'atlantis'. Choose one of as-is"),
        ("extends: mine.yaml\n", "mine.yaml, line 1, extends"),
    ],
)
def test_faults_name_file_line_key_value_and_remedy(tmp_path, text, says):
    """What is wrong in a file is said so that it can be mended."""
    with pytest.raises(PlanError, match=re.escape(says)):
        read_mandate(written(tmp_path, text))


@pytest.mark.parametrize(
    ("text", "asks", "rule"),
    [
        ("tasks:\n  search_and_destroy: 1\n", "line 2, tasks.search_and_destroy", "capture_and_due_process"),
        ("engagement: search_and_destroy\n", "line 1, engagement", "capture_and_due_process"),
        ("heavy_weapons: anywhere\n", "line 1, heavy_weapons", "least_force"),
        ("support:\n  a battalion: flagged\n", "line 2, support.a battalion", "due_diligence"),
        ("support: {a battalion: unchecked}\n", "line 1, support.a battalion", "due_diligence"),
    ],
)
def test_a_mandate_that_asks_for_what_it_forbids_is_refused(tmp_path, text, asks, rule):
    """The sentence names the line that asks and the line that forbids."""
    with pytest.raises(PlanError) as caught:
        read_mandate(written(tmp_path, text))
    assert f"mine.yaml, {asks}: asks for " in str(caught.value)
    assert f"which the rule {rule} forbids (base.yaml, line " in str(caught.value)


def test_who_drops_a_rule_says_so(tmp_path):
    """A rule can be dropped in the open, and the difference tells it first among the rules; cleared support stands."""
    text = "tasks: {search_and_destroy: 1}\nrules: {capture_and_due_process: {binds: false}}\n"
    mandate = read_mandate(written(tmp_path, text))
    assert Task.SEARCH_AND_DESTROY in mandate.ordered
    assert any("binds protect-first and not mine" in one for one in diff(read_mandate("protect-first"), mandate))
    assert read_mandate(written(tmp_path, "support: {a battalion: cleared}\n")).support


def test_difference_reads_as_sentences():
    """What a minister reads between two mandates, whole."""
    assert diff(read_mandate("protect-first"), read_mandate("routes-and-corridors")) == [
        "Task 'escort aid' (principle 1): place 2 in protect-first, place 1 in routes-and-corridors.",
        "Task 'reopen roads' (principle 1): place 4 in protect-first, place 2 in routes-and-corridors.",
        "Task 'protect towns' (principle 4): place 1 in protect-first, place 2 in routes-and-corridors.",
        "Task 'react' (principle 4): place 2 in protect-first, place 3 in routes-and-corridors.",
        "Corridors escorted at one time, at most: 8 in protect-first, 16 in routes-and-corridors.",
        "Share of each region's harm that must be averted, of the best: 0.7 in protect-first, "
        "0.5 in routes-and-corridors.",
        "Weight of the worst draws against the mean (lambda): 0.5 in protect-first, 0.3 in routes-and-corridors.",
    ]


def test_difference_of_search_and_destroy_names_both_rules():
    """Nobody can miss which rules it drops."""
    found = diff(read_mandate("protect-first"), read_mandate("search-and-destroy"))
    dropped = [one for one in found if one.startswith("Rule ")]
    assert [one.split("'")[1] for one in dropped] == ["capture and due process", "least force"]
    assert "How armed groups are met: contain capture hand over in protect-first, " in "\n".join(found)


def test_difference_of_effects_and_rewritten_rules(tmp_path):
    """An assumption that was changed is shown with its range, and a rule that was reworded with what it forbids."""
    text = (
        "extends: protect-first\neffects: {react: {central: 0.3}}\n"
        "rules: {least_force: {forbids: [heavy_weapons.anywhere, heavy_weapons.outside_towns]}}\n"
        "ceilings: {infantry_company: 5}\nhand_over: {months: 12}\n"
    )
    found = diff(read_mandate("protect-first"), read_mandate(written(tmp_path, text)))
    assert found == [
        "Rule 'least force' reads otherwise in mine: Heavy weapons are not used where civilians live. "
        "It forbids heavy weapons anywhere, heavy weapons outside towns.",
        "Most units of a kind; a kind not named has no ceiling: infantry company: not named in protect-first, 5 in "
        "mine.",
        "For so many months in a row: 6 in protect-first, 12 in mine.",
        "Share of harm averted by 'react': 20% (-5% to 40%) in protect-first, 30% (-5% to 40%) in mine.",
    ]


def test_changes_go_on_top_in_the_order_given(tmp_path):
    """A scenario is a mandate with further changes; the last word counts."""
    more, less = written(tmp_path, "escorts: 20\n", "more.yaml"), written(tmp_path, "escorts: 2\n", "less.yaml")
    assert read_mandate("protect-first", [more, less]).escorts == 2
    both = read_mandate("border-first", ["routes-and-corridors", more])
    assert (both.name, both.escorts, both.border_teams) == ("border-first+routes-and-corridors+more", 20, 12)
    assert both.made_of == ("base.yaml", "border-first.yaml", "routes-and-corridors.yaml", "more.yaml")


def test_a_mandate_never_changes():
    """What was read stays as it was read."""
    mandate = read_mandate("protect-first")
    with pytest.raises(ValidationError, match="frozen"):
        mandate.escorts = 3
