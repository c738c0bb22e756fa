"""Pathways as data: what one is, and reading one from TOML with every fault named. Pure: imports no Django."""

from .definition import (
    ATTRIBUTES,
    FIELDS,
    FUNCTIONS,
    SIDES,
    Applies,
    Check,
    Due,
    Fault,
    Guidance,
    Pathway,
    PathwayFaults,
    Step,
    Symptom,
    applies,
    due_from,
    side_of,
    usual_side,
)
from .parsing import check, from_data, parse, shipped
from .values import nearest, quoted

__all__ = [
    "ATTRIBUTES",
    "FIELDS",
    "FUNCTIONS",
    "SIDES",
    "Applies",
    "Check",
    "Due",
    "Fault",
    "Guidance",
    "Pathway",
    "PathwayFaults",
    "Step",
    "Symptom",
    "applies",
    "check",
    "due_from",
    "from_data",
    "nearest",
    "parse",
    "quoted",
    "shipped",
    "side_of",
    "usual_side",
]
