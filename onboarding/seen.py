"""What somebody had on the page when they pressed: a form carries a mark of it, and the write compares."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from onboarding.models import AuditEntry
from onboarding.policies import Refused
from onboarding.wording import when_words

MARK_LETTERS = 20


class ChangedMeanwhile(Refused):
    """Somebody else changed it since the person looked; the text says who and when."""


def mark_of(values: Mapping[str, Any]) -> str:
    """A short mark of values as they stand, for a hidden field. Holds nothing of the values themselves."""
    said = json.dumps(values, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(said.encode()).hexdigest()[:MARK_LETTERS]


def require_seen(seen: str, values: Mapping[str, Any], *, organisation_id: int, subject: str) -> None:
    """Refuses a write over values that are not those the person saw. Without a mark (a command) it asks nothing."""
    if not seen or seen == mark_of(values):
        return
    last = AuditEntry.objects.filter(organisation=organisation_id, subject=subject).order_by("-seq").first()
    if last is None:
        raise ChangedMeanwhile("Somebody changed this after you opened the page.")
    when = when_words(last.at, today=timezone.localdate())
    raise ChangedMeanwhile(f"{last.by_name} changed this, {when}, after you had opened the page.")
