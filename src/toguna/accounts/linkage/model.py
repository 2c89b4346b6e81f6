"""The model of Fellegi and Sunter (1969): chances of agreement learnt from the records themselves, and weights by them.

With m the chance of a level of agreement among records of the same person and u among those of two, a pair weighs
log2(m / u) bits, summed over its comparisons and added to the log odds of two records drawn at random. u is counted on
random pairs, m by expectation maximisation on pairs strict in one respect, and the odds so that expected matches among
all pairs looked at agree with them. Splink does the work on DuckDB, or on Spark where it is given a session.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from toguna.accounts.linkage.blocking import Rule, learnt_from, looked_at
from toguna.accounts.linkage.comparisons import Comparison
from toguna.core.errors import AccountError

_MOST_RANDOM = 1_000_000  # random pairs for u
_MOST_LEARNT = 2_000_000  # pairs a rule that m is learnt from
_HOPELESS = -20.0  # bits; all pairs below together add no match
_ROUNDS = 200  # of the odds
_LEAST = {"m": 1e-3, "u": 1e-6}  # chances; a level nobody showed is rare, not impossible


@dataclass(frozen=True, eq=False)
class Scored:
    """Pairs and what was learnt.

    Attributes
    ----------
    pairs : `left`, `right` (numbers of records, left below right), `weight` (bits, with the odds), and by field
        `level_<field>` (0 the best, -1 missing), `bits_<field>`, `rarity_<field>` (bits more for a rare value)
    odds : two records drawn at random are of the same person with this chance
    looked_at : pairs compared
    chances : one row a field and level: `field`, `says`, `m`, `u`, `bits`, `learnt`
    """

    pairs: pd.DataFrame = field(repr=False)
    odds: float
    looked_at: int
    chances: pd.DataFrame = field(repr=False)


def score(
    table: pd.DataFrame,
    compared: Sequence[Comparison],
    *,
    across: bool,
    least: float,
    seed: int,
    backend: Any = None,
) -> Scored:
    """Return pairs of prepared records whose probability to be of the same person is `least` or more.

    Parameters
    ----------
    table : records as `prepared` gives them
    compared : comparisons, of `comparisons`
    across : whether only records of different lists can be of the same person
    least : probability
    seed : of the random pairs
    backend : Spark session, or database of splink; default DuckDB in memory

    Raises
    ------
    AccountError
        The extra is not installed; no pair shares a key.
    """
    api = _database(backend)
    lists = sorted(table["list_name"].unique()) if across else []
    number = len(table)
    total = number * (number - 1) // 2
    if across:
        sizes = table.groupby("list_name").size().to_numpy(dtype=np.int64)
        total -= int((sizes * (sizes - 1) // 2).sum())
    with _quiet():
        records = api.register(_typed(table, api))
        settings = _settings(table, compared, api, across=across, total=total)
        learnt, rows = _learn(records, settings, table, compared, lists, seed)
        pairs, odds, seen = _weigh(api, records, learnt, compared, total, least)
    return Scored(pairs, odds, seen, rows)


def _database(backend: Any) -> Any:
    """Return the database of splink."""
    try:
        from splink import DuckDBAPI
    except ImportError as error:
        raise AccountError("Record linkage needs splink. Install it with: pip install 'toguna[accounts]'.") from error
    if backend is None:
        return DuckDBAPI()
    if hasattr(backend, "sql_dialect"):
        return backend
    try:
        from splink import SparkAPI

        connect: Any = SparkAPI  # its own functions carry no types
    except ImportError as error:
        raise AccountError("A Spark session needs pyspark. Install it with: pip install pyspark.") from error
    return connect(spark_session=backend)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep splink's remarks for its own users from ours; what they need to know is in `chances`."""
    log = logging.getLogger("splink")
    before = log.level
    log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        log.setLevel(before)


def _typed(table: pd.DataFrame, api: Any) -> Any:
    """Return the records with the type of each column said, so that an empty beginning misleads no database."""
    table = table.drop(columns="id")
    if api.sql_dialect.sql_dialect_str == "spark":
        return table.astype(object).where(table.notna(), None)
    import pyarrow as pa

    def kind(column: str) -> Any:
        if column == "words":
            return pa.list_(pa.string())
        return pa.int64() if column == "record" or column.endswith(("_low", "_high", "_year")) else pa.string()

    columns = {name: [None if _is_nothing(one) else one for one in table[name].tolist()] for name in table}
    return pa.table({str(name): pa.array(values, kind(str(name))) for name, values in columns.items()})


def _is_nothing(one: Any) -> bool:
    return not isinstance(one, list) and bool(pd.isna(one))


