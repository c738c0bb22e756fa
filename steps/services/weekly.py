"""One mail a week to each manager, on Thursday morning: how their starters of this week and the next stand, who is not
ready, whose move it is, and a link. A Thursday that is a bank holiday where they work moves it to the day before.

Who reads it is asked by the page's own door when it is written, and once more just before it goes. Names go to the
trust's own mail domains alone; any other address gets the sentence and the link.
"""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from onboarding import jobs
from onboarding.actors import Actor
from onboarding.models import Job, MailChoices, Membership, OutboxMail, User
from onboarding.outbox.posting import is_address, post
from onboarding.outbox.trust import is_trusted
from onboarding.sign_in import actor_of
from onboarding.wording import UK, count_words
from onboarding.words import Role
from onboarding.working_days import Country, is_working_day
from steps.readiness import WEEK, Report, Standing, monday_of, report_of
from steps.readiness_telling import call_words, likely_words, move_words
from steps.readiness_words import headline, sentence
from steps.selectors.pathways import short_titles
from steps.selectors.reports import report_starters

KIND = "weekly"
THURSDAY, MORNING, EVENING = 3, 8, 17
DAY = dt.timedelta(days=1)
MOST = 40  # names in one mail; the page has the rest
_planned: dt.date | None = None


def plan(now: dt.datetime) -> None:
    """Adds the day's job, from Monday to Thursday in working hours. No query once it is added."""
    global _planned
    here = now.astimezone(UK)
    if here.weekday() <= THURSDAY and MORNING <= here.hour < EVENING and _planned != here.date():
        jobs.enqueue(KIND, {}, at=now, key=f"{KIND}:{here.date()}")
        _planned = here.date()


def sending_day(day: dt.date, country: Country) -> dt.date:
    """When the mail of that day's week goes: the last working day up to Thursday.

    >>> sending_day(dt.date(2026, 8, 3), "england"), sending_day(dt.date(2026, 12, 31), "scotland")
    (datetime.date(2026, 8, 6), datetime.date(2026, 12, 31))
    >>> sending_day(dt.date(2026, 12, 21), "england")
    datetime.date(2026, 12, 24)
    """
    goes = monday_of(day) + DAY * THURSDAY
    while not is_working_day(goes, country) and goes > monday_of(day):
        goes -= DAY
    return goes


def work(job: Job, now: dt.datetime) -> None:
    """A mail to each manager whose day it is, each once a week however often this runs."""
    today = now.astimezone(UK).date()
    rows = Membership.objects.filter(role=Role.MANAGER, user__is_active=True).order_by("user")
    countries = dict(rows.values_list("user", "organisation__country"))
    due = [pk for pk, country in countries.items() if sending_day(today, country) == today]
    unwanted = set(MailChoices.objects.filter(user__in=due, weekly=False).values_list("user", flat=True))
    for number, pk in enumerate(due):
        if pk not in unwanted:
            send_one(pk, today, now)
        if number % 50 == 49 and not jobs.renew(job, now):
            return


def as_manager(user: User) -> Actor:
    """The person as their people's manager, whatever else they are: the mail is about those alone."""
    actor = actor_of(user)
    return Actor(actor.user_id, actor.name, tuple(g for g in actor.grants if g.role == Role.MANAGER))


def send_one(user_id: int, today: dt.date, now: dt.datetime) -> None:
    user = User.objects.get(pk=user_id)
    key = f"{KIND}:{user_id}:{monday_of(today)}"
    if not is_address(user.email) or OutboxMail.objects.filter(unique_key=key).exists():
        return
    weeks = []
    for monday in (monday_of(today), monday_of(today) + WEEK):
        starters = report_starters(as_manager(user), monday, monday + WEEK - DAY)
        if (report := report_of(starters, today)).standings:
            weeks.append((monday, report))
    if not weeks:
        return
    named = is_trusted(user.email, settings.ALLOWED_MAIL_DOMAINS)
    context = {
        "name": user.name,
        "ready": sum(report.ready for _, report in weeks),
        "starters": sum(report.starters for _, report in weeks),
        "weeks": [week_lines(monday, report, today, named=named) for monday, report in weeks],
        "named": named,
        "choices": settings.SITE_URL.rstrip("/") + reverse("account_mails"),
    }
    with transaction.atomic():  # secret: it names people, so it goes once it is sent
        post(kind=KIND, to=user.email, template=KIND, context=context, at=now, unique_key=key,
             subject_ref=f"user:{user_id}", secret=True)  # fmt: skip


def week_lines(monday: dt.date, report: Report, today: dt.date, *, named: bool) -> dict[str, Any]:
    """One start week: the sentence, a line for each who is not ready, where to read on."""
    waiting = [s for s in report.standings if not s.ready]
    shown = waiting[:MOST] if named else []
    shorts = short_titles(s.starter.pathway for s in shown)
    more = len(waiting) - len(shown)
    return {
        "heading": headline(report, monday, monday + WEEK - DAY, today),
        "sentence": sentence(report, today),
        "people": [person(s, shorts[s.starter.pathway], today) for s in shown],
        "calls": call_words(report, by_key(report), today),
        "more": f"{count_words(more, 'more is', 'more are')} not ready." if named and more else "",
        "link": f"{settings.SITE_URL.rstrip('/')}{reverse('readiness')}?week={monday}",
    }


def by_key(report: Report) -> dict[str, str]:
    """Step key -> short title, of all pathways in the report."""
    titles = short_titles(s.starter.pathway for s in report.standings)
    return {key: short for shorts in titles.values() for key, short in shorts.items()}


def person(standing: Standing, shorts: dict[str, str], today: dt.date) -> dict[str, Any]:
    starter = standing.starter
    return {
        "name": starter.name,
        "missing": ", ".join(shorts[key] for key in standing.missing),
        "likely": likely_words(standing, today),
        "moves": [move_words(one, starter, shorts, starter.seen_on(today)) for one in standing.waiting_for],
    }


def recipient_now(mail: OutboxMail) -> str:
    """The same person at the same address, as long as they are a manager who wants it; a mail that names people does
    not follow somebody to an address that it was not written for."""
    pk = mail.subject_ref.removeprefix("user:")
    user = User.objects.filter(pk=int(pk), is_active=True).first() if pk.isdecimal() else None
    if user is None or user.email != mail.recipient:
        return ""
    wants = not MailChoices.objects.filter(user=user, weekly=False).exists()
    manages = Membership.objects.filter(user=user, role=Role.MANAGER).exists()
    return user.email if wants and manages else ""
