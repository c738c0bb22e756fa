"""What every page's frame shows. It is read from `request.actor` alone and asks the database nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, get_urlconf, reverse
from django.utils.functional import SimpleLazyObject

from onboarding.actors import Actor
from onboarding.words import TEAM_ROLES, Role

TEAMS = frozenset(str(role) for role in TEAM_ROLES)
HR, LEAD = str(Role.HR), str(Role.ONBOARDING_LEAD)
MANAGER, EXECUTIVE = str(Role.MANAGER), str(Role.EXECUTIVE)
NEWCOMER = "newcomer"

# words, url name, who sees it; an address that this installation does not have is left out
NAVIGATION = (
    ("My week", "me", frozenset({NEWCOMER})),
    ("Queue", "queue", TEAMS | {LEAD}),
    ("Readiness", "readiness", frozenset({MANAGER, EXECUTIVE, LEAD})),
    ("Newcomers", "newcomers", TEAMS | {MANAGER, LEAD}),
    ("Messages", "escalations", TEAMS | {NEWCOMER, LEAD}),
    ("Import", "import_roster", frozenset({HR, LEAD})),
    ("Reconcile", "reconcile", TEAMS - {str(Role.PAYROLL)} | {LEAD}),
    ("Pathways", "pathways", frozenset({LEAD})),
    ("Setup", "setup", frozenset({LEAD})),
    ("Mail", "outbox", frozenset({LEAD})),
    ("Audit", "audit", frozenset({LEAD})),
)


@dataclass(frozen=True, slots=True)
class NavigationItem:
    text: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class Frame:
    signed_in: bool = False
    organisation: str = ""
    who: str = ""
    navigation: tuple[NavigationItem, ...] = ()


def frame(request: HttpRequest) -> dict[str, object]:
    """Context processor: `frame`, made only if the template asks for it; and the name of the trust's own sign-in."""
    return {"frame": SimpleLazyObject(lambda: frame_of(request)), "trust_sign_in": settings.OIDC_BUTTON}


def frame_of(request: HttpRequest) -> Frame:
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        return Frame()
    organisation = actor.organisation
    return Frame(
        signed_in=True,
        organisation=organisation.name if organisation else actor.starts_at,
        who=f"{actor.name}, {actor.team_label}" if actor.team_label else actor.name,
        navigation=tuple(navigation(frozenset(map(str, actor.roles)), request.path)),
    )


def navigation(roles: frozenset[str], path: str) -> Iterator[NavigationItem]:
    """The addresses these roles have. The one with the longest fitting address is the current one."""
    shown = [(text, href) for text, name, seen_by in NAVIGATION if roles & seen_by and (href := address(name))]
    current = max((href for _, href in shown if path.startswith(href)), key=len, default=None)
    for text, href in shown:
        yield NavigationItem(text, href, href == current)


def address(name: str) -> str:
    """A url's address, or nothing where this installation does not have it."""
    return _address(name, get_urlconf() or settings.ROOT_URLCONF)


@lru_cache(maxsize=256)
def _address(name: str, urlconf: str) -> str:
    try:
        return reverse(name, urlconf=urlconf)
    except NoReverseMatch:
        return ""
