"""How a Django form field becomes a component of the NHS design system."""

from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.html import conditional_escape

Options = dict[str, Any]

# widget attributes that a macro takes as options of its own; it would write any other only below `attributes`
MACRO_ATTRIBUTES = {
    "input": {"autocomplete", "inputmode", "autocapitalize", "spellcheck", "pattern"},
    "password-input": {"autocomplete"},
    "textarea": {"autocomplete", "spellcheck", "rows"},
}
# a placeholder vanishes when somebody types; textarea's cols are the style's to say
DROPPED = {"placeholder", "cols"}


def field_component(field: BoundField) -> tuple[str, Options]:
    """The component that fits the field's widget, and its options (shape: the macro's own)."""
    widget = field.field.widget
    options = said_about(field)
    if isinstance(widget, forms.CheckboxInput):
        return "checkboxes", {**options, "items": [single_checkbox(field)]}
    if isinstance(widget, forms.CheckboxSelectMultiple):  # a RadioSelect to Django, so asked first
        return "checkboxes", {**options, **grouped(field), "items": choices(field)}
    if isinstance(widget, forms.RadioSelect):
        return "radios", {**options, **grouped(field), "items": choices(field)}

    component = text_component(widget)
    options |= {"id": field.auto_id, "label": {"text": field.label}} | attributes(field, component)
    if component == "select":
        options["items"] = [select_item(item) for item in choices(field)]
    elif component == "file-upload":
        options["multiple"] = getattr(widget, "allow_multiple_selected", False)
    elif component != "password-input":  # a password that was typed is never sent back
        options["value"] = widget.format_value(field.value()) or ""
    if component == "input":
        options["type"] = getattr(widget, "input_type", "text")
    return component, options


def text_component(widget: forms.Widget) -> str:
    if isinstance(widget, forms.Select):
        return "select"
    if isinstance(widget, forms.FileInput):
        return "file-upload"
    if isinstance(widget, forms.PasswordInput):
        return "password-input"
    return "textarea" if isinstance(widget, forms.Textarea) else "input"


def said_about(field: BoundField) -> Options:
    """Name, hint and error. A help text may be HTML, but only if it is marked safe."""
    options: Options = {"name": field.html_name}
    if field.help_text:
        options["hint"] = {"html": conditional_escape(field.help_text)}
    if field.errors:
        options["errorMessage"] = {"text": " ".join(faults(field))}
    return options


def faults(field: BoundField) -> list[str]:
    """What is wrong with a field. Django's "This field is required." names no field, and read out in a row of
    such links it says nothing; a form's own words stay."""
    nameless = str(forms.Field.default_error_messages["required"])
    return [f"Missing: {field.label}" if str(error) == nameless else str(error) for error in field.errors]


def grouped(field: BoundField) -> Options:
    """Radios and checkboxes: the label is the group's legend; the first one carries the field's own id."""
    legend = {"text": field.label, "classes": "nhsuk-fieldset__legend--s"}
    return {"idPrefix": field.auto_id, "fieldset": {"legend": legend}}


def choices(field: BoundField) -> list[Options]:
    """A widget's choices; its `hints` (value -> sentence), where it has any, stand under them."""
    widget = field.field.widget
    hints = getattr(widget, "hints", {})
    value = field.value()
    given = value if isinstance(value, (list, tuple)) else [] if value is None else [value]
    items = []
    for _, options, _ in widget.optgroups(field.html_name, [str(one) for one in given]):
        for option in options:
            item = {
                "value": str(option["value"]),
                "text": str(option["label"]),
                "checked": option["selected"],
            }
            hint = hints.get(item["value"])
            items.append({**item, "hint": {"text": hint}} if hint else item)
    return items


def select_item(item: Options) -> Options:
    return {"value": item["value"], "text": item["text"], "selected": item["checked"]}


def single_checkbox(field: BoundField) -> Options:
    return {"id": field.auto_id, "value": "on", "text": field.label, "checked": bool(field.value())}


def attributes(field: BoundField, component: str) -> Options:
    """The widget's attributes: those that the macro names as options, the rest as they are."""
    options: Options = {}
    rest: Options = {}
    for name, value in field.field.widget.attrs.items():
        if name in MACRO_ATTRIBUTES.get(component, ()):
            options[name] = value
        elif name == "class":
            options["classes"] = value
        elif name not in DROPPED:
            rest[name] = value
    if field.field.disabled:
        options["disabled"] = True
    return options | ({"attributes": rest} if rest else {})
