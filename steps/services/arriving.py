"""A placement gets its chain: a pathway version, the end of its first week, and a row for every step."""

import datetime as dt

from django.db import transaction

from onboarding.actors import system
from onboarding.models import Placement
from onboarding.policies import Refused
from onboarding.working_days import fifth_working_day
from steps.models import Chain
from steps.selectors.pathways import latest_version, pathway_for
from steps.services.carrying import carry_over
from steps.services.placements import first_payday
from steps.services.settling import settle


def pathway_key_for(placement: Placement) -> str:
    """The host's rule; a country's own pathway is called by the country."""
    return placement.host.pathway_key


def arrive(placement: Placement, *, pathway_key: str | None = None, at: dt.datetime) -> Chain:
    """Puts one stored placement on its pathway's newest version. Rosters do the same for many: `arrival`."""
    key = pathway_key or pathway_key_for(placement)
    version = latest_version(key)
    if version is None:
        raise Refused(f"There is no pathway “{key}”.")
    with transaction.atomic():
        if placement.payday is None:
            placement.payday = first_payday(placement.employer_id, placement.start_date)
            placement.save(update_fields=["payday"])
        chain = Chain.objects.create(
            placement=placement,
            pathway=version,
            arrived_at=at,
            week_one_by=fifth_working_day(placement.start_date, placement.host.calendar),
        )
        settle(placement, chain, pathway_for(placement), {}, [])
        if Placement.objects.filter(newcomer=placement.newcomer_id).exclude(pk=placement.pk).exists():
            carry_over([placement.ref], by=system("Week One"), at=at)
    return chain
