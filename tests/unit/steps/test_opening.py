"""A newcomer is told when it becomes their turn: once, by the address they have now, and not of what they did."""

import pytest

from onboarding.models import MailChoices, Notice, OutboxMail
from steps.services.opening import recipient_now
from tests.web.stage import finished

pytestmark = pytest.mark.django_db


def told() -> list[tuple[str, str]]:
    return [(m.subject, m.text) for m in OutboxMail.objects.filter(kind="step_open").order_by("pk")]


def test_the_owners_part_done_is_told_with_what_to_do_now(world):
    placement = world.newcomer(account=True)
    finished(world, placement, "hr_record", "identity")
    assert told() == []
    finished(world, placement, issued_only="work_email")
    ((subject, text),) = told()
    assert subject == "Your next step is open"
    assert text.startswith("IT says that Work email is ready. Does it work for you?")
    assert "/me/steps/work_email/" in text
    assert placement.newcomer.family_name not in subject


def test_what_the_newcomer_did_and_what_opens_a_teams_step_is_not_mailed(world):
    placement = world.newcomer(account=True)
    finished(world, placement, "hr_record", "elfh")
    assert told() == []


def test_nobody_without_an_account_and_nobody_who_never_wants_it(world):
    without, never = world.newcomer(), world.newcomer(account=True)
    MailChoices.objects.create(user=never.newcomer.user, steps="never")
    daily = world.newcomer(account=True)
    MailChoices.objects.create(user=daily.newcomer.user, steps="daily")
    for placement in (without, never, daily):
        finished(world, placement, "hr_record", "identity", issued_only="work_email")
    assert told() == []
    assert [n.user for n in Notice.objects.all()] == [daily.newcomer.user]


def test_it_goes_to_the_address_of_now_and_only_while_it_is_their_turn(world):
    placement = world.newcomer(account=True)
    finished(world, placement, "hr_record", "identity", issued_only="work_email")
    mail = OutboxMail.objects.get(kind="step_open")
    user = placement.newcomer.user
    user.email = "new@nhs.example"
    user.save()
    assert recipient_now(mail) == "new@nhs.example"
    finished(world, placement, "work_email")
    assert recipient_now(mail) == ""
