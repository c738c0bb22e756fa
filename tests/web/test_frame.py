"""What every page has: the policy, title, navigation by role, banner; and the pages that are the same for everyone."""

import base64
import hashlib
import re
from importlib import resources
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.messages import success
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.management import call_command
from django.http import HttpResponse
from django.template import engines
from django.test import RequestFactory, override_settings
from django.urls import include, path

from onboarding import context
from onboarding.actors import Actor, Grant, Place
from onboarding.context import frame_of
from onboarding.management.commands.assets import is_built
from onboarding.outbox.sending import drain
from tests.factories import PASSWORD

PUBLIC = ["/account/login/", "/account/password/reset/", "/account/password/reset/done/", "/account/inactive/"]
PUBLIC += ["/account/signup/", "/help/", "/accessibility/", "/privacy/", "/signed-out/"]
NORTHGATE = Place(1, "Northgate", "ZN1")


def nothing(request, **kwargs):
    return HttpResponse("")


NAMES = (
    "me",
    "queue",
    "newcomers",
    "readiness",
    "import_roster",
    "audit",
    "escalations",
    "reconcile",
    "pathways",
    "setup",
)
urlpatterns = [path(f"{name}/", nothing, name=name) for name in NAMES] + [path("", include("onboarding.urls"))]


def title(page):
    return re.search(r"<title>(.*?)</title>", page, re.DOTALL)[1]


def asked_by(actor, address="/queue/"):
    request = RequestFactory().get(address)
    request.actor = actor
    request._messages = CookieStorage(request)
    return request


def staff(*roles):
    return Actor(1, "Priya Nair", tuple(Grant(role, NORTHGATE) for role in roles))


def page_of(request, source="", **context):
    template = engines["django"].from_string(
        f'{{% extends "base.html" %}}{{% block h1 %}}To do{{% endblock %}}{source}'
    )
    return template.render(context, request)


POLICY = """
default-src 'none'
script-src 'self' 'sha256-tDOvXJi1PXbg0CWjLCCYSNHRXtps26K4JXkE3M6u/c0='
style-src 'self'
img-src 'self'
font-src 'self'
connect-src 'self'
manifest-src 'self'
form-action 'self'
base-uri 'none'
frame-ancestors 'none'
"""


@pytest.mark.django_db
def test_the_content_security_policy_is_exactly_this(client):
    header = client.get("/help/").headers["Content-Security-Policy"]
    assert sorted(part.strip() for part in header.split(";")) == sorted(POLICY.strip().splitlines())


def inline_script(source):
    (script,) = re.findall(r"<script[^>]*>(document\.body[^<]*)</script>", source)
    return script


def test_the_hash_in_the_policy_is_that_of_the_one_inline_script():
    package = resources.files("nhsuk_frontend_jinja").joinpath("templates/nhsuk/template.jinja").read_text()
    ours = (settings.BASE_DIR / "templates/base.html").read_text()
    for script in (inline_script(package), inline_script(ours)):
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" == settings.NHSUK_BODY_SCRIPT


def test_no_template_has_a_style_attribute_or_another_inline_script():
    for file in (settings.BASE_DIR / "templates").rglob("*.*"):
        if file.suffix not in {".html", ".jinja"} or file.parent.name == "rights":  # a file to keep, and no page
            continue
        source = file.read_text()
        assert not re.search(r"\bstyle=|\son\w+=|javascript:|<style", source), file.name
        scripts = re.findall(r"<script([^>]*)>", source)
        assert all("src=" in script for script in scripts) or file.name == "base.html", file.name


@pytest.mark.django_db
@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_page_has_one_heading_that_is_also_its_title(client, address):
    response = client.get(address)
    assert response.status_code == 200
    page = response.content.decode()
    headings = re.findall(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL)
    assert len(headings) == 1
    assert title(page) == f"{headings[0].strip()} - Week One"


@pytest.mark.django_db
def test_nothing_on_a_page_comes_from_elsewhere(client):
    for address in PUBLIC:
        assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', client.get(address).content.decode())


