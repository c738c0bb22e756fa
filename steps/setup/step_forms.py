"""The forms about one step here: who has it, and what newcomers are told."""

from collections.abc import Sequence
from typing import Any

from django import forms

from onboarding.words import TEAM_ROLES, Function
from steps.services.guiding import (
    MOST_LINKS,
    NOT_A_LINK,
    TEXT_LETTERS,
    TITLE_LETTERS,
    URL_LETTERS,
    is_link,
)
from steps.setup.forms import ONE_OF_THESE, Marked

USUAL = ""


class OwnerForm(Marked):
    function = forms.ChoiceField(label="Which team does it here?", widget=forms.RadioSelect, required=False)
    side = forms.ChoiceField(
        label="Of a lead employer's trainees, whose team is it?",
        choices=[("host", "The trust where they work"), ("employer", "The lead employer")],
        widget=forms.RadioSelect,
        error_messages=ONE_OF_THESE,
    )

    def __init__(self, *args: Any, usual: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        function = self.fields["function"]
        assert isinstance(function, forms.ChoiceField)  # noqa: S101 (for the type checker)
        teams = [(f, label) for f, label in Function.choices if f in TEAM_ROLES]
        function.choices = [(USUAL, f"As the pathway says: {usual}"), *teams]
        function.error_messages["invalid_choice"] = "Choose one of the teams."

    @property
    def owner(self) -> tuple[str, str] | None:
        """None: as the pathway says."""
        function = self.cleaned_data["function"]
        return (function, self.cleaned_data["side"]) if function else None


class GuidanceForm(Marked):
    text = forms.CharField(
        label="In your words",
        required=False,
        max_length=TEXT_LETTERS,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Such as where your desk is, and when somebody is there.",
        error_messages={"max_length": f"Write at most {TEXT_LETTERS} letters."},
    )
    replaces = forms.BooleanField(label="Do not show the usual links", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for n in self.numbers:
            self.fields[f"title_{n}"] = forms.CharField(
                label=f"Title of link {n}", required=False, max_length=TITLE_LETTERS
            )
            self.fields[f"url_{n}"] = forms.CharField(
                label=f"Address of link {n}",
                required=False,
                max_length=URL_LETTERS,
                widget=forms.TextInput(attrs={"inputmode": "url", "autocapitalize": "none", "spellcheck": "false"}),
            )

    numbers = range(1, MOST_LINKS + 1)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for n in self.numbers:
            title, url = data.get(f"title_{n}"), data.get(f"url_{n}")
            if url and not is_link(url):
                self.add_error(f"url_{n}", NOT_A_LINK)
            elif url and title == "":
                self.add_error(f"title_{n}", "Give the link a title.")
            elif title and url == "":
                self.add_error(f"url_{n}", NOT_A_LINK)
        return data

    @property
    def links(self) -> list[tuple[str, str]]:
        data = self.cleaned_data
        return [(data[f"title_{n}"], data[f"url_{n}"]) for n in self.numbers if data[f"url_{n}"]]


def guidance_initial(kept: dict[str, Any]) -> dict[str, Any]:
    links: Sequence[dict[str, str]] = kept["links"]
    shown = {f"{part}_{n}": link[part] for n, link in enumerate(links, 1) for part in ("title", "url")}
    return {"text": kept["text"], "replaces": kept["replaces"], **shown}
