"""The forms of the dates that people enter."""

from typing import Any

from django import forms

from steps.forms import DayFields
from steps.models import AccountStatus


class DatesForm(DayFields):
    """What is entered is a date of the world's, which does not grow stale with the step."""

    seen = None  # type: ignore[assignment]


class ShareCodeForm(DatesForm):
    days = {"made_on": "Day on which the code was made"}


class MailAccountForm(DatesForm):
    """`since` is the day of the mark for a leaver, else the day from which it stands so."""

    days = {"since": "Since when?"}
    status = forms.ChoiceField(
        label="What does the mail system say?",
        choices=[
            (AccountStatus.PENDING.value, "Pending"),
            (AccountStatus.LEAVER.value, "Marked as leaver by the last employer"),
            (AccountStatus.ACTIVE.value, "Active"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what the mail system says."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["status", *(f"since_{part}" for part in ("day", "month", "year"))])
