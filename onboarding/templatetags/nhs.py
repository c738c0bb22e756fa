"""The NHS design system in Django templates: its own macros, form fields, error summaries; and the glyphs.

    {% nhs "button" text="Send" %}
    {% nhs "tag" text="Stuck" classes="nhsuk-tag--red" %}
    {% nhsblock "inset-text" %}<p>Nothing is wrong yet.</p>{% endnhsblock %}
    {% nhs_field form.email label__size="m" %}
    {% nhs_errors form %}
    {% glyph "done" %}
    {% component "chain_strip" strip=row.strip %}

Options are the macros' own, in snake case; two underscores go one level down (`label__text=`). A macro
costs up to a millisecond: use these for forms and single components, plain classed HTML inside loops.
"""

import json
from collections.abc import Mapping
from typing import Any, Protocol

from django import template
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.forms import BaseForm, BoundField
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from jinja2 import ChainableUndefined, Environment, FileSystemLoader, PackageLoader
from markupsafe import Markup

from onboarding.context import address
from onboarding.templatetags.nhs_fields import faults, field_component

register = template.Library()

ODD_NAMES = {"tables": "table", "images": "image", "do-dont-list": "list"}  # folder -> macro
GLYPHS = ("done", "limited", "yours", "team", "stuck", "recheck", "waiting", "not_due")
Options = dict[str, Any]


class Macro(Protocol):
    def __call__(self, params: Options) -> Markup: ...


def load_macros() -> dict[str, Macro]:
    """Every component's macro by its folder's name. Compiling takes 0.6 s, so it happens once, at import."""
    environment = Environment(
        loader=PackageLoader("nhsuk_frontend_jinja"),
        undefined=ChainableUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found = {}
    for path in environment.list_templates(extensions=["jinja"]):
        match path.split("/"):
            case ["nhsuk", "components", folder, "macro.jinja"]:
                found[folder] = getattr(environment.get_template(path).module, macro_name(folder))
    return found


def macro_name(folder: str) -> str:
    return ODD_NAMES.get(folder) or camel(folder.replace("-", "_"))


def camel(snake: str) -> str:
    first, *rest = snake.split("_")
    return first + "".join(word.capitalize() for word in rest)


def nested(options: Mapping[str, Any]) -> Options:
    """`label__text="Email"` as `{"label": {"text": "Email"}}`, in the macros' own camel case.

    Names below `attributes` are HTML's and get hyphens. What is None is left out: the macros tell "not given"
    from "given" by presence.
    """
    tree: Options = {}
    for name, value in options.items():
        if value is None:
            continue
        *way, last = name.split("__")
        at = tree
        in_attributes = False
        for part in way:
            at = at.setdefault(part.replace("_", "-") if in_attributes else camel(part), {})
            in_attributes = in_attributes or part == "attributes"
        at[last.replace("_", "-") if in_attributes else camel(last)] = plain(value)
    return tree


def plain(value: Any) -> Any:
    """Django's safe text as Jinja's, which stays safe when a macro trims it; lazy text as text."""
    if isinstance(value, Promise):
        value = str(value)
    if isinstance(value, SafeString):
        return Markup(value)  # noqa: S704 - it is marked safe already
    if isinstance(value, Mapping):
        return {key: plain(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    return value


def merged(below: Options, above: Options) -> Options:
    both = dict(below)
    for key, value in above.items():
        under = both.get(key)
        both[key] = merged(under, value) if isinstance(under, dict) and isinstance(value, dict) else value
    return both


MACROS = load_macros()
OWN = Environment(
    loader=FileSystemLoader(settings.BASE_DIR / "templates" / "components"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=settings.DEBUG,
)
OWN.globals["address"] = address


@register.simple_tag
def component(name: str, **context: Any) -> Markup:
    """One of our own components, `templates/components/{name}.jinja`: compiled, for what repeats on a page.

    In loops it takes a fifth of the time of Django's templates; it sees only what it is given.
    """
    return Markup(OWN.get_template(f"{name}.jinja").render(context))  # noqa: S704 - escaped by Jinja


@register.simple_tag
def nhs(component: str, **options: Any) -> Markup:
    return MACROS[component](nested(options))


@register.simple_block_tag
def nhsblock(content: SafeString, component: str, **options: Any) -> Markup:
    """The content becomes the component's `html`."""
    return MACROS[component]({**nested(options), "html": plain(content)})


@register.simple_tag
def nhs_field(field: BoundField, **options: Any) -> Markup | SafeString:
    """A form's field with label, hint and error. Options of its component go over what the field says."""
    if field.is_hidden:
        return field.as_hidden()
    component, own = field_component(field)
    return MACROS[component](merged(plain(own), nested(options)))


@register.simple_tag
def nhs_errors(*forms: BaseForm) -> Markup | str:
    """The summary above the h1, each error a link to its field. Nothing where nothing was refused."""
    listed: list[Options] = []
    for form in forms:
        if form and form.is_bound:
            listed += errors_of(form)
    if not listed:
        return ""
    return MACROS["error-summary"]({"heading": {"text": "There is a problem"}, "errorList": listed})


def errors_of(form: BaseForm) -> list[Options]:
    """A form's faults in the order of its fields; the whole form's come first, linked to the first field."""
    visible = [field for field in form if not field.is_hidden]
    listed = [
        {"text": str(error), **({"href": f"#{visible[0].auto_id}"} if visible else {})}
        for error in form.non_field_errors()
    ]
    for field in form:
        for fault in faults(field):
            listed.append({"text": fault, **({} if field.is_hidden else {"href": f"#{field.auto_id}"})})
    return listed


@register.simple_tag
def glyph(kind: str, size: str = "") -> SafeString:
    """A state's picture, for the eye only: the word stands beside it. `size="small"` is 24 pixels."""
    if kind not in GLYPHS:
        raise template.TemplateSyntaxError(f"There is no glyph {kind!r}.")
    return format_html(
        '<svg class="app-glyph{}" width="{}" height="{}" aria-hidden="true" focusable="false">'
        '<use href="#glyph-{}"></use></svg>',
        " app-glyph--small" if size == "small" else "",
        *((24, 24) if size == "small" else (32, 32)),
        kind,
    )


@register.simple_block_tag
def capture(content: SafeString) -> SafeString:
    """`{% capture as h1 %}..{% endcapture %}`: one text for the page's title and its heading."""
    return SafeString(content.strip())


@register.filter
def as_json(value: Any) -> str:
    """For a data attribute that a script reads; the template escapes it as any other text."""
    return json.dumps(value, cls=DjangoJSONEncoder)