def _settings(
    table: pd.DataFrame, compared: Sequence[Comparison], api: Any, *, across: bool, total: int
) -> dict[str, Any]:
    """Return the settings before anything is learnt."""
    dialect = api.sql_dialect
    is_spark = dialect.sql_dialect_str == "spark"
    words = {
        "jw": dialect.jaro_winkler_function_name,
        "dl": dialect.damerau_levenshtein_function_name,
        "shared": "size(array_intersect(words_l, words_r))" if is_spark else "len(list_intersect(words_l, words_r))",
    }
    rules = []
    for rule in looked_at(table):
        one: dict[str, Any] = {"blocking_rule": _across(rule, across=across)}
        rules.append(one | ({"arrays_to_explode": list(rule.exploded)} if rule.exploded else {}))
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "record",
        "probability_two_random_records_match": float(np.clip(len(table) / 10 / max(total, 1), 1e-9, 0.1)),
        "comparisons": [_comparison(one, words) for one in compared],
        "blocking_rules_to_generate_predictions": rules,
        "retain_matching_columns": True,
        "retain_intermediate_calculation_columns": True,
        "max_iterations": 30,
    }


def _across(rule: Rule, *, across: bool) -> str:
    return f"{rule.sql} and l.list_name <> r.list_name" if across else rule.sql


def _comparison(one: Comparison, words: dict[str, str]) -> dict[str, Any]:
    levels: list[dict[str, Any]] = [
        {"sql_condition": one.missing, "label_for_charts": "missing", "is_null_level": True}
    ]
    for level in one.levels:
        made: dict[str, Any] = {
            "sql_condition": level.sql.format(**words) if level.sql else "ELSE",
            "label_for_charts": level.says,
            "m_probability": level.m,
        }
        if level.term:
            made |= {"tf_adjustment_column": level.term, "tf_adjustment_weight": 1.0}
        levels.append(made)
    return {"output_column_name": one.field, "comparison_levels": levels}


def _learn(
    records: Any,
    settings: dict[str, Any],
    table: pd.DataFrame,
    compared: Sequence[Comparison],
    lists: list[str],
    seed: int,
) -> tuple[dict[str, Any], pd.DataFrame]:
    """Return the settings with the chances learnt, and these as a table."""
    from splink import Linker

    linker: Any = Linker(records, settings, log_level=None, validate_settings=False)
    linker.training.estimate_u_using_random_sampling(
        max_pairs=_MOST_RANDOM, seed=seed, min_count_per_level=None, num_chunks=1
    )
    for made, shown in zip(settings["comparisons"], _levels(linker), strict=True):
        for into, theirs in zip(made["comparison_levels"][1:], _chances(shown, "u_probability"), strict=True):
            into["u_probability"] = theirs
    taught: list[list[list[dict[str, Any]]]] = []
    for rule in learnt_from(table, lists):
        linker = Linker(records, settings, log_level=None, validate_settings=False)
        try:
            linker.training.estimate_parameters_using_expectation_maximisation(
                _across(rule, across=bool(lists)), estimate_without_term_frequencies=True, max_pairs=_MOST_LEARNT
            )
        except ValueError:  # a chance fell to 0: among the pairs of this rule are no matches to learn from
            continue
        taught.append(_levels(linker))
    rows: list[dict[str, object]] = []
    for at, (one, made) in enumerate(zip(compared, settings["comparisons"], strict=True)):
        m, u, is_learnt = _settled(one, made["comparison_levels"][1:], [lesson[at] for lesson in taught])
        for level, into, ours, theirs in zip(one.levels, made["comparison_levels"][1:], m, u, strict=True):
            into |= {"m_probability": ours, "u_probability": theirs}
            bits = float(np.log2(ours / theirs))
            rows.append(
                {"field": one.field, "says": level.says, "m": ours, "u": theirs, "bits": bits, "learnt": is_learnt}
            )
    return settings, pd.DataFrame(rows)


def _levels(linker: Any) -> list[list[dict[str, Any]]]:
    """Return what a linker knows of the levels of each comparison."""
    return [
        [level for level in one["comparison_levels"] if not level.get("is_null_level")]
        for one in linker.misc.save_model_to_json()["comparisons"]
    ]


