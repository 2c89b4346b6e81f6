"""False and missed matches of DDR's keyed tokens, on registrations made up from a seed.

python -m bench.ddr [people] [seed]

Nobody real is in it: names are made of syllables, as skewed as family names of the region are (the commonest has
about one person in six), birth years heap on 0 and 5, most people come from few areas.
"""

import sys

import numpy as np

from toguna.accounts.ddr.tokens import NEAR, WHOLE, doubles, tokens

KEY = bytes(range(32))
LETTERS = list("fmakshnrbdtcgjlowzie")
SPELLINGS = [("u", "ou"), ("k", "c"), ("s", "ss"), ("j", "dj"), ("f", "ph"), ("a", "ah"), ("i", "y"), ("o", "au")]
# chances that a second registration of the same person differs, made up, on the high side
SPELT, MISHEARD, YEAR, MOTHER, PLACE = 0.40, 0.04, 0.15, 0.05, 0.06


def names(rng, number):
    """Made-up names of two or three syllables."""
    first, vowels = list("bdfgjklmnst"), list("aeiou")
    made = set()
    while len(made) < number:
        made.add("".join(rng.choice(first) + rng.choice(vowels) for _ in range(rng.integers(2, 4))))
    return np.array(sorted(made))[rng.permutation(number)]


def skewed(rng, values, size):
    """Draws where the n-th value is n times rarer than the first."""
    weight = 1 / np.arange(1, len(values) + 1)
    return rng.choice(values, size=size, p=weight / weight.sum())


def registrations(rng, people):
    """(name, birth year, mother's initial, place of birth) of people who are all different."""
    given, family = skewed(rng, names(rng, 300), people), skewed(rng, names(rng, 300), people)
    years = rng.integers(1966, 2008, people)
    heaped = rng.random(people) < 0.4
    years[heaped] = (years[heaped] + 2) // 5 * 5
    mothers = skewed(rng, np.array(LETTERS), people)
    places = skewed(rng, np.array([f"XX{n:04d}" for n in range(200)]), people)
    return [
        (f"{g} {f}", int(y), str(m), str(p))
        for g, f, y, m, p in zip(given, family, years, mothers, places, strict=True)
    ]


def again(rng, person):
    """The same person registered anew by somebody else, in good faith: spelt, remembered and heard otherwise."""
    name, year, mother, place = person
    if rng.random() < SPELT:
        heard, written = SPELLINGS[rng.integers(len(SPELLINGS))]
        name = name.replace(heard, written)
    if rng.random() < MISHEARD:
        at = rng.integers(len(name))
        name = name[:at] + "r" + name[at + 1 :]
    if rng.random() < YEAR:
        year += int(rng.choice([-2, -1, 1, 2]))
    if rng.random() < MOTHER:
        mother = str(rng.choice(LETTERS))
    if rng.random() < PLACE:
        place = f"XX{rng.integers(200):04d}"
    return name, year, mother, place


def measure(people, seed, left_out=(), share=0.02):
    """False pairs a million pairs, cases of two people that a person must look at, people in one, and doubles found."""
    rng = np.random.default_rng(seed)
    first = registrations(rng, people)
    twice = rng.choice(people, size=int(people * share), replace=False)
    registered = {f"{n:07d}": tokens(*one, key=KEY) for n, one in enumerate(first)}
    registered |= {f"{n:07d}x": tokens(*again(rng, first[n]), key=KEY) for n in twice}
    pairs = [(a, b) for a, b, _ in doubles(registered, left_out)]
    true = {(a, b) for a, b in pairs if b == a + "x"}
    false = [one for one in pairs if one not in true]
    total = len(registered) * (len(registered) - 1) / 2
    return {
        "false a million pairs": (len(false) / (total - len(twice))) * 1e6,
        "false cases": len(false),
        "true cases": len(true),
        "people in a false case": len({one for pair in false for one in pair}) / len(registered),
        "found": len(true) / len(twice),
    }


def main():
    """Print a row a rule."""
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    print(f"{people:,} people, 2% registered twice, seed {seed}")
    print(f"{'may differ':44} {'false/1e6 pairs':>16} {'false':>7} {'true':>6} {'people in one':>14} {'found':>7}")
    for left_out in [(), *[(one,) for one in NEAR], NEAR]:
        found = measure(people, seed, left_out)
        rule = " or ".join(left_out) or f"{WHOLE} agree"
        print(
            f"{rule:44} {found['false a million pairs']:16.2f} "
            f"{found['false cases']:7d} {found['true cases']:6d} "
            f"{found['people in a false case']:14.2%} {found['found']:7.1%}"
        )


if __name__ == "__main__":
    main()
