"""The forms of a system's list: which system, what its columns are, and who of a kind is chosen."""

from collections.abc import Collection, Sequence
from typing import Any

from django import forms

from onboarding.roster.columns import plain
from steps.import_forms import TableForm
from steps.reconciling.columns import FIELDS, LEFT_OUT, identifies
from steps.reconciling.systems import SYSTEMS, System

NOT_OURS = "-"


class ExtractForm(TableForm):
    field_order = ("system", "file", "dates")
    system = forms.ChoiceField(
        label="Which list is it?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose which list it is."},
    )

    def __init__(self, *args: Any, places: Sequence[tuple[int, str, list[System]]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["system"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (for the type checker)
        self.choices = [
            (f"{pk}:{one.key}", f"{one.title} at {name}" if len(places) > 1 else one.title)
            for pk, name, systems in places
            for one in systems
        ]
        field.choices = self.choices
        if len(self.choices) == 1:
            del self.fields["system"]
        self.fields["file"].label = "The system’s list"

    @property
    def pair(self) -> str:
        """Organisation and system, as the choices have it."""
        return str(self.cleaned_data.get("system") or self.choices[0][0])

    @property
    def organisation_id(self) -> int:
        return int(self.pair.partition(":")[0])

    @property
    def chosen(self) -> System:
        return SYSTEMS[self.pair.partition(":")[2]]


class ColumnsForm(forms.Form):
    """One choice for each heading, as it was guessed or told before."""

    def __init__(self, *args: Any, columns: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.headings: dict[str, str] = {}
        for heading, guessed in columns:
            if plain(heading) and plain(heading) not in self.headings.values():
                name = f"column_{len(self.headings)}"
                self.headings[name] = plain(heading)
                self.fields[name] = forms.ChoiceField(
                    label=f"“{heading}” is",
                    initial=guessed or NOT_OURS,
                    choices=[*FIELDS.items(), (NOT_OURS, "Nothing we need: leave it out")],
                    error_messages={"required": f"Say what “{heading}” is, or leave it out."},
                )

    def clean(self) -> dict[str, Any]:
        taken: dict[str, str] = {}
        for name in self.headings:
            field = self.cleaned_data.get(name, "")
            if field in FIELDS and field in taken:
                self.add_error(name, f"Two columns cannot both be the {FIELDS[field].lower()}.")
            taken.setdefault(field, name)
        if self.headings and not self.errors and not identifies(self.chosen_fields()):
            first = next(iter(self.headings))
            self.add_error(first, "Say which column tells who a row is about: a name, a number or an email address.")
        return self.cleaned_data

    def chosen_fields(self) -> dict[str, int]:
        return dict.fromkeys((self.cleaned_data.get(name, "") for name in self.headings), 0)

    def chosen(self) -> dict[str, str]:
        """Plain heading -> field."""
        answers = ((key, self.cleaned_data[name]) for name, key in self.headings.items())
        return {key: LEFT_OUT if answer == NOT_OURS else answer for key, answer in answers}


class ChosenForm(forms.Form):
    """Which of those shown are meant."""

    who = forms.TypedMultipleChoiceField(
        label="Who", coerce=int, error_messages={"required": "Choose at least one person, or leave them as they are."}
    )

    def __init__(self, *args: Any, placements: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["who"]
        assert isinstance(field, forms.TypedMultipleChoiceField)  # noqa: S101 (for the type checker)
        field.choices = [(pk, pk) for pk in placements]
