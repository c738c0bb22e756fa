import datetime as dt
import secrets
from collections.abc import Sequence
from typing import Any

from django import forms

from escalations.models import Escalation
from onboarding.wording import day_words
from steps.forms import REASON_LETTERS


class AlikeForm(forms.Form):
    """One note to all, and to whom: everybody is ticked until somebody unticks them. A double `press` says it once."""

    reason = forms.CharField(
        label="What did you do?",
        help_text="Every one of them reads this. Name nobody. If it lasts, say what you know and only tell them.",
        max_length=REASON_LETTERS,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say what you did, in a sentence."},
    )
    people = forms.MultipleChoiceField(
        label="For whom?",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Tick at least one person.",
            "invalid_choice": "One of them is not here any more.",
        },
    )
    press = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)

    def __init__(self, *args: Any, people: Sequence[Escalation], today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["press"].initial = secrets.token_urlsafe(16)
        field = self.fields["people"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 (for the type checker)
        field.choices = [(one.reference, self.name_of(one, today)) for one in people]
        field.initial = [one.reference for one in people]

    @staticmethod
    def name_of(one: Escalation, today: dt.date) -> str:
        starts = "started" if one.placement.start_date <= today else "starts"
        held = f"; {one.claimed_by_name} has this" if one.claimed_by_name else ""
        return f"{one.placement.newcomer.name}, {starts} {day_words(one.placement.start_date, today=today)}{held}"
