"""The lists to try things out with are read without a fault, and know the try-out's people."""

from pathlib import Path

import pytest

from steps.demo import lists
from steps.demo.cohort import COHORT
from steps.reconciling.extract import read_extract

DOCS = Path(__file__).parents[4] / "docs"


@pytest.mark.parametrize(("name", "dates"), [("sample-mail-accounts.csv", "ISO"), ("sample-staff-records.csv", "DMY")])
def test_a_sample_is_read_without_a_fault_and_knows_the_try_outs_people(name, dates):
    read = read_extract((DOCS / name).read_bytes(), dates=dates)
    assert read.faults == []
    numbers = {lists.number_of(person) for person in COHORT} - {""}
    assert len(numbers.intersection(read.of("assignment_number"))) >= 12
