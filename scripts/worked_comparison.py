"""Writes docs/mali-2013-02.md and its pictures: six mandates for Mali compared as of February 2013, from the run alone.

python scripts/worked_comparison.py

Every figure of the page is a field that this script fills; to change a number, change what it is made from.
"""

from __future__ import annotations

import logging
import sys
import time
from pathlib import Path

import numpy as np

import toguna as tg
from toguna.assessment.principles import PRINCIPLES
from toguna.briefing.language import Language
from toguna.briefing.model import Figure, Table
from toguna.briefing.sections import compare as pages
from toguna.briefing.sections.compare_asked import Compared, ask
from toguna.briefing.sections.compare_words import amount, between, figure, mandate, quoted
from toguna.briefing.sections.compare_words import offer as offer_words
from toguna.briefing.sections.risk_words import chance
from toguna.briefing.wording import Wording
from toguna.comparison.compare import NOTHING, TRANSFER
from toguna.comparison.from_plan import RENEWED
from toguna.comparison.measures import DECIDING, MEASURES
from toguna.comparison.parameters import Parameter
from toguna.planning.resources import read_contribution

ROOT = Path(__file__).resolve().parents[1]
DOCS, NAME = ROOT / "docs", "mali-2013-02"
PICTURES = DOCS / "pictures"
PACK, AS_OF, OFFER = "mali", "2013-02", "canada-2013"
YEARS, DRAWS, SEED, WORKERS, SAMPLES = 3, 2_000, 1, 2, 512
RESTS = 3  # of the assumptions that decide a question, how many have their findings told
BESIDE = ("reached", "excess_deaths", "killed_by_groups", "killed_by_state", "killed_by_intervening", "displaced",
          "brought_to_court", "force_deaths", "fighters", "cost")  # fmt: skip

PAGE = """\
<!-- Written by scripts/worked_comparison.py. Do not edit: change the script and run it again. -->

# Mali, February 2013: which mandate, and what would Canada add?

A worked comparison for a parliamentary committee. It looks at Mali with what was public by the end of {as_of}, and
at the {months} months after it. It explores what follows from stated assumptions; it does not predict.

**{transfer}**

## The question

Some ask for a force that hunts armed groups; others for one that protects people, keeps roads open for aid, guards
borders or hands over to police. Which of these would leave civilians better off, by five principles in order, each
with one measure that decides?

{principles}

No amount of a later principle buys an earlier one. And what would Canada's offer of early 2013 add?

## The answer first

{flips}

By medians the order is: {order}.

{plainly}

No single winner follows from this. Each of the {draws} draws of the assumptions gives an order of its own:

{places}

{orders}

What parts each mandate from the next, what flips first:

{decisions}

## What authorises each mandate

{flags}

{authorities}

## What those sent do

All mandates start from the same offers, {offers}; they differ in tasks and rules. Averages over the {months} months:

{boots}

{renewed}

Beside nobody sent, in the same draw, the median difference (and the 90% range):

{beside}

A difference above 0 means more. Costs are of those sent, whoever pays.

## Principle by principle

{ladder}

{by_principle}

## Where it turns: recruits for each person killed

{claimed} No study found gives the number. So the page asks instead from which number on a mandate with raids leaves
more civilians killed than one without.

{curves}

{break_evens}

{claim}

## What Canada's offer would add

The offer, `{offer}`: {offer_summary}

{additions}

Under each mandate, how much better things are with the offer than without it in the same draw, median and 90% range;
below 0 is worse:

{additions_by_mandate}

Beside the offer:

{lacks}

## What we do not know

{transfer}

{unknown}

Which assumptions decide:

{deciders}

### What these assumptions rest on

Only findings that were read, in the text or in an excerpt, are quoted; what is known from memory is not. Where no
finding stands, the size is judgement.

{findings}

## How it was made

    {command}

or, with the pages of a brief, `{brief}`.

Pack `{pack}`, SHA-256 `{digest}`, Toguna {version}, run `{run}`, seed {seed}, {draws} draws, {months} months
({first} to {last}), {assumptions} assumptions. Same seed, same figures, on any machine. {gap} {astray}

What the run itself remarked:

{remarks}

Protective and aggregate only: no person is located, ranked or profiled; ethnicity and religion are never used.
"""


