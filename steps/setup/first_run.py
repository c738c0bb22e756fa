"""The answers of the first run, one after the other, and what becomes of them: one organisation, in one transaction.

Nothing is written before the last press. What was answered so far is kept as it was typed, and checked again then.
"""

import datetime as dt
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from django import forms
from django.http import QueryDict

from onboarding import first_run
from onboarding.actors import Actor
from onboarding.audit import change
from onboarding.invitations import invite_staff
from onboarding.models import Organisation
from onboarding.setting_up import change_organisation
from onboarding.words import Role
from steps.pathway import Pathway, parse, shipped
from steps.selectors.pathways import latest_versions, pathway_of
from steps.services.closing import set_closed_days
from steps.services.publishing import may_use
from steps.setup.checklist import needed
from steps.setup.first_forms import (
    FirstDaysForm,
    FirstLeadForm,
    FirstOrganisationForm,
    FirstPathwayForm,
    FirstTeamsForm,
)
from steps.setup.storing import set_up
from steps.setup.wanted import Wanted

PARTS: Final = ("organisation", "days", "pathway", "teams", "lead")
Typed = Mapping[str, list[str]]


@dataclass(slots=True)
class Answers:
    """What was typed, part by part. `kept` is the session's, so that it outlives the request."""

    kept: MutableMapping[str, Typed]

    def keep(self, part: str, data: QueryDict, form: forms.Form) -> None:
        self.kept[part] = {name: data.getlist(name) for name in form.fields if name in data}

    def typed(self, part: str) -> QueryDict | None:
        """None where the part has not been answered yet."""
        if part not in self.kept:
            return None
        data = QueryDict(mutable=True)
        for name, values in self.kept[part].items():
            data.setlist(name, values)
        return data

    def form(self, part: str, data: QueryDict | None = None) -> forms.Form:
        """The form of a part over what is posted now, else over what was answered before, else with what is usual."""
        bound = data if data is not None else self.typed(part)
        match part:
            case "organisation":
                usual = {"kind": "trust", "country": "england", "usual_mail_system": "nhsmail"}
                return FirstOrganisationForm(bound, initial=usual)
            case "days":
                return FirstDaysForm(bound, initial={"opens": "09:00", "closes": "17:00"})
            case "pathway":
                planned = self.planned
                key = planned.pathway_key
                return FirstPathwayForm(bound, choices=pathways_for(planned.ods_code), initial={"pathway": key})
            case "teams":
                return FirstTeamsForm(bound, functions=self.functions)
        return FirstLeadForm(bound)

    def cleaned(self, part: str) -> dict[str, Any]:
        """The answers of a part; empty where it was not answered, or cannot be taken any more."""
        form = self.form(part)
        return dict(form.cleaned_data) if form.is_bound and form.is_valid() else {}

    @property
    def missing(self) -> str:
        """The first part that has no answer that can be taken; "" where all have."""
        for part in PARTS:
            form = self.form(part)
            if not (form.is_bound and form.is_valid()):
                return part
        return ""

    @property
    def planned(self) -> Organisation:
        """The organisation as it would be, on no row yet."""
        said = self.cleaned("organisation")
        chosen = self.kept.get("pathway", {}).get("pathway", [""])[0]
        columns = {name: said[name] for name in ("ods_code", "name", "kind", "country") if name in said}
        return Organisation(**columns, usual_pathway=chosen)

    @property
    def functions(self) -> list[str]:
        planned = self.planned
        pathway = pathway_by_key(planned.pathway_key)
        return needed(planned, pathway) if pathway else []


def pathway_by_key(key: str) -> Pathway | None:
    """As published, or as it will be: an empty database has the shipped ones to come."""
    version = latest_versions().get(key)
    if version:
        return pathway_of(version)
    return shipped_pathways().get(key)


@lru_cache(maxsize=1)
def shipped_pathways() -> Mapping[str, Pathway]:
    """Parsed once: each question looks at them, and parsing one takes 50 ms."""
    return {key: parse(source) for key, source in shipped().items()}


def pathways_for(ods_code: str) -> list[tuple[str, str]]:
    """Key and title of every pathway that an organisation of this code may use."""
    titles = {key: version.title for key, version in latest_versions().items() if may_use(key, [ods_code])}
    for key, pathway in shipped_pathways().items():
        titles.setdefault(key, pathway.title)
    return sorted(titles.items())


@dataclass(slots=True)
class Made:
    """The organisation, and the addresses that an invitation is on its way to."""

    organisation: Organisation
    invited: list[str] = field(default_factory=list)


def set_up_by_link(ref: object, answers: Answers, *, at: dt.datetime) -> Made:
    """Makes the organisation with all that was answered, and invites its onboarding lead and its teams' leads.

    `LinkEnded` where the link has made one already or its time is over: then nothing is written.
    """
    said = {part: answers.cleaned(part) for part in PARTS}
    name = said["organisation"]["name"]
    by = Actor(None, f"Whoever set {name} up")
    with change(by=by, at=at):
        first_run.use(ref, at=at)
        done = set_up(wanted(said, answers.functions), by=by, at=at)
        pk, days = done.organisation.pk, said["days"]
        hours = {"opens": days["opens"], "closes": days["closes"]}
        change_organisation(organisation_id=pk, fields=hours, by=by, at=at)
        set_closed_days(pk, days["closed_days"], by=by, at=at)
        made = Made(done.organisation)
        for role, person, email, leads in people(said, answers.functions):
            one = invite_staff(organisation_id=pk, role=role, name=person, email=email, leads=leads, by=by, at=at)
            made.invited.append(one.email)
    made.invited = list(dict.fromkeys(made.invited))
    return made


def wanted(said: Mapping[str, dict[str, Any]], functions: list[str]) -> Wanted:
    own, teams = said["organisation"], said["teams"]
    boxes = [(f, teams[f"{f}_mailbox"]) for f in functions if teams.get(f"{f}_mailbox")]
    return Wanted(
        ods_code=own["ods_code"],
        name=own["name"],
        kind=own["kind"],
        country=own["country"],
        mail_system=own["usual_mail_system"],
        pathway=said["pathway"]["pathway"],
        teams=boxes,
        paydays=[day.isoformat() for day in said["days"]["paydays"]],
    )


def people(said: Mapping[str, dict[str, Any]], functions: list[str]) -> list[tuple[str, str, str, bool]]:
    """Role, name, address, and whether they lead the team, of everybody who is invited."""
    lead, teams = said["lead"], said["teams"]
    found = [(str(Role.ONBOARDING_LEAD), lead["name"], lead["email"], False)]
    return found + [(f, teams[f"{f}_name"], teams[f"{f}_email"], True) for f in functions if teams.get(f"{f}_email")]
