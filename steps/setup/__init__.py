"""Setting a trust up for real: what is wanted, what is wrong with it, writing it, and what still falls short."""

from .asking import ask
from .checklist import shortfalls
from .storing import Done, set_up
from .wanted import Member, Wanted, faults

__all__ = ["Done", "Member", "Wanted", "ask", "faults", "set_up", "shortfalls"]
