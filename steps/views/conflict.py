"""The answer to a stale form, for the newcomer's pages and the staff's alike."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from steps.services.recording import Stale
from steps.words import changed_words


def conflict(request: HttpRequest, stale: Stale, *, back: str, typed: Sequence[tuple[str, str]] = ()) -> HttpResponse:
    """409: who changed the step and when, and what the person had typed as (label, text), to copy or send again."""
    context = {"changed_words": changed_words(stale.last, today=timezone.localdate()), "typed": typed, "back": back}
    return render(request, "steps/conflict.html", context, status=409)
