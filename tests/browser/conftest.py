"""A real browser against a real server. Run as a process of its own: `pytest tests/browser`."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

from onboarding.models import User
from tests.factories import PASSWORD, World, make_world

# Playwright keeps an event loop in the test's thread, in which Django would refuse the ORM
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

CHROMIUM = Path("/usr/bin/chromium")
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if CHROMIUM.exists() or os.environ.get("CI"):
        return
    for item in items:
        item.add_marker(pytest.mark.skip(reason="needs Debian's Chromium at /usr/bin/chromium"))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    quiet = [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ]  # fmt: skip
    return browser_type_launch_args | {"executable_path": str(CHROMIUM), "args": quiet}


@pytest.fixture(scope="session", autouse=True)
def built_assets() -> None:
    """Pages are looked at with their style: build it if it is not there."""
    from django.core.management import call_command

    call_command("assets", verbosity=0)


class Person:
    """Somebody at a browser of their own. Whatever fails on a page of theirs is kept in `wrong`."""

    def __init__(self, context: BrowserContext, base: str) -> None:
        self.page: Page = context.new_page()
        self.base = base
        self.wrong: list[str] = []
        self.expected: set[int] = set()
        self.page.on("console", self.heard)
        self.page.on("pageerror", lambda error: self.wrong.append(f"script: {error}"))
        self.page.on("requestfailed", self.failed)

    def heard(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(f"status of {code}" in message.text for code in self.expected):
            self.wrong.append(f"console on {self.page.url}: {message.text}")

    def failed(self, request: Request) -> None:
        if request.failure and "ERR_ABORTED" not in request.failure:
            self.wrong.append(f"{request.url}: {request.failure}")

    def open(self, path: str) -> None:
        self.page.goto(self.base + path)

    def sign_in(self, email: str, *, until: str = "") -> None:
        """Email and password; `until` is the address that follows, where that is no page of theirs yet."""
        self.open("/account/login/")
        self.page.get_by_label("Email").fill(email)
        self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url(until or (lambda url: "/login/" not in url))

    @property
    def h1(self) -> str:
        return self.page.locator("h1").inner_text().strip()

    @property
    def text(self) -> str:
        return self.page.locator("main").inner_text()

    def finds_the_page_sound(self) -> None:
        """axe finds nothing, links say where they go, and nothing scrolls sideways."""
        results = Axe().run(self.page)
        assert results.violations_count == 0, results.generate_report()
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{self.page.url} scrolls sideways by {wide}px"
        links = self.page.eval_on_selector_all("main a[href]", "all => all.map(a => [a.textContent.trim(), a.href])")
        places: dict[str, set[str]] = {}
        for words, href in links:
            places.setdefault(" ".join(words.split()), set()).add(href)
        assert {w: p for w, p in places.items() if len(p) > 1} == {}, "two links say the same and go elsewhere"


def verify_email(*users: User) -> None:
    """Their address is known to be theirs, so that signing in asks nothing more."""
    EmailAddress.objects.bulk_create([EmailAddress(user=u, email=u.email, verified=True, primary=True) for u in users])


@pytest.fixture
def world(transactional_db: Any) -> World:
    world = make_world()
    verify_email(*world.users.values())
    return world


@pytest.fixture
def person(browser: Browser, live_server: Any) -> Iterator[Any]:
    """`person()` is somebody at a desk, `person(phone=True)` on a phone, `person(script=False)` without JavaScript."""
    made: list[tuple[BrowserContext, Person]] = []

    def make(*, phone: bool = False, script: bool = True) -> Person:
        context = browser.new_context(viewport=PHONE if phone else DESK, java_script_enabled=script)
        one = Person(context, live_server.url)
        made.append((context, one))
        return one

    yield make
    wrong = [problem for _, one in made for problem in one.wrong]
    for context, _ in made:
        context.close()
    assert wrong == []
