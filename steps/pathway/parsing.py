"""A pathway from its TOML text, from bytes, or from a plain object; all of its faults at once, each with its line."""

import re
import tomllib
from dataclasses import replace
from pathlib import Path as FilePath
from typing import Any

from .checks import check_graph
from .definition import Fault, Pathway, PathwayFaults, Step
from .lines import Lines, LostError, Path, lines_of, without_repeats
from .reading import read_pathway

_MOST_FAULTS = 1000  # a file with more is not a pathway
_SHIPPED = FilePath(__file__).resolve().parent.parent / "pathways"


def parse(text: str | bytes, *, name: str = "") -> Pathway:
    """Answer the pathway that a TOML text describes, or raise PathwayFaults with every fault by line.

    `name`, if given, is the key that the pathway must have: a file is called by the key inside it.
    """
    pathway, faults = _read_text(text)
    if name and pathway is not None and pathway.key and pathway.key != name:
        faults.append(Fault(1, f'The pathway has the key "{pathway.key}", and "{name}" was expected'))
    if faults or pathway is None:
        raise PathwayFaults(faults)
    return pathway


def check(text: str | bytes) -> list[Fault]:
    """Answer every fault of a pathway's TOML text, by line; an empty list where it may be published."""
    return _read_text(text)[1]


def from_data(data: object) -> Pathway:
    """Answer the pathway that an object of the TOML's shape describes, or raise PathwayFaults (no lines)."""
    pathway, faults = _examine(data, None)
    if faults:
        raise PathwayFaults(faults)
    return pathway


def shipped() -> dict[str, str]:
    """Answer the TOML text of each pathway that comes with the product, by key."""
    return {file.stem: file.read_text(encoding="utf-8") for file in sorted(_SHIPPED.glob("*.toml"))}


def _read_text(given: str | bytes) -> tuple[Pathway | None, list[Fault]]:
    if isinstance(given, bytes):
        try:
            text = given.decode("utf-8")
        except UnicodeDecodeError as wrong:
            line = given.count(b"\n", 0, wrong.start) + 1
            return None, [Fault(line, "This line is not UTF-8 text. Save the file as UTF-8")]
    else:
        text = given
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    data, lines, faults = _load(text)
    if data is None:
        return None, _sorted(faults)
    pathway, more = _examine(data, lines)
    return pathway, _sorted(faults + more)


def _load(text: str) -> tuple[dict[str, Any] | None, Lines | None, list[Fault]]:
    """Read TOML. A key given twice is noted and passed over, since tomllib would stop at it and hide the rest."""
    try:
        lines = lines_of(text)
    except LostError:
        lines = Lines()
    faults = [
        Fault(r.line, f'The key "{_last_name(r.path)}" is given again: line {r.first_line} has it already')
        for r in lines.repeated
    ]
    try:
        return tomllib.loads(without_repeats(text, lines)), lines, faults
    except RecursionError:
        return None, None, [*faults, Fault(1, "The lists and tables are nested too deeply to be a pathway")]
    except (ValueError, OverflowError) as wrong:
        return None, None, [*faults, _not_toml(str(wrong), text)]


def _last_name(path: Path) -> str:
    return str(next((part for part in reversed(path) if isinstance(part, str)), ""))


def _not_toml(message: str, text: str) -> Fault:
    placed = re.search(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$", message)
    said = message[: placed.start()] if placed else message
    last = text.rstrip("\n").count("\n") + 1
    line = min(int(placed[1]), last) if placed and placed[1] else last
    if said.startswith(("Cannot declare", "Cannot overwrite", "Duplicate")):
        return Fault(line, f"This line gives a key or a table that was given before ({said})")
    if said.startswith("Exceeds the limit"):
        return Fault(_line_of_long_number(text), "A number is too long")
    return Fault(line, f"This line is not valid TOML: {said[:1].lower()}{said[1:120]}")


def _line_of_long_number(text: str) -> int:
    found = re.search(r"[0-9_]{1000,}", text)
    return text.count("\n", 0, found.start()) + 1 if found else 1


def _examine(data: object, lines: Lines | None) -> tuple[Pathway, list[Fault]]:
    faults: dict[Fault, None] = {}

    def note(path: Path, says: str) -> None:
        if len(faults) < _MOST_FAULTS:
            faults[Fault(None if lines is None else lines.of(path), says)] = None

    pathway, placed = read_pathway(data, note)
    check_graph(pathway, placed, note)
    return replace(pathway, steps=tuple(map(_with_causes, pathway.steps))), list(faults)


def _with_causes(step: Step) -> Step:
    """A symptom that names no cause belongs to its own step."""
    if all(symptom.cause for symptom in step.symptoms):
        return step
    filled = (s if s.cause else replace(s, cause=step.key) for s in step.symptoms)
    return replace(step, symptoms=tuple(filled))


def _sorted(faults: list[Fault]) -> list[Fault]:
    return sorted(faults, key=lambda fault: (fault.line or 0, fault.says))
