"""Lists as systems write them, and what becomes of them."""

from django.utils import timezone

from steps.models import Fact, PlacementStep
from steps.reconciling.sorting import KINDS
from steps.reconciling.systems import SYSTEMS
from steps.services.reconciling import make_plan
from steps.services.taking import take

STAFF = "Employee Number,Last Name,First Name,Date of Birth,Professional Registration Number,Assignment Status"
MAIL = "Display name,First name,Last name,Email,Employee number,Status,Last login"
OWNERS = {key: one.function for key, one in SYSTEMS.items()}


def listed(heading, *rows):
    return "\n".join([heading, *rows]).encode()


def planned(world, system, content, *, role=None, org="northgate", **options):
    by = world.actor(role or OWNERS[system], org)
    return make_plan(content, system=SYSTEMS[system], organisation=world.org(org), by=by, **options)


def taken(world, system, content, *kinds, role=None, org="northgate"):
    """A list that was brought in and confirmed, kind by kind (all of them if none is named)."""
    by = world.actor(role or OWNERS[system], org)
    plan = planned(world, system, content, role=role, org=org)
    assert plan.extract.faults == []
    at = timezone.now()
    return {kind: take(plan, kind, organisation=world.org(org), by=by, at=at) for kind in kinds or KINDS}


def kinds(plan):
    """Kind -> the names in it, those that are empty left out."""
    found = {kind: [item.person.name for item in items] for kind, items in plan.sorted.kinds.items() if items}
    return found | ({"absent": [i.person.name for i in plan.sorted.absent]} if plan.sorted.absent else {})


def step(placement, key):
    return PlacementStep.objects.get(placement=placement, key=key)


def facts(placement, key):
    return list(Fact.objects.filter(placement=placement, step=key).order_by("pk").values_list("kind", flat=True))
