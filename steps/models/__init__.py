"""The rows of the chain: pathway versions, facts, and a settled verdict for each step of a placement."""

from steps.models.chain import Chain, Fact, PlacementStep
from steps.models.pathway import PathwayVersion

__all__ = ["Chain", "Fact", "PathwayVersion", "PlacementStep"]
