"""The forms of the record check: what a document says, a confirmation, a request for a paper; and the newcomer's."""

from typing import Any

from django import forms

from onboarding.wording import date_words
from steps.forms import DayFields, ReasonForm, Seen, age_on
from steps.models import RecordStatement, Source
from steps.pathway import Check

AS_WRITTEN = "Exactly as it is written there, capitals and accents too."


class NamesForm(DayFields):
    """A name in two parts, one of which may be empty, or undivided."""

    given_name = forms.CharField(label="Given names", required=False, max_length=100, help_text=AS_WRITTEN)
    family_name = forms.CharField(
        label="Family name", required=False, max_length=100, help_text="One name is fine: leave the other empty."
    )
    field_order: Any = ("given_name", "family_name", "full_name")
    seen = None  # type: ignore[assignment]  # what a paper says does not grow stale with the record
    ASKS: tuple[str, ...] = ("given_name", "family_name")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields([*self.field_order, *(f"{d}_{p}" for d in self.days for p in ("day", "month", "year"))])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not any(cleaned.get(name) for name in ("given_name", "family_name", "full_name")):
            self.add_error("given_name", "Enter a name. One name is fine.")
        born = cleaned.get("date_of_birth")
        if born and not 1900 <= born.year <= 2200:
            self.add_error("date_of_birth_day", f"{date_words(born)} is nobody's birth date here.")
        return cleaned

    def said(self) -> dict[str, Any]:
        return {name: self.cleaned_data.get(name) for name in self.ASKS}


class DocumentForm(NamesForm):
    """What one document says, as HR reads it."""

    full_name = forms.CharField(label="Or the whole name, if it is not divided there", required=False, max_length=200)
    ASKS = (*NamesForm.ASKS, "full_name")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("full_name") and (cleaned.get("given_name") or cleaned.get("family_name")):
            self.add_error("full_name", "Enter the name in parts, or undivided: not both.")
        return cleaned

    @classmethod
    def initial_of(cls, one: RecordStatement | None) -> dict[str, Any]:
        return {name: getattr(one, name) for name in cls.ASKS} if one else {}


class PassportForm(DocumentForm):
    days = {"date_of_birth": "Date of birth"}
    ASKS = (*DocumentForm.ASKS, "date_of_birth")


class RegisterForm(DocumentForm):
    gmc_number = forms.CharField(
        label="GMC number", max_length=32, error_messages={"required": "Enter the GMC number."}
    )
    ASKS = (*DocumentForm.ASKS, "gmc_number")


class ContractForm(DocumentForm):
    days = {"start_date": "Start date"}
    role = forms.CharField(label="Role", max_length=120, error_messages={"required": "Enter the role."})
    ASKS = (*DocumentForm.ASKS, "start_date", "role")


DOCUMENTS: dict[str, type[DocumentForm]] = {
    Source.PASSPORT: PassportForm,
    Source.GMC: RegisterForm,
    Source.CONTRACT: ContractForm,
}


class OwnPassportForm(NamesForm):
    """The newcomer writes what the passport says."""

    days = {"date_of_birth": "Date of birth"}
    ASKS = (*NamesForm.ASKS, "date_of_birth")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        born = cleaned.get("date_of_birth")
        start = self.initial.get("start_date")
        if born and start and not 16 <= age_on(start, born) <= 90:
            self.add_error("date_of_birth_day", f"Born {date_words(born)}: that is not an age between 16 and 90.")
        return cleaned


class Boxes(forms.MultipleChoiceField):
    """Boxes of which a document may have ticked some since the page was opened: those are taken, and not shown."""

    known: frozenset[str] = frozenset()

    def valid_value(self, value: Any) -> bool:
        return value in self.known


class ConfirmForm(Seen):
    """The checks that no document answers, and why a difference that has an explanation may stand."""

    checks = Boxes(label="Tick what you have checked", required=False, widget=forms.CheckboxSelectMultiple)
    explained = forms.CharField(
        label="Why may the record stand?",
        help_text="What explains the difference, and where you hold the evidence: a marriage certificate, say.",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, checks: list[Check], known: frozenset[str], explain: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["checks"]
        assert isinstance(field, Boxes)  # noqa: S101 (for the type checker)
        field.known = known
        field.choices = [(c.key, c.says if c.required else f"{c.says} (can wait)") for c in checks]
        if not checks:
            del self.fields["checks"]
        if not explain:
            del self.fields["explained"]


class AskForm(ReasonForm):
    """Which paper the newcomer is asked for."""

    def __init__(self, *args: Any, name: str, **kwargs: Any) -> None:
        hint = f"{name} reads this, word for word. Say which paper, and how to show it to you, not as a picture here."
        super().__init__(*args, asks="What do you need to see?", hint=hint, **kwargs)
