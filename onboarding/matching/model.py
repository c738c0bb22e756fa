"""Fellegi and Sunter's model: how much more often true pairs show some evidence than chance pairs do.

How often chance shows it is counted in random pairs of the two files and in the frequency of each value: sharing
a rare family name says more than sharing a common one. How often true pairs show it is learned from the candidate
pairs of these very files by expectation maximisation, so nothing is tuned to a data set. Source: I. Fellegi and
A. Sunter, A Theory for Record Linkage, JASA 64 (1969); W. Winkler on frequencies and EM, US Census RR93/12.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import exp, log

from onboarding.identity import dates, numbers
from onboarding.identity.spelling import ALIKE, DIFFERENT, EXACT
from onboarding.matching.evidence import (
    DATE,
    LEVELS,
    NUMBER,
    ORDER,
    REST,
    Event,
    events,
)
from onboarding.matching.records import FAMILY, GIVEN, Frequencies, Plain

# What is believed of true pairs before the files are seen, and for how many pairs that belief counts. The figures
# are round on purpose: most fields agree, a tenth or less is damaged.
_BELIEVED = {
    GIVEN: (0.88, 0.05, 0.03, 0.01, 0.03),
    FAMILY: (0.88, 0.05, 0.03, 0.01, 0.03),
    ORDER: (0.97, 0.03),
    REST: (0.6, 0.4),
    DATE: (0.92, 0.02, 0.03, 0.02, 0.01),
    NUMBER: (0.93, 0.04, 0.015, 0.015),
}
_BELIEF_COUNTS = 30
# Order and left-out words are asked about only where some word fits, which few random pairs show.
_ASSUMED_OF_CHANCE = 25
_COMPANY_ASSUMED = 2  # pairs of rows, so that a small file shows no company of names by accident
_SAMPLE = 40_000
_ROUNDS = 8
_HOPELESS = -15.0  # log odds that no learning turns round
_SEED = 20260803
# Chance agreement where a small file shows none: a working life has some 15,000 birthdays; a number of seven
# digits repeats less often than this, one of four would show in the sample.
_CHANCE_BIRTHDAY = 1 / 15_000
_CHANCE_NUMBER = 1e-6
_SHIFT = 8  # comparison * _SHIFT + level is the key of a level


@dataclass(frozen=True, slots=True)
class Evidence:
    """A pair's events by key, and the part of its weight that no learning changes (log of chance, negative)."""

    keys: tuple[int, ...]
    rarity: float


@dataclass(slots=True)
class Model:
    left: Frequencies
    right: Frequencies
    chance: dict[int, float] = field(default_factory=dict)  # key -> how often a random pair shows it
    truth: dict[int, float] = field(default_factory=dict)  # key -> log of how often a true pair shows it
    prior: float = 0.0  # log of the odds that a random pair is true
    togetherness: float = 0.0  # log of how much more often two names meet in one person than by chance
    _birthday: float = _CHANCE_BIRTHDAY
    _number: float = _CHANCE_NUMBER

    def evidence(self, left: Plain, right: Plain) -> Evidence:
        shown = events(left, right)
        rarity = sum(log(self._chance(event, left, right)) for event in shown)
        fitting = sum(event.comparison in (GIVEN, FAMILY) and event.level <= ALIKE for event in shown)
        if fitting > 1:
            rarity += (fitting - 1) * self.togetherness
        return Evidence(tuple(event.comparison * _SHIFT + event.level for event in shown), rarity)

    def weight(self, evidence: Evidence) -> float:
        """The log of the odds that the pair is one person."""
        return self.prior + sum(self.truth[key] for key in evidence.keys) - evidence.rarity

    def _chance(self, event: Event, left: Plain, right: Plain) -> float:
        """How often a random pair would show this event, given the values at hand."""
        usual = self.chance[event.comparison * _SHIFT + event.level]
        if event.comparison in (GIVEN, FAMILY):
            return self._chance_of_name(event, usual)
        if event.comparison == DATE and event.level == dates.EQUAL and left.born and right.born:
            repeated = min(self.left.dates[left.born.key], self.right.dates[right.born.key]) - 1
            return self._birthday + max(0, repeated) / max(self.left.size, self.right.size)
        if event.comparison == NUMBER and event.level == numbers.EQUAL:
            repeated = min(self.left.numbers[left.number], self.right.numbers[right.number]) - 1
            return self._number + max(0, repeated) / max(self.left.size, self.right.size)
        return usual

    def _chance_of_name(self, event: Event, usual: float) -> float:
        if event.level == DIFFERENT:
            return usual
        ours = _share(event.left, self.left, event.comparison)
        theirs = _share(event.right, self.right, event.comparison)
        if event.level == EXACT:
            return (ours + theirs) / 2
        return max(usual, ours, theirs)


