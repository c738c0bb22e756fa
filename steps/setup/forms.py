"""The forms of /setup/. Each carries the mark of what was on the page: see `onboarding.seen`."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from onboarding.days import read_days
from onboarding.models import Organisation
from onboarding.setting_up import LONGEST_GRACE, NAME_LETTERS, PERSON_LETTERS
from onboarding.staffing import Member
from onboarding.wording import clock_words
from onboarding.words import Country, MailSystem, Role

HALF_HOURS = [dt.time(hour, minute) for hour in range(6, 22) for minute in (0, 30)]
CLOCK = [(time.isoformat("minutes"), clock_words(time)) for time in HALF_HOURS]
ROLE_HINTS = {
    Role.HR: "Staff records, identity checks, rosters. Sees dates of birth.",
    Role.PAYROLL: "First pay. Sees dates of birth.",
    Role.IT: "Computer and email accounts.",
    Role.REGISTRATION_AUTHORITY: "Smartcards. Sees dates of birth.",
    Role.LIBRARY: "OpenAthens and the library.",
    Role.LEARNING: "Mandatory training.",
    Role.MANAGER: "Their own newcomers, and who is ready.",
    Role.EXECUTIVE: "Who is ready, in numbers.",
    Role.ONBOARDING_LEAD: "Everything here: teams, people, pathways, the audit trail.",
}
ONE_OF_THESE = {"required": "Choose one.", "invalid_choice": "Choose one of these."}


class Marked(forms.Form):
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)


def clock_field(label: str, *, none: str = "") -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        choices=[("", none), *CLOCK] if none else CLOCK,
        coerce=dt.time.fromisoformat,
        empty_value=None,
        required=not none,
        error_messages={"required": "Choose a time.", "invalid_choice": "Choose one of these times."},
    )


class OrganisationForm(Marked):
    name = forms.CharField(
        label="Name",
        max_length=NAME_LETTERS,
        help_text="As your staff say it. It is on every page and in every mail.",
        error_messages={"required": "Give the organisation a name."},
    )
    country = forms.ChoiceField(
        label="Country",
        choices=Country.choices,
        widget=forms.RadioSelect,
        help_text="Its bank holidays count as days off, and its pathway is the usual one.",
        error_messages=ONE_OF_THESE,
    )
    usual_mail_system = forms.ChoiceField(
        label="Whose work email do newcomers usually get?",
        choices=[(MailSystem.NHSMAIL, "NHSmail"), (MailSystem.TRUST, "Our own"), (MailSystem.NONE, "None")],
        widget=forms.RadioSelect,
        error_messages=ONE_OF_THESE,
    )
    opens = clock_field("Teams can be reached from")
    closes = clock_field("Until")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        require_order(self, data)
        return data


def require_order(form: forms.Form, data: dict[str, Any]) -> None:
    opens, closes = data.get("opens"), data.get("closes")
    if opens and closes and not opens < closes:
        form.add_error("closes", "Choose a time after the first one.")


class TeamForm(Marked):
    mailbox = forms.EmailField(
        label="Shared mailbox",
        required=False,
        help_text="Mail about stuck steps goes here, so that it reaches somebody whoever is away.",
        error_messages={"invalid": "Write an email address, such as it.desk@trust.nhs.uk."},
    )
    lead_id = forms.TypedChoiceField(
        label="Lead",
        required=False,
        coerce=int,
        empty_value=None,
        help_text="Asked when something is late, and says who covers for the team.",
        error_messages={"invalid_choice": "Choose somebody who works here."},
    )
    opens = clock_field("Can be reached from", none="As the organisation")
    closes = clock_field("Until", none="As the organisation")

    def __init__(self, *args: Any, members: Iterable[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lead = self.fields["lead_id"]
        assert isinstance(lead, forms.TypedChoiceField)  # noqa: S101 (for the type checker)
        lead.choices = [("", "Nobody yet"), *((m.user.pk, f"{m.user.name} ({m.words})") for m in members)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "opens" in data and "closes" in data and (data["opens"] is None) != (data["closes"] is None):
            missing = "opens" if data["opens"] is None else "closes"
            self.add_error(missing, "Choose a time here too, or neither.")
        require_order(self, data)
        return data


def roles_radio() -> forms.ChoiceField:
    field = forms.ChoiceField(
        label="What do they do?", choices=Role.choices, widget=forms.RadioSelect, error_messages=ONE_OF_THESE
    )
    field.widget.hints = ROLE_HINTS
    return field


class InviteForm(forms.Form):
    name = forms.CharField(
        label="Name", max_length=PERSON_LETTERS, error_messages={"required": "Give a name. One is fine."}
    )
    email = forms.EmailField(
        label="Work email",
        help_text="The invitation goes there. They sign in with it.",
        error_messages={
            "required": "Give an email address.",
            "invalid": "Write an email address, such as sam.okoro@trust.nhs.uk.",
        },
    )
    role = roles_radio()
    leads = forms.BooleanField(label="They lead that team", required=False)


class RolesForm(Marked):
    roles = forms.MultipleChoiceField(
        label="What do they do here?",
        choices=Role.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Choose at least one, or end their access.",
            "invalid_choice": "Choose from these.",
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["roles"].widget.hints = ROLE_HINTS


class LeaverForm(forms.Form):
    successor = forms.TypedChoiceField(
        label="Who takes over what they have in hand?",
        required=False,
        coerce=int,
        empty_value=None,
        help_text="What the other may not have goes back to its team.",
        error_messages={"invalid_choice": "Choose somebody who works here."},
    )

    def __init__(self, *args: Any, members: Sequence[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        who = self.fields["successor"]
        assert isinstance(who, forms.TypedChoiceField)  # noqa: S101 (for the type checker)
        who.choices = [("", "Nobody: back to the teams"), *((m.user.pk, m.user.name) for m in members)]


class FieldRulesForm(Marked):
    it_sees_date_of_birth = forms.TypedChoiceField(
        label="May IT see dates of birth?",
        choices=[("no", "No"), ("yes", "Yes")],
        coerce=lambda given: given == "yes",
        widget=forms.RadioSelect,
        help_text="Only if your IT cannot make an account without it. Never of a lead employer's trainees.",
        error_messages=ONE_OF_THESE,
    )

    second_factor_days = forms.IntegerField(
        label="For how many days may people sign in without a second step?",
        min_value=0,
        max_value=LONGEST_GRACE,
        help_text="Of those who see dates of birth, and the onboarding lead; from their first sign-in.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "nhsuk-input--width-3"}),
        error_messages={
            "required": "Write a number of days, 0 for none.",
            "invalid": "Write a number of days, such as 14.",
            "max_value": f"Write at most {LONGEST_GRACE} days.",
        },
    )


class PathwayForm(Marked):
    key = forms.ChoiceField(
        label="Which pathway are newcomers put on?",
        widget=forms.RadioSelect,
        help_text="A roster may name another one for a newcomer, in its column pathway.",
        error_messages=ONE_OF_THESE,
    )

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        key = self.fields["key"]
        assert isinstance(key, forms.ChoiceField)  # noqa: S101 (for the type checker)
        key.choices = choices


def organisation_initial(organisation: Organisation) -> dict[str, Any]:
    """What stands, as `OrganisationForm` has it."""
    names = ("name", "country", "usual_mail_system", "opens", "closes")
    return {name: getattr(organisation, name) for name in names}


class DaysField(forms.CharField):
    """Days, one a line."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}), **options)

    def clean(self, value: Any) -> list[dt.date]:
        days, faults = read_days(super().clean(value))
        if faults:
            raise forms.ValidationError(faults[:5])
        return days


class ClosedDaysForm(Marked):
    closed_days = DaysField(
        label="Days off, beside weekends and bank holidays",
        help_text="One a line, as 24 December 2026. All of them: what you take away counts as a working day again.",
    )


class PaydaysForm(forms.Form):
    paydays = DaysField(
        label="Add paydays",
        help_text="One a line, as 24 December 2026. A year at a time is enough.",
    )

    def clean_paydays(self) -> list[dt.date]:
        days: list[dt.date] = self.cleaned_data["paydays"]
        if not days:
            raise forms.ValidationError("Write at least one day.")
        return days
