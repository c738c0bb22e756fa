"""The rows of the chain: pathway versions, facts, a settled verdict for each step, what documents and other systems
say, and what the forecast rests on."""

from steps.models.chain import Chain, Fact, PlacementStep
from steps.models.clocks import ShareCode, StartMove
from steps.models.extract import AccountStatus, Extract, SystemAccount, SystemHeadings
from steps.models.forecast import PlacementForecast, Replay, StepGain, StepWait, Stretch
from steps.models.joining import Joining, Pair, PairFound
from steps.models.kept import KeptStarter
from steps.models.pathway import OwnGuidance, PathwayVersion
from steps.models.record import RecordCheck, RecordStatement, Source
from steps.models.upload import RosterUpload

__all__ = [
    "AccountStatus",
    "Chain",
    "Extract",
    "Fact",
    "Joining",
    "KeptStarter",
    "OwnGuidance",
    "Pair",
    "PairFound",
    "PathwayVersion",
    "PlacementForecast",
    "PlacementStep",
    "RecordCheck",
    "RecordStatement",
    "Replay",
    "RosterUpload",
    "ShareCode",
    "Source",
    "StartMove",
    "StepGain",
    "StepWait",
    "Stretch",
    "SystemAccount",
    "SystemHeadings",
]