def _share(value: str, file: Frequencies, role: int) -> float:
    """The share of the file's rows with this name in either field, a name unknown there counting a half."""
    counted = max(file.names[role][value], file.names[1 - role][value])
    return max(0.5, counted - 0.5) / max(1, file.size)


def learn(left: Sequence[Plain], right: Sequence[Plain], left_counts: Frequencies, right_counts: Frequencies) -> Model:
    """A model that knows chance, and believes of true pairs what `_BELIEVED` says; `fit` learns the rest."""
    model = Model(left_counts, right_counts)
    dice = random.Random(_SEED)  # noqa: S311 - a sample, the same one each run
    counts: Counter[int] = Counter()
    sampled = min(_SAMPLE, len(left) * len(right))
    for _ in range(sampled):
        shown = events(dice.choice(left), dice.choice(right))
        counts.update(event.comparison * _SHIFT + event.level for event in shown)
    for comparison, levels in LEVELS.items():
        keys = [comparison * _SHIFT + level for level in range(levels)]
        assumed = _ASSUMED_OF_CHANCE if comparison in (ORDER, REST) else 1
        total = sum(counts[key] for key in keys) + levels * assumed
        model.chance.update({key: (counts[key] + assumed) / total for key in keys})
        model.truth.update({key: log(believed) for key, believed in zip(keys, _BELIEVED[comparison], strict=True)})
    model._birthday = _repeats([left_counts.dates, right_counts.dates], _CHANCE_BIRTHDAY)
    model._number = _repeats([left_counts.numbers, right_counts.numbers], _CHANCE_NUMBER)
    model.togetherness = min(_togetherness(left_counts), _togetherness(right_counts))
    model.prior = _log_odds(0.3 * min(len(left), len(right)), len(left) * len(right))
    return model


def _repeats(files: Sequence[Counter], assumed: float) -> float:
    """How often two rows of one file share a value; of two files, the one with fewer people listed twice."""
    shares = []
    for counts in files:
        total = sum(counts.values())
        pairs = total * (total - 1) / 2
        shares.append((_pairs(counts.values()) + 1) / (pairs + 1 / assumed))
    return min(shares)


def _togetherness(file: Frequencies) -> float:
    """Names of one country keep company: how many more rows of a file share both names than would by chance.

    Two files are asked and the lower figure taken, as people listed twice in one file would raise it.
    """
    rows = sum(file.whole_names.values())
    given: Counter[str] = Counter()
    family: Counter[str] = Counter()
    for (first, last), count in file.whole_names.items():
        given[first] += count
        family[last] += count
    by_chance = _pairs(given.values()) * _pairs(family.values()) / max(1.0, rows * (rows - 1) / 2)
    both = _pairs(file.whole_names.values())
    return max(0.0, log((both + _COMPANY_ASSUMED) / (by_chance + _COMPANY_ASSUMED)))


def _pairs(counts: Iterable[int]) -> float:
    return sum(count * (count - 1) / 2 for count in counts)


def _log_odds(expected: float, pairs: float) -> float:
    share = min(0.3, max(expected, 0.5) / max(pairs, 1))
    return log(share / (1 - share))


def fit(model: Model, pairs: Iterable[Evidence]) -> None:
    """Learns from candidate pairs, all others taken as chance pairs: a few rounds of guess and recount."""
    everything = model.left.size * model.right.size
    pairs = [pair for pair in pairs if model.weight(pair) > _HOPELESS]
    for _ in range(_ROUNDS):
        seen: dict[int, float] = defaultdict(float)
        expected = 0.0
        for pair in pairs:
            sure = probability(model.weight(pair))
            if sure > 1e-4:
                expected += sure
                for key in pair.keys:
                    seen[key] += sure
        _recount(model, seen)
        model.prior = _log_odds(expected, everything)


def _recount(model: Model, seen: Mapping[int, float]) -> None:
    for comparison, levels in LEVELS.items():
        keys = [comparison * _SHIFT + level for level in range(levels)]
        total = sum(seen.get(key, 0.0) for key in keys) + _BELIEF_COUNTS
        for key, believed in zip(keys, _BELIEVED[comparison], strict=True):
            model.truth[key] = log((seen.get(key, 0.0) + _BELIEF_COUNTS * believed) / total)


def probability(weight: float) -> float:
    return 1 / (1 + exp(-weight)) if weight > -700 else 0.0