@pytest.mark.django_db
def test_sign_in_refuses_in_words_and_says_so_in_the_title(client):
    page = client.post("/account/login/", {"login": "nobody@northgate.example", "password": "wrong"}).content.decode()
    assert title(page) == "Error: Sign in - Week One"
    assert "That email and password do not match." in page
    assert 'href="#id_login"' in page


@pytest.mark.django_db
def test_the_sixth_try_at_one_account_is_told_to_wait_even_with_the_right_password(client, world):
    email = world.user("it").email
    for _ in range(5):
        client.post("/account/login/", {"login": email, "password": "wrong"})
    response = client.post("/account/login/", {"login": email, "password": PASSWORD})
    assert "Too many tries. Wait 5 minutes" in response.content.decode()
    other = client.post("/account/login/", {"login": world.user("hr").email, "password": PASSWORD})
    assert other.status_code == 302


@pytest.mark.django_db
def test_sign_in_offers_a_way_out_and_no_sign_up(client):
    page = client.get("/account/login/").content.decode()
    assert "I cannot get in" in page
    assert "signup" not in page


@pytest.mark.django_db
def test_an_account_is_never_made_from_outside(client):
    response = client.post("/account/signup/", {"email": "x@example.com", "password1": "long-enough-words"})
    assert "Your trust makes your account" in response.content.decode()


@pytest.mark.django_db
def test_a_reset_link_is_mailed_in_our_words_and_its_absence_looks_the_same(client, world, mailoutbox):
    known = client.post("/account/password/reset/", {"email": world.user("it").email}, follow=True)
    unknown = client.post("/account/password/reset/", {"email": "nobody@northgate.example"}, follow=True)
    assert known.content == unknown.content
    drain()
    (mail,) = mailoutbox
    assert mail.subject == "A new password for Week One"
    assert "/account/password/reset/key/" in mail.body
    link = re.search(r"http\S+", mail.body)[0]
    assert link.startswith(settings.SITE_URL)  # whatever name the request came to
    page = client.get(urlsplit(link).path, follow=True).content.decode()
    assert title(page) == "Choose a new password - Week One"


@pytest.mark.django_db
def test_an_old_reset_link_says_that_it_has_run_out(client):
    page = client.get("/account/password/reset/key/1-abc-def/").content.decode()
    assert title(page) == "This link has run out - Week One"


@pytest.mark.django_db
def test_the_account_page_names_person_and_teams_and_signs_out(client, world):
    client.force_login(world.user("it"))
    page = client.get("/account/").content.decode()
    assert "IT at Northgate" in page
    response = client.post("/account/logout/", follow=True)
    assert "close every window" in response.content.decode()
    assert client.get("/account/").status_code == 302


@pytest.mark.django_db
def test_signing_out_needs_a_press(client, world):
    client.force_login(world.user("it"))
    assert "Sign out of Week One?" in client.get("/account/logout/").content.decode()
    assert client.get("/account/").status_code == 200


@pytest.mark.django_db
def test_a_page_that_is_not_there_says_what_may_be_the_matter(client):
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert title(response.content.decode()) == "We cannot find that, or it is not yours - Week One"


def test_the_page_for_a_fault_needs_no_request_and_no_context():
    page = engines["django"].get_template("500.html").render()
    assert "Look whether it was saved before you press again." in page
    assert "Sign out" not in page


@pytest.mark.django_db
def test_the_probes_answer_without_signing_in(client):
    assert client.get("/health/live").content == b"live\n"
    assert client.get("/health/ready").content == b"ready\n"


EXPECTED = {
    (): [],
    ("it",): ["Queue", "Newcomers", "Messages", "Reconcile"],
    ("payroll",): ["Queue", "Newcomers", "Messages"],
    ("hr",): ["Queue", "Newcomers", "Messages", "Import", "Reconcile"],
    ("manager",): ["Readiness", "Newcomers"],
    ("executive",): ["Readiness"],
    ("onboarding_lead",): [
        "Queue", "Readiness", "Newcomers", "Messages", "Import", "Reconcile", "Pathways", "Setup",
        "Mail", "Audit",
    ],
}  # fmt: skip


