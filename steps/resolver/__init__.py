"""The one function that turns a pathway and facts into verdicts. Pure: no Django, no clock, no database."""

from .facts import KINDS, Fact, OpenBlocker, Owner
from .judging import NOT_APPLICABLE, STATES
from .verdicts import Cause, Resolution, Verdict, WeekOne, resolve

__all__ = [
    "KINDS",
    "NOT_APPLICABLE",
    "STATES",
    "Cause",
    "Fact",
    "OpenBlocker",
    "Owner",
    "Resolution",
    "Verdict",
    "WeekOne",
    "resolve",
]
