"""What every answer carries, whoever asks and whatever comes of it."""

from typing import Any

import pytest
from django.test import Client

from tests.web.staff import as_user, text_of

PAGES = ["/account/login/", "/privacy/", "/newcomers/", "/queue/", "/no/such/page/", "/audit/", "/static/none.css"]


@pytest.fixture
def hr(client: Client, world: Any) -> Client:
    return as_user(client, world.user("hr"))


@pytest.mark.parametrize("address", PAGES)
def test_every_answer_is_sniffed_framed_and_referred_to_by_nobody(hr: Client, address: str) -> None:
    answer = hr.get(address)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    assert "base-uri 'none'" in answer["Content-Security-Policy"]
    assert "camera=()" in answer["Permissions-Policy"]
    assert not [name for name in answer.headers if name.lower().startswith("access-control-")]


@pytest.mark.parametrize("address", [page for page in PAGES if page != "/static/none.css"])
def test_a_page_says_its_type_and_character_set(hr: Client, address: str) -> None:
    assert hr.get(address)["Content-Type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize("address", ["/newcomers/", "/queue/", "/account/", "/audit/"])
def test_no_page_of_somebody_signed_in_is_kept_by_a_cache(hr: Client, address: str) -> None:
    assert hr.get(address)["Cache-Control"] == "no-store, private"


@pytest.mark.parametrize("method", ["trace", "put", "patch", "delete"])
def test_methods_that_nobody_needs_are_refused(hr: Client, method: str) -> None:
    assert getattr(hr, method)("/newcomers/").status_code == 405


@pytest.mark.parametrize("address", ["/static/", "/media/", "/templates/", "/.git/config", "/manage.py", "/.env"])
def test_no_folder_is_listed_and_no_file_of_ours_is_served(hr: Client, address: str) -> None:
    assert hr.get(address).status_code == 404


def test_sign_out_is_on_every_page_of_somebody_signed_in(hr: Client) -> None:
    for address in ("/newcomers/", "/queue/", "/account/", "/help/", "/no/such/page/"):
        assert 'action="/account/logout/"' in hr.get(address).content.decode()


def test_a_fault_says_nothing_of_the_inside(hr: Client, monkeypatch: Any) -> None:
    def breaks(*args: object, **kwargs: object) -> None:
        raise RuntimeError("secret of the inside")

    monkeypatch.setattr("steps.views.newcomers.lists.choices_for", breaks)
    hr.raise_request_exception = False
    answer = hr.get("/newcomers/")
    assert answer.status_code == 500
    text = text_of(answer)
    assert "Something broke" in text
    assert not [word for word in ("secret", "RuntimeError", "Traceback", "newcomers.py") if word in text]