def main() -> int:
    """Compare, ask, write."""
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    log = logging.getLogger("worked_comparison")
    start = time.perf_counter()

    def told(done: int, total: int, what: str) -> None:
        log.info("%4.0f s  %s, %d of %d", time.perf_counter() - start, what, done, total)

    country = tg.read_country(PACK, as_of=AS_OF)
    offer = read_contribution(OFFER)
    found = tg.compare(country, (), [offer], years=YEARS, draws=DRAWS, seed=SEED, workers=WORKERS,
 progress=told)  # fmt: skip
    asked = ask(found, [offer], samples=SAMPLES, progress=told)
    write(Wording(tg.assess(country), Language("en")), asked)
    return 0


def write(say: Wording, asked: Compared) -> None:
    """Write the page and its pictures."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    (DOCS / f"{NAME}.md").write_text(PAGE.format(**fields(say, asked)), encoding="utf-8")


def fields(say: Wording, asked: Compared) -> dict[str, object]:
    """Return all the page holds, by name; pictures are written on the way."""
    found = asked.found
    made, months = found.made_from, found.outcome.months
    offer = read_contribution(OFFER)
    pictured = [picture(pages.break_even_chart(say, asked, one), name) for name, one in asked.turns.items()]
    command = f"python scripts/{Path(__file__).name}"
    brief = f"toguna brief {PACK} --as-of {AS_OF} --compare all -c {OFFER} --years {YEARS} --draws {DRAWS}"
    rules = [str(one) for one in found.ranking.order["mandate"] if one != NOTHING]
    return {
        "as_of": say.language.month(say.assessment.country.month),
        "transfer": TRANSFER,
        "principles": "\n".join(f"{one.principle}. {principle(one.principle)}: {one.words}" for one in DECIDING),
        "plainly": plainly(say, asked),
        "claimed": claimed(asked),
        "flips": pages.flips(say, found) or "The order does not flip within what is held plausible.",
        "order": pages.order_words(say, found, found.ranking),
        "draws": f"{len(found.outcome.parameters):,}",
        "places": markdown(pages.places(say, found)),
        "orders": orders(say, asked),
        "decisions": bullets(pages.decisions(say, found)),
        "flags": bullets([f"**{one}**" for one in pages.flagged(say, found)]),
        "authorities": bullets(pages.authorities(say, found)),
        "offers": " and ".join(offer_words(say, str(one)) for one in made.parameters["offers"]),
        "months": len(months),
        "boots": boots(say, asked, rules),
        "renewed": RENEWED,
        "beside": beside(say, asked, rules),
        "ladder": picture(pages.ladder(say, found), "ladder"),
        "by_principle": by_principle(say, asked),
        "curves": "\n\n".join(pictured),
        "break_evens": bullets([pages.break_even(say, asked, one) for one in asked.turns.values()]),
        "claim": pages.claim(say, asked),
        "offer": OFFER,
        "offer_summary": offer.summary,
        "additions": markdown(pages.additions(say, asked)),
        "additions_by_mandate": additions_by_mandate(say, asked, rules),
        "lacks": bullets(pages.lacks(say, asked)),
        "unknown": bullets(pages.unknown(say, asked)),
        "deciders": "\n\n".join(markdown(pages.deciders(say, found, one)) for one in asked.decides),
        "findings": findings(asked),
        "command": command,
        "brief": brief,
        "pack": made.pack,
        "digest": made.pack_hash,
        "version": made.version,
        "run": made.run_id,
        "seed": made.seed,
        "first": months[0],
        "last": months[-1],
        "assumptions": len(found.assumptions),
        "gap": gap(asked),
        "astray": f"{len(found.astray)} draws went astray and are left out under every mandate.",
        "remarks": remarks(asked),
    }


def principle(rank: int) -> str:
    """Return the name of a principle."""
    return next(one.name for one in PRINCIPLES if one.rank == rank)


def plainly(say: Wording, asked: Compared) -> str:
    """Return what raids, protection and sending nobody come to in two measures that a committee asks for first."""
    found = asked.found
    table = found.spread.set_index(["mandate", "measure"])
    names = [one for one in (asked.protecting, asked.raiding, NOTHING) if one]
    said = []
    for one in (DECIDING[0], DECIDING[3]):
        cells = []
        for name in names:
            row = table.loc[(name, one.name)]
            middle = amount_of(say, float(row["median"]), one.unit)
            cells.append(
                f"{middle} under {quoted(say, found, name)} ({between(say, row['q05'], row['q95'], one.unit)})"
            )
        said.append(f"{one.words.capitalize()}: {', '.join(cells)}.")
    return "In figures, median and 90% range:\n\n" + bullets(said)


def claimed(asked: Compared) -> str:
    """Return the claim that is tested, as it is quoted; empty where none may be."""
    names = [one for one in asked.found.assumptions if one.name in asked.turns]
    found = [f"“{it.says}” ({it.source})." for one in names for it in one.sources if it.quotable and "claim" in it.says]
    return " ".join(dict.fromkeys(found))


def bullets(items: list[str]) -> str:
    """Return items as a list."""
    return "\n".join(f"- {one}" for one in items)


def grid(columns: list[str], rows: list[list[str]], numeric: int = 1) -> str:
    """Return a table whose columns from `numeric` on are figures."""
    lines = [columns, ["---" if at < numeric else "--:" for at in range(len(columns))], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def markdown(table: Table) -> str:
    """Return a table of the brief."""
    rows = [[f"**{cell.text}**" if cell.bold and cell.text else cell.text for cell in row] for row in table.rows]
    lines = [list(table.columns), ["--:" if one else "---" for one in table.numeric], *rows]
    body = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    return f"**{table.caption}**\n\n{body}" + (f"\n\n{table.note}" if table.note else "")


def picture(one: Figure, name: str) -> str:
    """Write a drawing and return where it stands in the page."""
    file = PICTURES / f"{NAME}-{name.replace('_', '-')}.svg"
    # On a page of its own a drawing has no paper under it; in a dark reader its ink would be lost.
    paper = '<rect width="100%" height="100%" fill="#fff"/>'
    head, _, rest = one.svg.partition("</desc>")
    file.write_text(f"{head}</desc>{paper}{rest}\n", encoding="utf-8")
    note = f"\n\n{one.note}" if one.note else ""
    return f"**{one.caption}**\n\n![{one.caption}](pictures/{file.name}){note}"


def orders(say: Wording, asked: Compared) -> str:
    """Return the commonest whole orders, and how many others there are."""
    table = asked.found.ranking.orders
    shown = [
        f"{chance(say, float(row['probability']))}: {order_of(say, asked, str(row['order']))}"
        for row in table.head(3).to_dict("records")
    ]
    rest = float(table["probability"].iloc[3:].sum())
    head = f"The draws give {len(table)} whole orders (`=`: level). The commonest:"
    return f"{head}\n\n{bullets(shown)}\n- all others together: {chance(say, rest)}"


def order_of(say: Wording, asked: Compared, order: str) -> str:
    """Return a whole order with mandates as they are shown."""
    groups = [[mandate(say, asked.found, one) for one in group.split(" = ")] for group in order.split(" > ")]
    return " > ".join(" = ".join(group) for group in groups)


def boots(say: Wording, asked: Compared, rules: list[str]) -> str:
    """Return who is there and what that reaches, by mandate."""
    rows = []
    for name in rules:
        one = asked.found.efforts[name]
        shares = (
            one.escorted.mean(),
            one.patrolled.mean(),
            one.secured.mean(),
            one.watched.mean(),
            one.dialogue.mean(),
        )
        people = (one.soldiers.sum(axis=0).mean(), one.police.sum(axis=0).mean())
        raids = "yes" if one.raids > 0 else "no"
        rows.append([mandate(say, asked.found, name), *(f"{it:,.0f}" for it in people),
                     *(say.language.percent(float(it)) for it in shares), raids])  # fmt: skip
    columns = ["Mandate", "Soldiers", "Police", "Aid escorted", "Roads patrolled", "Stocks secured",
               "Crossings watched", "Dialogue supported", "Raids"]  # fmt: skip
    return grid(columns, rows)


def beside(say: Wording, asked: Compared, rules: list[str]) -> str:
    """Return how each mandate differs from nobody sent in what stands beside the measures that decide."""
    table = asked.found.spread.set_index(["mandate", "measure"])
    rows = []
    for one in MEASURES:
        if one.name not in BESIDE:
            continue
        cells = []
        for name in rules:
            row = table.loc[(name, one.name)]
            span = between(say, row["difference_q05"], row["difference_q95"], one.unit)
            cells.append(f"{figure(say, row['difference_median'], one.unit)} ({span})")
        rows.append([f"{one.words}, {one.unit}", *cells])
    return grid(["", *(mandate(say, asked.found, one) for one in rules)], rows)


def by_principle(say: Wording, asked: Compared) -> str:
    """Return principle by principle how the mandates stand to nobody sent and to each other."""
    found = asked.found
    table = found.spread.set_index(["mandate", "measure"])
    tolerances = found.ranking.tolerances.set_index("principle")
    names = [str(one) for one in found.ranking.order["mandate"]]
    said = []
    for one in DECIDING:
        medians = {name: float(table.loc[(name, one.name), "median"]) for name in names}
        best, worst = sorted(names, key=lambda name: medians[name], reverse=one.more_is_better)[:: len(names) - 1]
        limit = float(tolerances.loc[one.principle, "tolerance"])
        better = "; ".join(
            f"{quoted(say, found, name)} {chance(say, float(table.loc[(name, one.name), 'probability_better']))}"
            for name in names
            if name != NOTHING
        )
        gap = abs(medians[best] - medians[worst])
        counts = "more" if gap > limit else "no more"
        level = amount_of(say, medians[best], one.unit) == amount_of(say, medians[worst], one.unit)
        span = (
            f"All medians are {amount_of(say, medians[best], one.unit)}."
            if level
            else f"Medians run from {amount_of(say, medians[best], one.unit)} ({quoted(say, found, best)}) to "
            f"{amount_of(say, medians[worst], one.unit)} ({quoted(say, found, worst)}): {counts} apart than the "
            f"{amount(say, limit, one.unit)} up to which a difference counts for nothing."
        )
        said.append(f"**{one.principle}. {one.words.capitalize()}.** {span} Better than with nobody sent in: {better}.")
    return "\n\n".join(said)


def amount_of(say: Wording, value: float, unit: str) -> str:
    """Return a level with its unit; shares as percentages."""
    return f"{figure(say, value, unit)}%" if unit.startswith("share") else amount(say, value, unit)


def additions_by_mandate(say: Wording, asked: Compared, rules: list[str]) -> str:
    """Return what the offer adds under each mandate, one row a mandate."""
    table = asked.found.contributions
    rows = []
    for name in rules:
        lines = table[(table["mandate"] == name) & (table["contribution"] == OFFER)].set_index("principle")
        cells = [
            f"{figure(say, row['median'], row['unit'])} ({between(say, row['low'], row['high'], row['unit'])})"
            for _, row in lines.iterrows()
        ]
        cost = figure(say, float(lines["cost"].iloc[0]), "US$ million")
        rows.append([mandate(say, asked.found, name), *cells, cost])
    heads = [f"{one.principle}: {one.words}" for one in DECIDING]
    return grid(["Mandate", *heads, "US$ million"], rows)


def gap(asked: Compared) -> str:
    """Return how far from proved best the plans are that were simulated."""
    gaps = {name: float(np.nan_to_num(one.tiers["gap"].max(), posinf=1.0)) for name, one in asked.found.plans.items()}
    worst = max(gaps, key=lambda name: gaps[name])
    return f"The plans simulated are proved to within {gaps[worst]:.1%} of the best in every principle, or closer."


def remarks(asked: Compared) -> str:
    """Return the remarks of the run that stand nowhere else; what is without a number is named in one line."""
    kept = [one for one in asked.found.remarks if one not in {TRANSFER, RENEWED}]
    unstated = [
        one.replace(" states no number of ", ": ").rstrip(".") for one in kept if " states no number of " in one
    ]
    said = [one for one in kept if " states no number of " not in one]
    return bullets([*said, *([f"On offer without a number: {'; '.join(unstated)}."] if unstated else [])])


def findings(asked: Compared) -> str:
    """Return the quotable findings behind the assumptions that decide, and how many more are only remembered."""
    names = [
        *(str(name) for one in asked.decides for name in one.table["parameter"].head(RESTS)),
        *asked.turns,
    ]
    about = {one.name: one for one in asked.found.assumptions}
    return "\n".join(line for name in dict.fromkeys(names) for line in rests_on(about[name]))


def rests_on(one: Parameter) -> list[str]:
    """Return an assumption with its range, its confidence, and what it rests on."""
    low, high = one.range90
    middle = float(one.at(np.array([0.5]))[0])
    lines = [f"- **{one.title}** ({one.unit}): {middle:.3g}, 90% {low:.3g} to {high:.3g}; confidence {one.confidence}."]
    lines += [f"    - {it.side} it: {it.says} ({it.source})" if it.side != "neither" else
              f"    - neither way: {it.says} ({it.source})" for it in one.sources if it.quotable]  # fmt: skip
    if not any(it.quotable for it in one.sources):
        lines.append(f"    - no finding to quote; {one.judgement}")
    return lines


if __name__ == "__main__":
    sys.exit(main())
