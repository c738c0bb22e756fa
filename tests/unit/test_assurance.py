"""The papers for a trust's security people: rows complete, paths alive, the bill of materials current."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

BASE = Path(__file__).parent.parent.parent
PAPERS = BASE / "docs/assurance"
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([12]) \| .+ \| (.+) \|$", re.MULTILINE)
# of ASVS 5.0.0: (requirements of level 1, of level 2) in each chapter
CHAPTERS = {
    1: (8, 19), 2: (4, 7), 3: (8, 11), 4: (2, 8), 5: (4, 5), 6: (13, 22), 7: (6, 12), 8: (4, 3), 9: (4, 3),
    10: (5, 24), 11: (3, 11), 12: (3, 6), 13: (1, 12), 14: (2, 7), 15: (3, 10), 16: (0, 16), 17: (0, 7),
}  # fmt: skip


def rows() -> list[tuple[str, str, str]]:
    return ROW.findall((PAPERS / "asvs.md").read_text(encoding="utf-8"))


def test_every_requirement_of_level_2_has_its_row_and_no_other() -> None:
    found = [number for number, _, _ in rows()]
    assert len(set(found)) == len(found) == 253
    per_chapter = {
        chapter: tuple(sum(1 for n, level, _ in rows() if n.startswith(f"{chapter}.") and level == wanted)
                       for wanted in "12")
        for chapter in CHAPTERS
    }  # fmt: skip
    assert per_chapter == CHAPTERS


@pytest.mark.parametrize("paper", sorted(PAPERS.glob("*.md")), ids=lambda p: p.name)
def test_what_a_paper_points_to_is_there(paper: Path) -> None:
    text = paper.read_text(encoding="utf-8")
    named = re.findall(r"(?:test|document): `([^`]+)`", text) + re.findall(
        r"`((?:tests|docs|onboarding)/[^`]+\.\w+)`", text
    )
    linked = [paper.parent / link for link in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in link]
    assert [str(path) for path in [*(BASE / name for name in named), *linked] if not path.exists()] == []


def test_every_answer_is_a_test_a_document_an_exception_or_not_here() -> None:
    for number, _, answer in rows():
        assert re.match(r"(test: `.+`|document: `.+`|exception: \w.+|not here: \w.+)", answer), number


def test_the_bill_of_materials_is_what_the_locks_pin() -> None:
    made = subprocess.run([sys.executable, ".ci/sbom.py"], cwd=BASE, capture_output=True, text=True, check=True).stdout
    assert made == (PAPERS / "sbom.cdx.json").read_text(encoding="utf-8"), "run .ci/sbom.py again"
