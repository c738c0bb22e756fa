"""The forms of a roster's way in."""

from collections.abc import Collection, Sequence
from typing import Any

from django import forms

from onboarding.roster import MAX_BYTES
from onboarding.roster.columns import LEFT_OUT, NAMES
from steps.arrival.summing_up import FIELDS

DATES = [
    ("ISO", "Year first with hyphens, like 2026-08-03"),
    ("DMY", "Day first, like 03/08/2026"),
    ("MDY", "Month first, like 08/03/2026"),
    ("YMD", "Year first with other signs, like 2026/08/03"),
]
TOO_LARGE = f"The file is larger than {MAX_BYTES // 1_000_000} MB. Split it into smaller files."
NOT_OURS = "-"


class TableForm(forms.Form):
    """A table that comes in as a file; the form made of it asks first whose, or which, it is."""

    file = forms.FileField(
        help_text=f"CSV or XLSX, {MAX_BYTES // 1_000_000} MB at most.",
        allow_empty_file=True,  # reading says it better
        error_messages={"required": "Choose a file."},
    )
    dates = forms.ChoiceField(
        label="How are dates written?",
        help_text="All dates of the file in one way. Cells that Excel formats as dates are right whatever you say.",
        choices=DATES,
        widget=forms.RadioSelect,
        error_messages={"required": "Say how dates are written in the file."},
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(TOO_LARGE)
        return file


class UploadForm(TableForm):
    field_order = ("organisation", "file", "dates")
    organisation = forms.TypedChoiceField(
        label="Whose roster is it?",
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whose roster it is."},
    )

    def __init__(self, *args: Any, places: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = places
        field = self.fields["organisation"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (for the type checker)
        field.choices = places
        if len(places) == 1:
            del self.fields["organisation"]
        self.fields["file"].label = "Roster file"

    @property
    def organisation_id(self) -> int:
        return int(self.cleaned_data.get("organisation") or self.places[0][0])


class HeadingsForm(forms.Form):
    """One choice for each heading that nobody knows."""

    def __init__(self, *args: Any, headings: Sequence[str], there: Collection[str] = (), **kwargs: Any) -> None:
        """`there`: the columns that the file has already, which no further heading can be."""
        super().__init__(*args, **kwargs)
        self.headings = headings
        columns = [(name, FIELDS[name]) for name in NAMES if name not in there]
        for number, heading in enumerate(headings):
            self.fields[f"heading_{number}"] = forms.ChoiceField(
                label=f"“{heading}” is",
                choices=[("", "Choose"), *columns, (NOT_OURS, "Nothing we need: leave it out")],
                error_messages={"required": f"Say what “{heading}” is, or leave it out."},
            )

    def clean(self) -> dict[str, Any]:
        taken: dict[str, str] = {}
        for number, heading in enumerate(self.headings):
            name = self.cleaned_data.get(f"heading_{number}", "")
            if name and name != NOT_OURS and name in taken:
                says = f"“{taken[name]}” and “{heading}” cannot both be {FIELDS[name].lower()}."
                self.add_error(f"heading_{number}", says)
            taken.setdefault(name, heading)
        return self.cleaned_data

    def chosen(self) -> dict[str, str]:
        answers = [self.cleaned_data[f"heading_{n}"] for n in range(len(self.headings))]
        return {h: LEFT_OUT if a == NOT_OURS else a for h, a in zip(self.headings, answers, strict=True)}
