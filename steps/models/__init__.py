"""The rows of the chain: pathway versions, facts, a settled verdict for each step, and what other systems say."""

from steps.models.chain import Chain, Fact, PlacementStep
from steps.models.extract import AccountStatus, Extract, SystemAccount, SystemHeadings
from steps.models.pathway import PathwayVersion
from steps.models.upload import RosterUpload

__all__ = [
    "AccountStatus",
    "Chain",
    "Extract",
    "Fact",
    "PathwayVersion",
    "PlacementStep",
    "RosterUpload",
    "SystemAccount",
    "SystemHeadings",
]
