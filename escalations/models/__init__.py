from escalations.models.conversation import Asked, Escalation, Holding, Kind, Message, Status, Visibility
from escalations.models.evidence import Evidence, Screening
from escalations.models.pack import Pack, PackPress, Press

__all__ = [
    "Asked",
    "Escalation",
    "Evidence",
    "Holding",
    "Kind",
    "Message",
    "Pack",
    "PackPress",
    "Press",
    "Screening",
    "Status",
    "Visibility",
]
