"""Who acts. Read from the memberships once a request, passed into every service as `by=`."""

import datetime as dt
from dataclasses import dataclass, field

from onboarding.words import TEAM_ROLES, Function, Role


@dataclass(frozen=True, slots=True)
class Place:
    """An organisation, as far as a page's frame and the field rules need it."""

    id: int
    name: str
    ods_code: str
    it_sees_date_of_birth: bool = False
    second_factor_days: int = 14


@dataclass(frozen=True, slots=True)
class Grant:
    """One role in one organisation. `until` is set while it is cover for another team (ISO date)."""

    role: str
    place: Place
    until: str = ""


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody signed in, or the product itself (`user_id` None).

    `newcomer_id` is set for a newcomer who has an account, `starts_at` is their host's name; `grants` are the
    roles, read afresh each request. `has_factor`: they have an app or a passkey beside the password;
    `factor_asked_at`: since when one is asked of them (`policies.second_factor_by`).
    """

    user_id: int | None
    name: str
    grants: tuple[Grant, ...] = ()
    newcomer_id: int | None = None
    starts_at: str = ""
    has_factor: bool = False
    factor_asked_at: dt.datetime | None = None
    _pairs: frozenset[tuple[str, int]] = field(init=False, repr=False, compare=False, default=frozenset())

    def __post_init__(self) -> None:
        object.__setattr__(self, "_pairs", frozenset((g.role, g.place.id) for g in self.grants))

    @property
    def roles(self) -> frozenset[str]:
        own = {g.role for g in self.grants}
        return frozenset(own | {"newcomer"} if self.newcomer_id else own)

    @property
    def organisation(self) -> Place | None:
        """Where this person works: their own grants come before those that cover for others."""
        for grant in sorted(self.grants, key=lambda g: bool(g.until)):
            return grant.place
        return None

    @property
    def team_label(self) -> str:
        names = [str(Role(g.role).label) for g in self.grants if not g.until]
        return ", ".join(dict.fromkeys(names))

    @property
    def teams(self) -> tuple[Grant, ...]:
        """The grants that have a queue."""
        return tuple(g for g in self.grants if g.role in TEAM_ROLES or g.role == Function.MANAGER)

    def has(self, role: str, organisation_id: int | None) -> bool:
        return (role, organisation_id) in self._pairs

    def places(self, *roles: str) -> list[int]:
        """Ids of the organisations in which this person has one of these roles."""
        return [g.place.id for g in self.grants if g.role in roles]


def system(name: str) -> Actor:
    """The product acting by itself, under a name that the audit shows: `system("demo")`."""
    return Actor(user_id=None, name=name)