@override_settings(ROOT_URLCONF=__name__)
@pytest.mark.parametrize(("roles", "words"), EXPECTED.items())
def test_the_navigation_is_the_roles_own(roles, words):
    assert [item.text for item in frame_of(asked_by(staff(*roles))).navigation] == words


@override_settings(ROOT_URLCONF=__name__)
def test_a_newcomer_has_a_week_and_messages():
    newcomer = Actor(2, "Amara Okafor", newcomer_id=7)
    frame = frame_of(asked_by(newcomer, "/me/"))
    assert [(item.text, item.current) for item in frame.navigation] == [("My week", True), ("Messages", False)]
    assert frame.who == "Amara Okafor"


@override_settings(ROOT_URLCONF=__name__)
def test_the_frame_names_the_trust_the_person_and_the_team():
    page = page_of(asked_by(staff("it")))
    assert '<span class="nhsuk-header__organisation-name">Northgate</span>' in page
    assert "Priya Nair, IT" in page
    assert page.index("Account</a>") < page.index("Sign out</button>")
    assert page.count('aria-current="true"') == 1


def test_an_address_that_an_installation_does_not_have_is_left_out_of_the_navigation(monkeypatch):
    monkeypatch.setattr(context, "NAVIGATION", (("Tea", "tea", context.TEAMS), *context.NAVIGATION))
    shown = [item.text for item in frame_of(asked_by(staff("it"))).navigation]
    assert "Queue" in shown
    assert "Tea" not in shown


def test_the_frame_asks_the_database_nothing():
    page_of(asked_by(staff("it")))  # no django_db mark: a query would fail


def test_a_press_that_worked_says_so_above_the_heading_and_can_be_undone():
    request = asked_by(staff("it"))
    success(request, "Work email is with <Amara> to confirm.", extra_tags="undo /me/steps/work_email/undo/")
    page = page_of(request)
    assert "Work email is with &lt;Amara&gt; to confirm." in page
    assert 'action="/me/steps/work_email/undo/"' in page
    assert page.index("banner-title") < page.index("<h1")


def test_a_refusal_stands_alone_and_keeps_the_message_for_the_next_page():
    request = asked_by(staff("it"))
    success(request, "Saved.")
    page = page_of(request, refused=True)
    assert title(page) == "Error: To do - Week One"
    assert "Saved." not in page
    assert "Saved." in page_of(request)


def test_what_is_in_a_heading_is_escaped_once_and_plain_in_the_title():
    heading = '{{ name }}<span class="nhsuk-u-visually-hidden"> x</span>'
    source = f'{{% extends "base.html" %}}{{% block h1 %}}{heading}{{% endblock %}}'
    page = engines["django"].from_string(source).render({"name": "O'Neill & <Sons>"}, asked_by(staff("it")))
    assert "<h1" in page
    assert "O&#x27;Neill &amp; &lt;Sons&gt;<span" in page
    assert title(page) == "O&#x27;Neill &amp; &lt;Sons&gt; x - Week One"


@pytest.mark.slow
@pytest.mark.django_db
def test_pages_and_their_files_work_under_the_manifest_storage(client, tmp_path):
    """Slow: collectstatic hashes and compresses every file."""
    if not is_built(settings.BASE_DIR):
        pytest.skip("the style is not built: run manage.py assets")
    storage = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    with override_settings(STORAGES={**settings.STORAGES, "staticfiles": storage}, STATIC_ROOT=tmp_path):
        call_command("collectstatic", interactive=False, verbosity=0)
        page = client.get("/help/").content.decode()
    linked = re.findall(r'(?:href|src)="/static/([^"]+)"', page)
    assert len(linked) == 4
    for name in linked:
        assert re.search(r"\.[0-9a-f]{12}\.\w+$", name), name
        assert (tmp_path / name).exists()
    style = next(name for name in linked if name.endswith(".css"))
    for icon in re.findall(r'url\("?([^")]+)"?\)', (tmp_path / style).read_text()):
        if not icon.startswith("data:"):
            assert (tmp_path / style).parent.joinpath(icon).exists(), icon
    script = next(name for name in linked if name.endswith(".js"))
    (imported,) = re.findall(r'from "(\./[^"]+)"', (tmp_path / script).read_text())
    assert (tmp_path / imported).exists()
