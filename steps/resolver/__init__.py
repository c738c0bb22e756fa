"""The one function that turns a pathway and facts into verdicts. Pure: no Django, no clock, no database."""

from .facts import KINDS, Fact, OpenBlocker, Owner
from .judging import STATES
from .many import Brief, Briefs, Many, resolve_many
from .plan import NOT_APPLICABLE
from .verdicts import Cause, Resolution, Verdict, WeekOne, resolve

__all__ = [
    "KINDS",
    "NOT_APPLICABLE",
    "STATES",
    "Brief",
    "Briefs",
    "Cause",
    "Fact",
    "Many",
    "OpenBlocker",
    "Owner",
    "Resolution",
    "Verdict",
    "WeekOne",
    "resolve",
    "resolve_many",
]
