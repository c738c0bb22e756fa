"""What people are asked: what they see, when they last tried, what they did, who should have it."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms

from escalations.pack import Told
from onboarding.wording import capital, day_words
from steps.forms import REASON_LETTERS, ReasonForm
from steps.telling import full_stop

OTHER = "other"  # no symptom fits
ONE_DAY = dt.timedelta(days=1)
TRIED = ("today", "yesterday", "earlier", "never")
ERROR_LETTERS = 1000


class PicturesInput(forms.FileInput):
    """Several at once. What they are is for `services.pictures` to say, which reads them from the request."""

    allow_multiple_selected = True


class PicturesField(forms.Field):
    widget = PicturesInput(attrs={"accept": "image/png,image/jpeg,image/webp,image/heic,image/heif"})

    def __init__(self, label: str = "Add pictures", then: str = "") -> None:
        hint = f"Up to 5, PNG, JPEG, WEBP or HEIC, 10MB each. {then}".strip()
        super().__init__(label=label, help_text=hint, required=False)


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
    pictures = PicturesField(then="You can cover parts of them before they are sent.")
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

    def told(self, *, step: str, sees: str) -> Told:
        """The same, as a pack tells it."""
        data = self.cleaned_data
        words = tried_words(data["tried"], self.today).removeprefix("Last tried ").removeprefix("on ").rstrip(".")
        tried = "not yet" if data["tried"] == "never" else words
        return Told(step, data.get("sees", "") or sees, tried, data["error"].strip())

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


class SayForm(forms.Form):
    """What somebody says in a conversation. Staff say who can read it: there is no usual answer."""

    visibility = forms.ChoiceField(
        label="Who can read this?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose who can read this."},
    )
    body = forms.CharField(
        label="Reply",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Write something first."},
    )
    pictures = PicturesField(then="Crop them first: no passports, payslips, patients, passwords or codes.")
    press = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, newcomer: str = "", asks: str = "", **kwargs: Any) -> None:
        """`newcomer`: the name of the one whom staff may write to; empty on the newcomer's own form."""
        super().__init__(*args, **kwargs)
        field = self.fields["visibility"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (for the type checker)
        field.choices = [("everyone", f"{newcomer} and staff"), ("staff", "Staff only")]
        if not newcomer:
            del self.fields["visibility"]
        if asks:
            self.fields["body"].label = asks


class AskForm(forms.Form):
    body = forms.CharField(
        label="What do you need?",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Say what you need."},
    )
    press = forms.CharField(widget=forms.HiddenInput, max_length=64)


class TicketForm(forms.Form):
    number = forms.CharField(label="Your own ticket number", max_length=40, required=False)


class ClearForm(ReasonForm):
    """What was done; and whether the step itself is finished, where the team may finish it."""

    finished = forms.ChoiceField(
        label="Is the step finished?",
        widget=forms.RadioSelect,
        choices=[("yes", "Yes: I tick its checks next"), ("no", "Not yet")],
        error_messages={"required": "Say whether the step is finished."},
    )
    field_order = ("reason", "finished", "seen")

    def __init__(self, *args: Any, can_finish: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not can_finish:
            del self.fields["finished"]


class PressForm(forms.Form):
    """What a team without an account may add on the page of a signed link."""

    said = forms.CharField(
        label="Anything to add?", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    ticket = forms.CharField(label="Your own ticket number", max_length=40, required=False)

    def __init__(self, *args: Any, asks: str = "", needed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if asks:
            self.fields["said"].label = asks
        self.fields["said"].required = needed
        self.fields["said"].error_messages["required"] = "Say what you need."
