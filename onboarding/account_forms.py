"""The forms of somebody's own account: which mails come when, who covers for a team, when it is chased."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms

from onboarding.chase_days import MOST
from onboarding.models import Team
from onboarding.models.notices import LAST_HOUR, MORNING_HOUR, How
from onboarding.wording import day_words

HOURS = [(hour, f"{hour % 12 or 12}{'am' if hour < 12 else 'pm'}") for hour in range(MORNING_HOUR, LAST_HOUR + 1)]
HOURS = [(hour, "midday" if hour == 12 else words) for hour, words in HOURS]


def how_field(label: str, help_text: str = "") -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        help_text=help_text,
        choices=How.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose when.", "invalid_choice": "Choose one of the three."},
    )


class MailsForm(forms.Form):
    """Which mails somebody gets when. The kinds that cannot come to this person are left as they are."""

    messages = how_field("When somebody writes to you in a conversation")
    work = how_field("When something new comes to your team", "Your team's mailbox gets it at once in any case.")
    steps = how_field("When your next step opens")
    weekly = forms.TypedChoiceField(
        label="How your starters stand, in one mail a week",
        help_text="On Thursdays, when somebody of yours is in their first week or starts in the next.",
        choices=[("yes", "On Thursdays"), ("no", "Never")],
        coerce=lambda word: word == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose when.", "invalid_choice": "Choose one of the two."},
    )
    hour = forms.TypedChoiceField(
        label="When should the daily mail come?",
        help_text="On working days only.",
        choices=HOURS,
        coerce=int,
        error_messages={"required": "Choose a time.", "invalid_choice": "Choose one of these times."},
    )

    def __init__(self, *args: Any, staff: bool, newcomer: bool, manager: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not staff:
            del self.fields["work"]
        if not newcomer:
            del self.fields["steps"]
        if not manager:
            del self.fields["weekly"]


class CoverForm(forms.Form):
    """Which team covers, and until when. "Nobody": the team is here."""

    covered_by = forms.TypedChoiceField(
        label="Who covers?",
        required=False,
        empty_value=None,
        coerce=int,
        error_messages={"invalid_choice": "Choose one of the teams of this organisation."},
    )
    until = forms.DateField(
        label="Until when, the last day included?",
        required=False,
        widget=forms.Select,
        error_messages={"invalid": "Choose one of these days."},
    )

    def __init__(self, *args: Any, teams: Sequence[Team], today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        who, until = self.fields["covered_by"], self.fields["until"]
        assert isinstance(who, forms.TypedChoiceField)  # noqa: S101 (for the type checker)
        who.choices = [("", "Nobody: we are here"), *((t.pk, t.get_function_display()) for t in teams)]
        assert isinstance(until.widget, forms.Select)  # noqa: S101 (for the type checker)
        days = [today + dt.timedelta(days=n) for n in range(57)]
        kept = self.initial.get("until")
        days += [kept] if kept and kept not in days else []
        until.widget.choices = [("", "Choose a day"), *((d.isoformat(), day_words(d, today=today)) for d in days)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("covered_by") and not data.get("until") and "until" not in self.errors:
            self.add_error("until", "Choose the last day of cover.")
        return data


def days_field(label: str, help_text: str = "") -> forms.IntegerField:
    says = f"Write a whole number from 1 to {MOST}."
    return forms.IntegerField(
        label=label,
        help_text=help_text,
        min_value=1,
        max_value=MOST,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), says),
    )


class ChaseDaysForm(forms.Form):
    """Working days from one rung of the ladder to the next; the names are those of the team's columns."""

    chase_after = days_field("Working days until the team is asked", "The day on which it comes does not count.")
    chase_lead_after = days_field("Working days more until its lead is asked")
    chase_onboarding_lead_after = days_field("Working days more until the onboarding lead is asked")
