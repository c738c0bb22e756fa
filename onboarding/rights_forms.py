"""Forms about what is held: typing a reference, saying why it is kept, and for how long."""

from django import forms

from onboarding.rights.erasing import REASON_LETTERS
from onboarding.rights.keeping import DAYS, LONGEST, SHORTEST


class EraseForm(forms.Form):
    typed = forms.CharField(
        label="Type the reference to erase", max_length=40, error_messages={"required": "Type the reference."}
    )

    def __init__(self, *args: object, reference: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.reference = reference
        self.fields["typed"].help_text = f"The reference is {reference}"

    def clean_typed(self) -> str:
        typed: str = self.cleaned_data["typed"]
        if typed.strip().lower() != self.reference:
            raise forms.ValidationError(f"That is not the reference. It is {self.reference}.")
        return typed


class HoldForm(forms.Form):
    reason = forms.CharField(
        label="Why must it be kept?", max_length=REASON_LETTERS,
        help_text="For example a claim or an inquiry. The newcomer reads it in their copy.",
        error_messages={"required": "Say why, in a sentence."},
    )  # fmt: skip


LABELS = {
    "keep_pictures_days": ("Pictures", "Days after what they show was cleared"),
    "keep_mails_days": ("Texts of mails, and lists", "Days after a mail was written or a list came in"),
    "keep_newcomers_days": ("Newcomers", "Days after the last thing that happened to them"),
}


class KeepingForm(forms.Form):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for name in DAYS:
            label, hint = LABELS[name]
            says = f"{label}: give a number of days from {SHORTEST} to {LONGEST}."
            self.fields[name] = forms.IntegerField(
                label=label, help_text=hint, min_value=SHORTEST, max_value=LONGEST,
                error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), says),
            )  # fmt: skip
