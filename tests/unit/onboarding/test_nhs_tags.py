"""The template tags of the NHS design system: option names, escaping, fields and summaries of refused forms."""

import json
import re
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.template import Context, Template, TemplateSyntaxError
from django.utils.safestring import mark_safe

from onboarding.templatetags.nhs import GLYPHS, MACROS, nested
from onboarding.templatetags.nhs_fields import field_component

COMPONENTS = settings.BASE_DIR / "node_modules/nhsuk-frontend/dist/nhsuk/components"
COMMON = {"label", "hint", "errorMessage", "fieldset", "legend"}  # objects whose own options the package lists apart


def rendered(source, **context):
    return Template(source).render(Context(context))


class Everything(forms.Form):
    email = forms.EmailField(label="Email address", help_text="Any <b>address</b> will do")
    password = forms.CharField(widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}))
    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 3, "maxlength": 500, "cols": 40}))
    country = forms.ChoiceField(choices=[("e", "England"), ("w", "Wales")])
    seen = forms.ChoiceField(choices=[("a", "A code"), ("b", "<Nothing>")], widget=forms.RadioSelect)
    some = forms.MultipleChoiceField(choices=[("a", "One"), ("b", "Two")], widget=forms.CheckboxSelectMultiple)
    sure = forms.BooleanField(label="I have done this")
    file = forms.FileField(label="File")
    token = forms.CharField(widget=forms.HiddenInput)


def test_nested_options_take_the_macros_names():
    assert nested({"label__text": "Email", "prevent_double_click": True, "attributes__data_step": "x"}) == {
        "label": {"text": "Email"},
        "preventDoubleClick": True,
        "attributes": {"data-step": "x"},
    }


def test_an_option_that_is_none_is_left_out():
    assert nested({"text": "Send", "href": None}) == {"text": "Send"}


def test_text_is_escaped_and_safe_text_is_not():
    assert "&lt;b&gt;" in rendered('{% nhs "button" text=text %}', text="<b>")
    assert "<b>x</b>" in rendered('{% nhs "inset-text" html=html %}', html=mark_safe("<b>x</b>"))


def test_a_block_escapes_what_it_is_given_once():
    page = rendered('{% nhsblock "inset-text" %}<p>{{ name }}</p>{% endnhsblock %}', name="O'Neill & <Sons>")
    assert "<p>O&#x27;Neill &amp; &lt;Sons&gt;</p>" in page


def test_a_help_text_is_escaped_unless_it_is_marked_safe():
    page = rendered("{% nhs_field form.email %}", form=Everything())
    assert "Any &lt;b&gt;address&lt;/b&gt; will do" in page
    assert 'aria-describedby="id_email-hint"' in page


@pytest.mark.parametrize("name", [name for name in Everything.base_fields if name != "token"])
def test_every_field_has_a_label_and_the_id_that_the_summary_links_to(name):
    tags = f"{{% nhs_errors form %}}{{% nhs_field form.{name} %}}"
    page = rendered(tags, form=Everything({}))
    assert f'href="#id_{name}"' in page
    assert f'id="id_{name}"' in page
    assert f'for="id_{name}"' in page
    assert page.count(f"Missing: {Everything({})[name].label}") == 2


def test_a_hidden_field_is_drawn_as_it_is_and_its_fault_is_no_link():
    page = rendered("{% nhs_errors form %}{% nhs_field form.token %}", form=Everything({}))
    assert '<input type="hidden" name="token"' in page
    assert "#id_token" not in page


def test_a_password_that_was_typed_is_never_sent_back():
    assert "secret-words" not in rendered(
        "{% nhs_field form.password %}", form=Everything({"password": "secret-words"})
    )


def test_what_was_typed_and_chosen_is_kept():
    form = Everything({"email": "a@b", "reason": "<x>", "country": "w", "seen": "b", "some": ["a"], "sure": "on"})
    page = rendered("{% for field in form %}{% nhs_field field %}{% endfor %}", form=form)
    assert 'value="a@b"' in page
    assert "&lt;x&gt;</textarea>" in page
    assert '<option value="w" selected>' in page
    assert len(re.findall(r"<input[^>]* checked", page)) == 3