def _settled(
    one: Comparison, made: list[dict[str, Any]], lessons: list[list[dict[str, Any]]]
) -> tuple[list[float], list[float], bool]:
    """Return m and u of the levels, and whether m was learnt: its mean over the rules that taught it.

    A level that alone keeps the m it had before was never met. Where agreement would speak against a match, too few
    matches were met to learn from: what was before is kept, and a level no random pair showed has no weight.
    """
    before = np.array([level.m for level in one.levels])
    u = [level["u_probability"] for level in made]
    heard = [np.array([level["m_probability"] for level in lesson], float) for lesson in lessons]
    heard = [np.where(now == before, 0.0, now) for now in heard if (now != before).any()]
    if heard:
        m = _raised(np.mean(heard, axis=0), "m")
        if m[0] > u[0]:
            return m, u, True
    m = _raised(before, "m")
    bare = [ours if theirs <= 2 * _LEAST["u"] else theirs for ours, theirs in zip(m, u, strict=True)]
    return m, _raised(np.array(bare), "u"), False


def _chances(levels: list[dict[str, Any]], key: str) -> list[float]:
    """Return chances as splink shows them; it writes words where a level was never seen."""
    shown = [level.get(key) for level in levels]
    return _raised(np.array([one if isinstance(one, int | float) else 0.0 for one in shown], float), key[0])


def _raised(chances: np.ndarray, which: str) -> list[float]:
    """Return chances that sum to 1; a level that was never seen gets the least."""
    raised = np.maximum(chances, _LEAST[which])
    return [float(one) for one in raised / raised.sum()]


def _weigh(
    api: Any,
    records: Any,
    settings: dict[str, Any],
    compared: Sequence[Comparison],
    total: int,
    least: float,
) -> tuple[pd.DataFrame, float, int]:
    """Return the pairs, the odds and how many pairs were compared."""
    from splink import Linker

    linker: Any = Linker(records, settings, log_level=None, validate_settings=False)
    blocked = linker.inference.compute_blocked_pairs_for_predict().physical_name
    seen = int(api.query_sql(f"select count(*) as pairs from {blocked}", output_type="pandas")["pairs"].iloc[0])
    table = linker.inference.predict(threshold_match_weight=_HOPELESS, warning_mode="never").physical_name
    start = settings["probability_two_random_records_match"]
    shift = np.log2(start / (1 - start))
    counts = api.query_sql(
        f"select round(match_weight, 1) as weight, count(*) as pairs from {table} group by 1 order by 1",
        output_type="pandas",
    )
    weights = counts["weight"].to_numpy(float) - shift
    pairs = counts["pairs"].to_numpy(np.int64)
    if not len(pairs):
        raise AccountError("No two records share a key, so no pair can be compared. Check that columns are filled.")
    odds = _odds(weights, pairs, total, start)
    move = float(np.log2(odds / (1 - odds)) - shift)
    bound = float(np.log2(least / (1 - least)))
    columns = [f"gamma_{one.field}" for one in compared]
    columns += [f"mw_{one.field}" for one in compared]
    columns += [f"mw_tf_adj_{one.field}" for one in compared if any(level.term for level in one.levels)]
    kept = api.query_sql(
        f"select record_l, record_r, match_weight, {', '.join(columns)} from {table} "
        f"where match_weight + {move!r} >= {bound!r}",
        output_type="pandas",
    )
    return _tidy(kept, compared, move), odds, seen


def _odds(weights: np.ndarray, pairs: np.ndarray, total: int, start: float) -> float:
    """Return the chance that two records match: expected matches among pairs looked at, over all pairs."""
    chance = start
    for _ in range(_ROUNDS):
        bits = np.clip(weights + np.log2(chance / (1 - chance)), -60, 60)
        new = float((pairs / (1 + 2.0**-bits)).sum() / total)
        new = min(max(new, 0.5 / total), 0.5)
        if abs(new - chance) <= 1e-6 * chance:
            return new
        chance = new
    return chance


def _tidy(kept: pd.DataFrame, compared: Sequence[Comparison], move: float) -> pd.DataFrame:
    """Return pairs in the order of records, rounded so that the order of additions leaves no trace."""
    left, right = kept["record_l"].to_numpy(np.int64), kept["record_r"].to_numpy(np.int64)
    found = {"left": np.minimum(left, right), "right": np.maximum(left, right)}
    found["weight"] = np.round(kept["match_weight"].to_numpy(float) + move, 6)
    for one in compared:
        best = len(one.levels) - 1
        gamma = kept[f"gamma_{one.field}"].to_numpy(np.int64)
        found[f"level_{one.field}"] = np.where(gamma < 0, -1, best - gamma)
        rarity = kept.get(f"mw_tf_adj_{one.field}")
        rare = np.zeros(len(kept)) if rarity is None else rarity.to_numpy(float)
        found[f"rarity_{one.field}"] = np.round(rare, 6)
        found[f"bits_{one.field}"] = np.round(kept[f"mw_{one.field}"].to_numpy(float) + rare, 6)
    return pd.DataFrame(found).sort_values(["left", "right"], ignore_index=True)
