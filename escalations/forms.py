"""What people are asked: what they see, when they last tried, what they did, who should have it."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms

from onboarding.wording import capital, day_words
from steps.forms import REASON_LETTERS, ReasonForm
from steps.telling import full_stop

OTHER = "other"  # no symptom fits
ONE_DAY = dt.timedelta(days=1)
TRIED = ("today", "yesterday", "earlier", "never")
ERROR_LETTERS = 1000


class TellForm(forms.Form):
    """One page: when the newcomer last tried, and what the error says. Without a symptom, what they see.

    `symptom` and `anyway` are carried from page to page and checked again on each.
    """

    sees = forms.CharField(
        label="What do you see?",
        max_length=REASON_LETTERS,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Say in your own words what you see."},
    )
    tried = forms.ChoiceField(
        label="When did you last try?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose when you last tried."},
    )
    error = forms.CharField(
        label="What does the error say?",
        help_text="Word for word, if there is one. No passwords, no codes, nothing about patients.",
        max_length=ERROR_LETTERS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    symptom = forms.CharField(widget=forms.HiddenInput, max_length=130)
    anyway = forms.CharField(widget=forms.HiddenInput, required=False, max_length=3)

    def __init__(self, *args: Any, today: dt.date, free: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not free:
            del self.fields["sees"]
        self.today = today
        field = self.fields["tried"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (for the type checker)
        field.choices = choices_of_days(today)

    def said(self, sees: str) -> str:
        """What is recorded, word for word: what is wrong, when it was tried, the error. Missing ones are left out."""
        data = self.cleaned_data
        lines = [f"Needs a look: {data['sees']}" if "sees" in data else full_stop(sees)]
        lines.append(tried_words(data["tried"], self.today))
        if data["error"].strip():
            lines.append(f"The error says: “{data['error'].strip()}”")
        return "\n".join(lines)


def choices_of_days(today: dt.date) -> list[tuple[str, str]]:
    yesterday = today - ONE_DAY
    says = (f"Today, {day_words(today)}", f"Yesterday, {day_words(yesterday)}", "Before that", "I have not tried yet")
    return list(zip(TRIED, says, strict=True))


def tried_words(tried: str, today: dt.date) -> str:
    """By the day's name: it is read on another day than it was written."""
    yesterday = day_words(today - ONE_DAY)
    days = {"today": f"on {day_words(today)}", "yesterday": f"on {yesterday}", "earlier": f"before {yesterday}"}
    return f"Last tried {days[tried]}." if tried in days else "Not tried yet."


class HandOverForm(ReasonForm):
    """To whom, the likeliest first, and why. `owner` is "function-side", "newcomer-" for the newcomer."""

    owner = forms.ChoiceField(
        label="Who should have it?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose who should have it."},
    )
    field_order = ("owner", "reason", "seen")

    def __init__(self, *args: Any, owners: Sequence[tuple[str, str, str]] = (), **kwargs: Any) -> None:
        """`owners`: value, name and, where there is one, why it might be theirs."""
        super().__init__(*args, **kwargs)
        field = self.fields["owner"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (for the type checker)
        field.choices = [(value, capital(name)) for value, name, _ in owners]
        field.widget.hints = {value: capital(why) + "." for value, _, why in owners if why}
