"""The forms of the staff's pages. What may be done and what is stale is for the services to say, not for these."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from onboarding.models import Placement
from onboarding.wording import MONTHS, date_words, day_words
from onboarding.words import PlacementStatus
from steps.pathway import FIELDS, Check, Symptom
from steps.readiness import Starter, monday_of
from steps.selectors.lists import Choices, Wanted

REASON_LETTERS = 2000
NAMES_OF_FIELDS = {
    "name": "Name",
    "date_of_birth": "Date of birth",
    "start_date": "Start date",
    "role": "Role",
    "number": "A number (assignment, GMC)",
    "email": "Email address",
}


class Seen(forms.Form):
    """`seen`: the version of the step that the person had on the page. Not shown, and never left out."""

    seen = forms.IntegerField(
        widget=forms.HiddenInput,
        min_value=0,
        max_value=2**31,
        error_messages={"required": "Open the page again, then press once more."},
    )

    def typed(self) -> list[tuple[str, str]]:
        """What the person wrote, field by field with its label, for a page that keeps it for them."""
        fields = [f for f in self if not f.is_hidden and isinstance(f.field, forms.CharField)]
        return [(str(f.label), str(f.value() or "")) for f in fields if f.value()]

    def parts(self) -> list[dict[str, Any]]:
        """What the page shows, in order: single fields, and the fields of a date together."""
        return [{"field": field} for field in self]


class ChecksForm(Seen):
    """The owner's checks of a step, those that somebody ticked before ticked already."""

    checks = forms.MultipleChoiceField(
        label="Tick what you have checked",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "One of the checks has changed. Look at them again."},
    )

    def __init__(self, *args: Any, checks: Sequence[Check] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["checks"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 (for the type checker)
        field.choices = [(c.key, c.says if c.required else f"{c.says} (can wait)") for c in checks]
        if not checks:
            del self.fields["checks"]


class ReasonForm(Seen):
    reason = forms.CharField(
        label="Why?",
        max_length=REASON_LETTERS,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why, in a sentence."},
    )

    def __init__(self, *args: Any, asks: str = "", hint: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if asks:
            self.fields["reason"].label = asks
        self.fields["reason"].help_text = hint


class StuckForm(ReasonForm):
    """What is wrong: one of the step's symptoms, or the person's own words alone."""

    symptom = forms.ChoiceField(label="What is wrong?", required=False, widget=forms.RadioSelect)
    field_order = ("symptom", "reason", "seen")

    def __init__(self, *args: Any, symptoms: Sequence[Symptom] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["symptom"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = [*((s.key, s.says) for s in symptoms), ("", "None of these")]
        if not symptoms:
            del self.fields["symptom"]


class HandOverForm(ReasonForm):
    """`to` is "function.side": whoever the choices name."""

    to = forms.ChoiceField(
        label="Who has to act?", widget=forms.RadioSelect, error_messages={"required": "Choose who has to act."}
    )
    field_order = ("to", "reason", "seen")

    def __init__(self, *args: Any, owners: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = list(owners)


class CorrectStepForm(ReasonForm):
    """A step stays done, but something it says has changed."""

    fields_changed = forms.MultipleChoiceField(
        label="What has changed?",
        choices=[(f, NAMES_OF_FIELDS[f]) for f in FIELDS],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Tick what has changed."},
    )
    field_order = ("fields_changed", "reason", "seen")


MONTH_CHOICES = [("", "Month"), *((str(n), name) for n, name in enumerate(MONTHS, 1))]


DATE_INPUT = "nhsuk-input nhsuk-date-input__input"


class DayFields(Seen):
    """A date as three fields, the month as a word, so that nobody swaps day and month.

    A form lists its dates in `days` as {name: label}; `cleaned_data[name]` is the date.
    """

    days: Mapping[str, str] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.days:
            day: dt.date | None = self.initial.get(name)
            number = forms.TextInput(attrs={"inputmode": "numeric", "class": f"{DATE_INPUT} nhsuk-input--width-2"})
            year = forms.TextInput(attrs={"inputmode": "numeric", "class": f"{DATE_INPUT} nhsuk-input--width-4"})
            month = forms.Select(attrs={"class": "nhsuk-select"})
            self.fields[f"{name}_day"] = forms.IntegerField(
                label="Day", required=False, widget=number, initial=day and day.day
            )
            self.fields[f"{name}_month"] = forms.ChoiceField(
                label="Month", required=False, widget=month, choices=MONTH_CHOICES, initial=day and str(day.month)
            )
            self.fields[f"{name}_year"] = forms.IntegerField(
                label="Year", required=False, widget=year, initial=day and day.year
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name, label in self.days.items():
            parts = [cleaned.get(f"{name}_{part}") for part in ("year", "month", "day")]
            if any(f"{name}_{part}" in self.errors for part in ("year", "month", "day")):
                continue
            try:
                cleaned[name] = dt.date(*(int(part or 0) for part in parts))
            except (ValueError, OverflowError):
                self.add_error(f"{name}_day", f"{label}: there is no such day.")
        return cleaned

    def parts(self) -> list[dict[str, Any]]:
        """A date's three fields come as one part, under one legend, with their errors together."""
        parts: list[dict[str, Any]] = []
        of_days = {f"{name}_{part}" for name in self.days for part in ("day", "month", "year")}
        for field in self:
            name = field.name.removesuffix("_day")
            if field.name not in of_days:
                parts.append({"field": field})
            elif name in self.days:
                fields = [self[f"{name}_{part}"] for part in ("day", "month", "year")]
                errors = [e for f in fields for e in f.errors]
                parts.append({"legend": self.days[name], "fields": fields, "errors": errors})
        return parts


class DetailsForm(DayFields, ReasonForm):
    """The employer's HR corrects what the staff record says."""

    days = {"date_of_birth": "Date of birth", "start_date": "Start date"}
    PLAIN = (
        "given_name", "family_name", "role", "department", "gmc_number", "assignment_number",
        "personal_email", "work_email",
    )  # fmt: skip

    given_name = forms.CharField(label="Given names", required=False, max_length=100)
    family_name = forms.CharField(
        label="Family name", required=False, max_length=100, help_text="One name is fine: leave the other empty."
    )
    role = forms.CharField(label="Role", max_length=120, error_messages={"required": "Enter the role."})
    department = forms.CharField(label="Department", required=False, max_length=120)
    gmc_number = forms.CharField(label="GMC number", required=False, max_length=32)
    assignment_number = forms.CharField(
        label="Assignment number", required=False, max_length=32, help_text="Zeros at the front are kept."
    )
    personal_email = forms.EmailField(label="Personal email address", required=False)
    work_email = forms.EmailField(label="Work email address", required=False)
    field_order = ("given_name", "family_name", *(f"{d}_{p}" for d in days for p in ("day", "month", "year")))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rest = [n for n in self.fields if n not in self.field_order and n not in ("reason", "seen")]
        self.order_fields([*self.field_order, *rest, "reason", "seen"])

    @staticmethod
    def initial_of(placement: Placement) -> dict[str, Any]:
        person = placement.newcomer
        post = {name: getattr(placement, name) for name in ("role", "department", "assignment_number", "start_date")}
        about = ("given_name", "family_name", "date_of_birth", "gmc_number", "personal_email", "work_email")
        return post | {name: getattr(person, name) for name in about}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not (cleaned.get("given_name") or cleaned.get("family_name")):
            self.add_error("given_name", "Enter a name. One name is fine.")
        born, start = cleaned.get("date_of_birth"), cleaned.get("start_date")
        if born and start and not 16 <= age_on(start, born) <= 90:
            self.add_error("date_of_birth_day", f"Born {date_words(born)}: that is not an age between 16 and 90.")
        return cleaned

    def changes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in (*self.PLAIN, *self.days)}


def age_on(day: dt.date, born: dt.date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


class MoveStartForm(DayFields, ReasonForm):
    days = {"start_date": "New start date"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields([*(f"start_date_{p}" for p in ("day", "month", "year")), "reason", "seen"])


class StatusForm(Seen):
    """`was`: the status on the page. A reason is asked for where `needs_reason`."""

    was = forms.ChoiceField(choices=PlacementStatus.choices, widget=forms.HiddenInput)
    reason = forms.CharField(
        label="Why?",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why, in a sentence."},
    )

    def __init__(self, *args: Any, needs_reason: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = needs_reason
        if not needs_reason:
            self.fields["reason"].label = "Anything to note? (optional)"


def one_of(what: str) -> dict[str, str]:
    return {"invalid_choice": f"You see nobody at that {what}. Choose one from the list."}


class ListFilter(forms.Form):
    """The list's filters, from the address. The choices are what the reader has."""

    q = forms.CharField(label="Name", required=False, max_length=200)
    week = forms.ChoiceField(
        label="Starts in the week of", required=False, error_messages={"invalid_choice": "Nobody starts in that week."}
    )
    status = forms.ChoiceField(
        label="Status", required=False, choices=[("", "Any"), *PlacementStatus.choices],
        error_messages={"invalid_choice": "There is no such status."},
    )  # fmt: skip
    place = forms.ChoiceField(label="Employer or host", required=False, error_messages=one_of("organisation"))
    department = forms.ChoiceField(label="Department", required=False, error_messages=one_of("department"))
    stuck = forms.BooleanField(label="Something is stuck", required=False)
    mine = forms.BooleanField(label="It is your move", required=False)

    def __init__(self, *args: Any, choices: Choices, has_moves: bool, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        weeks = [(day.isoformat(), f"{day_words(day, today=today)} ({n:,})") for day, n in choices.weeks]
        self.choose("week", weeks)
        self.choose("place", choices.places)
        self.choose("department", [(d, d) for d in choices.departments])
        if len(choices.places) < 2:
            del self.fields["place"]
        if not choices.departments:
            del self.fields["department"]
        if not has_moves:
            del self.fields["mine"]

    def choose(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = [("", "Any"), *choices]

    def selects(self) -> list[dict[str, Any]]:
        """The lists to choose from, for plain HTML: the macros take a millisecond each."""
        found = []
        for name, field in self.fields.items():
            if isinstance(field, forms.ChoiceField):
                given = self.data.get(name, "")
                errors = [str(said) for said in self.errors.get(name, [])]
                found.append(
                    {"name": name, "id": f"id_{name}", "label": field.label, "choices": field.choices, "given": given,
                     "errors": errors}
                )  # fmt: skip
        return found

    def wanted(self) -> Wanted:
        given = self.cleaned_data
        return Wanted(
            words=given["q"],
            week=dt.date.fromisoformat(given["week"]) if given["week"] else None,
            status=given["status"],
            place=given.get("place", ""),
            department=given.get("department", ""),
            stuck=given["stuck"],
            mine=given.get("mine", False),
        )


class ReadinessFilter(forms.Form):
    """The report's filters, from the address: a week by any of its days, the rest as the rows have it."""

    week = forms.DateField(
        label="Starts in the week of",
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.Select,
        error_messages={"invalid": "The week is not a day that there is. Write it as in 2026-08-03."},
    )
    department = forms.CharField(label="Department", required=False, max_length=120, widget=forms.Select)
    role = forms.CharField(label="Role", required=False, max_length=120, widget=forms.Select)
    employer = forms.CharField(label="Employer", required=False, max_length=10, widget=forms.Select)
    host = forms.CharField(label="Host", required=False, max_length=10, widget=forms.Select)
    page = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=100_000,
        widget=forms.HiddenInput,
        error_messages={"invalid": "There is no such page.", "min_value": "There is no such page."},
    )
    now = forms.BooleanField(required=False, widget=forms.HiddenInput)  # a past week as it stands now

    def clean_week(self) -> dt.date | None:
        """The Monday of the week."""
        day: dt.date | None = self.cleaned_data["week"]
        if day and not 2000 <= day.year <= 2200:
            raise forms.ValidationError("Choose a week between the years 2000 and 2200.")
        return monday_of(day) if day else None

    def offer(self, starters: Sequence[Starter], weeks: Sequence[dt.date], chosen: dt.date, today: dt.date) -> None:
        """What there is to choose from, in the chosen week; what was chosen stays there in any case."""
        mondays = sorted({*weeks, chosen}, reverse=True)
        self.set("week", [(day.isoformat(), day_words(day, today=today)) for day in mondays], chosen.isoformat())
        for name in ("department", "role"):
            self.set(name, sorted((v, v) for v in {getattr(s, name) for s in starters} if v))
        for name in ("employer", "host"):
            places = {getattr(s, name) for s in starters}
            self.set(name, sorted(((p.ods_code, p.name) for p in places), key=lambda pair: pair[1]))
        self.data = {**dict(self.data.items()), "week": chosen.isoformat()}

    def set(self, name: str, choices: Sequence[tuple[str, str]], given: str = "") -> None:
        """Fewer than two choices are none, unless the address named one."""
        given = given or self.cleaned_data.get(name) or ""
        known = [value for value, _ in choices]
        if name != "week":
            if len(choices) < 2 and not given and name not in self.errors:
                del self.fields[name]
                return
            choices = [("", "Any"), *choices]
        if given and given not in known:
            choices = [*choices, (given, given)]
        widget = self.fields[name].widget
        assert isinstance(widget, forms.Select)  # noqa: S101
        widget.choices = choices
