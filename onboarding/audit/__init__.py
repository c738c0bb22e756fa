"""The audit trail: written with what it tells of (`writing`), checked and anchored (`checking`), read (`reading`)."""

from onboarding.audit.checking import ChainReport, verify_chains
from onboarding.audit.writing import Change, Entry, change, digest

__all__ = ["ChainReport", "Change", "Entry", "change", "digest", "verify_chains"]
