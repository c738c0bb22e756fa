"""The matcher: which rows of two files are about one person. Pure: no Django, no clock, no database."""

from onboarding.matching.pairing import Pair, match
from onboarding.matching.records import Record

__all__ = ["Pair", "Record", "match"]
