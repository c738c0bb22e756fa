from escalations.models.claims import StepClaim
from escalations.models.conversation import Asked, Escalation, Holding, Kind, Message, Status, Visibility
from escalations.models.evidence import Evidence, Screening
from escalations.models.inbound import InboundMail, InboundState
from escalations.models.pack import Pack, PackPress, Press

__all__ = [
    "Asked",
    "Escalation",
    "Evidence",
    "Holding",
    "InboundMail",
    "InboundState",
    "Kind",
    "Message",
    "Pack",
    "PackPress",
    "Press",
    "Screening",
    "Status",
    "StepClaim",
    "Visibility",
]
