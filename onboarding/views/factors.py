"""/account/second-factor/: what somebody has beside the password, and until when they need it."""

from typing import Any

from allauth.mfa.base.views import IndexView
from django.utils import timezone

from onboarding.actors import Actor
from onboarding.policies import second_factor_by
from onboarding.wording import day_words
from onboarding.words import Role

SEES_BIRTHS = "Your role sees dates of birth."
LEADS = "Your role decides who gets in."


def asked(actor: Actor) -> dict[str, Any]:
    """Why a second factor is asked of this person and by which day; `by` is empty where none is asked."""
    now = timezone.now()
    by = second_factor_by(actor, now)
    return {
        "why": LEADS if actor.places(Role.ONBOARDING_LEAD) else SEES_BIRTHS,
        "by": day_words(by, today=timezone.localdate(now)) if by else "",
        "overdue": by is not None and by <= now,
    }


class FactorsView(IndexView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        actor: Actor = self.request.actor
        return {**super().get_context_data(**kwargs), "factor": asked(actor)}


index = FactorsView.as_view()
