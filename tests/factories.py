"""Made-up people and places. `make_world()` has two trusts and a lead employer with somebody in every role."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import factory
from django.utils import timezone

from onboarding.actors import Actor
from onboarding.models import Membership, Newcomer, Organisation, Payday, Placement, Team, User
from onboarding.sign_in import actor_of
from onboarding.words import TEAM_FUNCTIONS, Role
from steps.models import PathwayVersion
from steps.services.arriving import arrive
from steps.services.publishing import publish_shipped

ARRIVED = dt.datetime(2026, 7, 20, 9, 0, tzinfo=dt.UTC)
PASSWORD = "week-one-tests"


class OrganisationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Organisation
        django_get_or_create = ("ods_code",)

    ods_code = "ZN1"
    name = "Northgate"


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@northgate.example")
    name = factory.Sequence(lambda n: f"Person {n}")
    password = factory.django.Password(PASSWORD)


class NewcomerFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Newcomer

    given_name = factory.Sequence(lambda n: f"Amara{n}")
    family_name = "Okafor"
    date_of_birth = dt.date(1994, 7, 3)


class PlacementFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Placement

    newcomer = factory.SubFactory(NewcomerFactory)
    employer = factory.SubFactory(OrganisationFactory)
    host = factory.SelfAttribute("employer")
    start_date = dt.date(2026, 8, 3)
    role = "Clinical fellow"


ROLES = tuple(Role.values)


@dataclass
class World:
    """`orgs` and `users` by name: `world.user("it")`, `world.user("hr", "lead")`, `world.actor("hr", "southmere")`."""

    northgate: Organisation
    southmere: Organisation
    lead: Organisation
    users: dict[tuple[str, str], User] = field(default_factory=dict)

    def org(self, name: str) -> Organisation:
        return getattr(self, name)

    def user(self, role: str, org: str = "northgate") -> User:
        return self.users[role, org]

    def actor(self, role: str, org: str = "northgate") -> Actor:
        return actor_of(self.user(role, org))

    def newcomer(self, *, account: bool = False, arrived_at: dt.datetime = ARRIVED, **fields: Any) -> Placement:
        """A placement that has arrived: at Northgate and managed by its manager, unless `fields` say otherwise.

        Fields of the newcomer go in as `newcomer__family_name` and so on. `account=True` gives a sign-in.
        """
        fields.setdefault("employer", self.northgate)
        fields.setdefault("host", fields["employer"])
        if fields["employer"] != fields["host"]:
            fields.setdefault("employment", "lead_employer")
        fields.setdefault("manager", self.users.get(("manager", "northgate")))
        pathway = fields.pop("pathway", None)
        placement = PlacementFactory(**fields)
        if account:
            person = placement.newcomer
            person.user = UserFactory(name=person.name)
            person.save(update_fields=["user"])
        arrive(placement, pathway_key=pathway, at=arrived_at)
        return Placement.objects.select_related("newcomer__user", "employer", "host").get(pk=placement.pk)

    def newcomer_actor(self, placement: Placement) -> Actor:
        return actor_of(placement.newcomer.user)


def make_world() -> World:
    if not PathwayVersion.objects.exists():
        publish_shipped(at=timezone.now())
    world = World(
        northgate=OrganisationFactory(ods_code="ZN1", name="Northgate"),
        southmere=OrganisationFactory(ods_code="ZS1", name="Southmere"),
        lead=OrganisationFactory(ods_code="ZL1", name="Harbour Lead Employer", kind="lead_employer"),
    )
    for name in ("northgate", "southmere", "lead"):
        org = world.org(name)
        Payday.objects.bulk_create([Payday(organisation=org, on=dt.date(2026, m, 27)) for m in (7, 8, 9, 10)])
        for role in ROLES:
            user = UserFactory(email=f"{role}@{name}.example", name=f"{Role(role).label} at {org.name}")
            Membership.objects.create(user=user, organisation=org, role=role)
            world.users[role, name] = user
        Team.objects.bulk_create(
            [Team(organisation=org, function=f, mailbox=f"{f}@{name}.example") for f in TEAM_FUNCTIONS]
        )
    return world
