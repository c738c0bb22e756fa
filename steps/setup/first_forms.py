"""The questions of the first run, a form a page. Each checks its answer before the next is asked."""

from collections.abc import Sequence
from typing import Any

from django import forms

from onboarding.models import Organisation
from onboarding.setting_up import PERSON_LETTERS, organisation_faults
from onboarding.words import Function, OrganisationKind
from steps.setup.forms import ONE_OF_THESE, DaysField, OrganisationForm, clock_field, require_order

IN_USE = "An organisation of that code is set up already."


class FirstOrganisationForm(forms.Form):
    ods_code = forms.CharField(
        label="ODS code",
        max_length=10,
        help_text="2 to 10 letters and digits, such as RX1.",
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={"required": "Give the ODS code.", "max_length": "An ODS code has at most 10 letters."},
    )
    name = OrganisationForm.base_fields["name"]
    kind = forms.ChoiceField(
        label="What is it?",
        choices=[
            (OrganisationKind.TRUST, "A trust"),
            (OrganisationKind.LEAD_EMPLOYER, "A lead employer, whose trainees work elsewhere"),
            (OrganisationKind.BOARD, "A board"),
        ],
        widget=forms.RadioSelect,
        error_messages=ONE_OF_THESE,
    )
    country = OrganisationForm.base_fields["country"]
    usual_mail_system = OrganisationForm.base_fields["usual_mail_system"]

    def clean_ods_code(self) -> str:
        code = str(self.cleaned_data["ods_code"]).upper()
        if faults := organisation_faults({"ods_code": code}):
            raise forms.ValidationError(faults)
        if Organisation.objects.filter(ods_code=code).exists():
            raise forms.ValidationError(IN_USE)
        return code


class FirstDaysForm(forms.Form):
    opens = clock_field("Teams can be reached from")
    closes = clock_field("Until")
    closed_days = DaysField(
        label="Days off, beside weekends and bank holidays",
        help_text="One a line, as 24 December 2026. Leave it empty if there are none.",
    )
    paydays = DaysField(
        label="Paydays",
        help_text="One a line. They say when a first payslip can be looked at. They can wait.",
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        require_order(self, data)
        return data


class FirstPathwayForm(forms.Form):
    pathway = forms.ChoiceField(
        label="Which pathway are newcomers put on?",
        widget=forms.RadioSelect,
        help_text="It says which steps there are, and what comes before what. You can publish your own later.",
        error_messages=ONE_OF_THESE,
    )

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["pathway"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (for the type checker)
        field.choices = choices


class FirstTeamsForm(forms.Form):
    """For each function that has steps: its shared mailbox, and who leads it. All of it can wait."""

    def __init__(self, *args: Any, functions: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.functions = functions
        wrong = {"invalid": "Write an email address, such as it.desk@trust.nhs.uk."}
        for function in functions:
            called = Function(function).label
            self.fields[f"{function}_mailbox"] = forms.EmailField(
                label=f"Shared mailbox of {called}", required=False, error_messages=wrong
            )
            self.fields[f"{function}_name"] = forms.CharField(
                label=f"Name of whoever leads {called}", required=False, max_length=PERSON_LETTERS
            )
            self.fields[f"{function}_email"] = forms.EmailField(
                label=f"Own email of whoever leads {called}", required=False, error_messages=wrong
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for function in self.functions:
            name, email = data.get(f"{function}_name"), data.get(f"{function}_email")
            if email and not name:
                self.add_error(f"{function}_name", f"Give the name of whoever leads {Function(function).label}.")
            if name and email == "":
                self.add_error(f"{function}_email", f"Give an email address for {name}.")
        return data

    @property
    def groups(self) -> list[dict[str, Any]]:
        """The fields of each function together, for the page."""
        names = ("mailbox", "name", "email")
        return [
            {"label": Function(f).label, "fields": [self[f"{f}_{name}"] for name in names]} for f in self.functions
        ]


class FirstLeadForm(forms.Form):
    name = forms.CharField(
        label="Name", max_length=PERSON_LETTERS, error_messages={"required": "Give a name. One is fine."}
    )
    email = forms.EmailField(
        label="Work email",
        help_text="The invitation goes there.",
        error_messages={
            "required": "Give an email address.",
            "invalid": "Write an email address, such as ada.linden@trust.nhs.uk.",
        },
    )
