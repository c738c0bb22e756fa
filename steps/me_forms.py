"""What a newcomer sends from the page of a step."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import QueryDict

from onboarding.models import Placement
from onboarding.words import Function, MailSystem
from steps.models import PlacementStep
from steps.pathway import Check, Step, applies
from steps.services.placements import PASSPORT_CHECK
from steps.services.settling import attributes

Sent = QueryDict | None


def own_checks(step: Step, placement: Placement) -> list[Check]:
    """The checks that the newcomer ticks, but for the one about the passport: it is asked beside what it is about."""
    return [c for c in applicable(step, placement) if c.by == "newcomer" and c.key != PASSPORT_CHECK]


def team_checks(step: Step, placement: Placement) -> list[Check]:
    return [c for c in applicable(step, placement) if c.by == "owner"]


def applicable(step: Step, placement: Placement) -> list[Check]:
    given = attributes(placement)
    return [c for c in step.checks if applies(c.applies, given)]


def asks_which_email(step: Step, placement: Placement) -> bool:
    """Does it matter with which email the newcomer registered? Only where there is a work email to have."""
    own = step.owner == Function.NEWCOMER and bool(step.upgrade)
    return own and "email" in (step.watches or ()) and placement.mail_system != MailSystem.NONE


class ChecksField(forms.MultipleChoiceField):
    """Checks as checkboxes. Those that the step cannot be finished without are asked for, each in its own words."""

    def __init__(self, checks: Iterable[Check], *, needed: bool, label: str) -> None:
        self.needed = {c.key: c.says for c in checks if c.required} if needed else {}
        choices = [(c.key, c.says if c.required else f"{c.says} (can wait)") for c in checks]
        super().__init__(choices=choices, required=False, label=label, widget=forms.CheckboxSelectMultiple)

    def clean(self, value: Any) -> list[str]:
        given: list[str] = super().clean(value)
        missing = [says for key, says in self.needed.items() if key not in given]
        if missing:
            raise forms.ValidationError([f"Tick “{says}” once it is so." for says in missing])
        return given


class DoneForm(forms.Form):
    """It is done, or it works: with the checks that this takes, and which email it was where that matters."""

    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Sent = None, *, step: Step, placement: Placement, row: PlacementStep) -> None:
        super().__init__(data, initial={"seen": row.version, "checks": list(row.ticks)})
        if checks := own_checks(step, placement):
            self.fields["checks"] = ChecksField(checks, needed=True, label="Tick what you have done")
        if asks_which_email(step, placement):
            self.fields["full"] = forms.ChoiceField(
                label="Which email did you register with?",
                choices=[("yes", "My work email"), ("no", "Another email")],
                widget=forms.RadioSelect,
                error_messages={"required": "Say which email you registered with."},
            )

    @property
    def ticked(self) -> list[str]:
        found: list[str] = self.cleaned_data.get("checks", [])
        return found

    @property
    def full(self) -> bool | None:
        answer = self.cleaned_data.get("full")
        return None if not answer else answer == "yes"


class UpgradeForm(forms.Form):
    """The account has its better email now, or had it all the time."""

    seen = forms.IntegerField(widget=forms.HiddenInput)


class ClearForm(forms.Form):
    """Only the newcomer could clear it, and says how it was done."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    blocker = forms.CharField(widget=forms.HiddenInput, max_length=20)
    reason = forms.CharField(
        label="What did you do?",
        help_text="A sentence is enough. No passwords and no codes.",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say in a sentence what you did."},
    )


class TicksForm(forms.Form):
    """What the newcomer has ticked so far, before the step can be finished."""

    def __init__(self, data: Sent = None, *, step: Step, placement: Placement, row: PlacementStep) -> None:
        super().__init__(data, initial={"checks": list(row.ticks)})
        checks = own_checks(step, placement)
        self.fields["checks"] = ChecksField(checks, needed=False, label="Tick what is so")
