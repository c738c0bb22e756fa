"""Reading and checking a roster file. Pure: no Django, no clock, no database."""

from onboarding.roster.check import read_roster
from onboarding.roster.faults import MAX_BYTES, MAX_ROWS, Fault, Unreadable
from onboarding.roster.record import Roster, RosterRow
from onboarding.roster.refused import refused_csv
from onboarding.roster.table import read_table

__all__ = [
    "MAX_BYTES",
    "MAX_ROWS",
    "Fault",
    "Roster",
    "RosterRow",
    "Unreadable",
    "read_roster",
    "read_table",
    "refused_csv",
]
