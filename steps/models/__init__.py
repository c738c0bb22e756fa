"""The rows of the chain: pathway versions, facts, and a settled verdict for each step of a placement."""

from steps.models.chain import Chain, Fact, PlacementStep
from steps.models.pathway import PathwayVersion
from steps.models.upload import RosterUpload

__all__ = ["Chain", "Fact", "PathwayVersion", "PlacementStep", "RosterUpload"]