def test_the_attributes_of_a_widget_reach_the_page():
    page = rendered("{% nhs_field form.reason %}", form=Everything())
    assert 'rows="3"' in page
    assert 'maxlength="500"' in page
    assert "cols=" not in page


def test_an_option_of_the_tag_goes_over_the_fields_own():
    page = rendered('{% nhs_field form.email label__text="Your email" hint="" %}', form=Everything())
    assert "Your email" in page
    assert "Any" not in page


def test_the_summary_lists_faults_in_the_order_of_the_fields_and_the_whole_forms_first():
    form = Everything({})
    form.add_error(None, "That email and password do not match.")
    links = re.findall(r'<a href="#id_(\w+)"', rendered("{% nhs_errors form %}", form=form))
    assert links == ["email", *(name for name in Everything.base_fields if name != "token")]


def test_a_forms_own_words_for_what_is_missing_stay():
    class Own(forms.Form):
        name = forms.CharField(error_messages={"required": "Who is it?"})

    assert "Who is it?" in rendered("{% nhs_errors form %}", form=Own({}))


def test_a_component_of_our_own_escapes_what_it_is_given():
    class Row:
        glyphs = ("done",)
        sentence = "<b>"

    page = rendered('{% component "chain_strip" strip=row %}', row=Row())
    assert "<span>&lt;b&gt;</span>" in page
    assert "#glyph-done" in page


def test_a_form_that_was_not_sent_has_no_summary():
    assert rendered("{% nhs_errors form %}", form=Everything()) == ""
    assert rendered("{% nhs_errors form %}") == ""


def test_a_glyph_is_hidden_from_screen_readers_and_unknown_ones_are_refused():
    assert 'aria-hidden="true"' in rendered('{% glyph "done" %}')
    with pytest.raises(TemplateSyntaxError):
        rendered('{% glyph "dnoe" %}')


def test_every_glyph_is_drawn_in_the_sprite_without_style_attributes():
    sprite = (settings.BASE_DIR / "templates/components/glyphs.html").read_text()
    assert tuple(re.findall(r'<symbol id="glyph-(\w+)"', sprite)) == GLYPHS
    assert "style=" not in sprite


def known_options(component):
    listed = json.loads((COMPONENTS / component / "macro-options.json").read_text())
    return {
        option["name"]: {inner["name"] for inner in option.get("params", [])}
        for option in listed
        if not option.get("deprecated")
    }


def misspelt(component, options):
    """Option names that the component does not have: its macro would ignore them in silence."""
    known = known_options(component)
    wrong = [name for name in options if name not in known]
    for name, value in options.items():
        if name in known and known[name] and name not in COMMON and isinstance(value, dict):
            wrong += [f"{name}.{inner}" for inner in value if inner not in known[name]]
    return wrong


needs_package = pytest.mark.skipif(
    not COMPONENTS.exists(), reason="the NHS design system is not installed: run manage.py assets"
)
TAG = re.compile(r'{%\s*nhs(?:block)?\s+"([\w-]+)"(.*?)%}')


def calls():
    for path in sorted(Path(settings.BASE_DIR / "templates").rglob("*.html")):
        for component, rest in TAG.findall(path.read_text()):
            yield (
                path.name,
                component,
                nested(dict.fromkeys(re.findall(r"(\w+)=", re.sub(r'"[^"]*"', '""', rest)), "")),
            )


@needs_package
def test_every_option_in_a_template_is_one_that_its_component_has():
    found = list(calls())
    assert found
    for template, component, options in found:
        assert component in MACROS, template
        assert misspelt(component, options) == [], (template, component)


@needs_package
@pytest.mark.parametrize("name", [name for name in Everything.base_fields if name != "token"])
def test_every_option_of_a_field_is_one_that_its_component_has(name):
    component, options = field_component(Everything({})[name])
    assert misspelt(component, options) == []


@needs_package
def test_a_misspelt_option_is_noticed():
    assert misspelt("button", {"texxt": "Send"}) == ["texxt"]
