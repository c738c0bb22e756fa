"""Asking the other record's employer to decide about a pair, by their list and by a mail that names nobody."""

import datetime as dt
import uuid

from django.conf import settings
from django.urls import reverse

from onboarding.actors import Actor
from onboarding.audit import change
from onboarding.models import OutboxMail, Team
from onboarding.outbox.posting import post
from onboarding.words import Function
from steps import policies
from steps.models import Pair
from steps.models.joining import PairState
from steps.selectors.pairs import Side, deciding_places
from steps.services.joining import held, note
from steps.services.recording import require

ASKED = "pair_asked"


def ask(ref: uuid.UUID, *, by: Actor, at: dt.datetime) -> Pair:
    """Asks the other record's employer to decide, and agrees to a joining of the own record."""
    with change(by=by, at=at) as made:
        view, _ = held(ref, by)
        if view.pair.asked_by_id is not None and view.pair.state == PairState.OPEN:
            return view.pair
        require(policies.can_ask(by, view))
        mine = next(side for side in view.sides if side.mine)
        employers = [p.employer_id for p in mine.shown if p.employer_id in deciding_places(by)]
        view.pair.asked_by_id, view.pair.asked_at = employers[0], at
        view.pair.save(update_fields=["asked_by", "asked_at"])
        theirs = next(side for side in view.sides if not side.mine)
        note(made, view, "newcomers.asked_about", kept=mine, gone=theirs)
        mail_employers(view.pair, theirs, at=at)
        return view.pair


def mail_employers(pair: Pair, theirs: Side, *, at: dt.datetime) -> None:
    """To the HR team of each employer that is asked; without a mailbox the pair stands on their list all the same."""
    pair.refresh_from_db(fields=["asked_by"])
    teams = Team.objects.filter(organisation__in={p.employer_id for p in theirs.shown}, function=Function.HR)
    for team in teams.exclude(mailbox=""):
        context = {
            "asker": pair.asked_by.name if pair.asked_by else "",
            "link": settings.SITE_URL.rstrip("/") + reverse("pair", args=[pair.ref]),
        }
        post(
            kind=ASKED, to=team.mailbox, template=ASKED, context=context, at=at, organisation_id=team.organisation_id,
            subject_ref=f"pair:{pair.ref}:{team.pk}", unique_key=f"{ASKED}:{pair.ref}:{team.pk}",
        )  # fmt: skip


def recipient_now(mail: OutboxMail) -> str:
    """The asked team's mailbox as it is now, as long as nothing is decided."""
    _, ref, team_pk = mail.subject_ref.split(":")
    if not Pair.objects.filter(ref=ref, state=PairState.OPEN).exists():
        return ""
    return Team.objects.filter(pk=team_pk).values_list("mailbox", flat=True).first() or ""
