"""An onboarding lead sets their organisation up at /setup/: teams, people, hours, and nobody else's."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from escalations.models import Escalation
from escalations.services import talking
from onboarding import heartbeat
from onboarding.invitations import accept, invite_staff, spend, token_of
from onboarding.models import AuditEntry, Invitation, Membership, Organisation, OutboxMail, Payday, Team, User
from onboarding.sign_in import actor_of
from onboarding.working_days import add_working_days
from steps.services import verbs
from steps.services.verifying import differences
from tests.factories import UserFactory
from tests.web.staff import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(client: Client, world: Any) -> Client:
    client.force_login(world.user("onboarding_lead"))
    return client


def at(name: str, *more: Any, ods: str = "zn1") -> str:
    return reverse(f"setup_{name}", args=[ods, *more])


def seen(client: Client, path: str) -> dict[str, Any]:
    """What the form of a page would send if nobody touched it, mark and all."""
    form = client.get(path).context["form"]
    return {name: form.initial[name] for name in form.fields if form.initial.get(name) not in (None, "")}


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


# the way in, and what falls short


def test_somebody_who_leads_one_organisation_is_there_at_once_and_who_leads_two_chooses(lead, world):
    assert lead.get(reverse("setup"))["Location"] == at("place")
    Membership.objects.create(user=world.user("onboarding_lead"), organisation=world.southmere, role="onboarding_lead")
    text = text_of(lead.get(reverse("setup")))
    assert "Northgate" in text
    assert "Southmere" in text
    assert lead.get(at("place", ods="zs1")).status_code == 200


def test_what_falls_short_is_said_and_each_leads_to_where_it_is_mended(lead, world):
    Team.objects.filter(organisation=world.northgate, function="library").delete()
    Team.objects.filter(organisation=world.northgate, function="it").update(mailbox="")
    Membership.objects.filter(organisation=world.northgate, role="manager").delete()
    Payday.objects.filter(organisation=world.northgate).delete()
    world.newcomer(manager=None)
    body = lead.get(at("place")).content.decode()
    for says, href in (
        ("There is no team for Library, which has steps.", at("team", "library")),
        ("IT has steps and no mailbox.", at("team", "it")),
        ("HR has no lead, who is asked when it is late.", at("team", "hr")),
        ("Nobody is manager.", at("people")),
        ("1 newcomer has no manager.", reverse("newcomers")),
        ("No payday lies ahead", at("days")),
        ("No mail has gone out yet.", at("invite")),
    ):
        assert f'<a href="{href}">{says}' in body, says
    assert "manage.py work --loop has not been heard of" in body


def test_a_trust_that_lacks_nothing_is_told_so(lead, world):
    Team.objects.filter(organisation=world.northgate).update(lead=world.user("hr"))
    Payday.objects.create(organisation=world.northgate, on=timezone.localdate() + dt.timedelta(days=9))
    OutboxMail.objects.create(
        kind="test", organisation=world.northgate, recipient="a@b.example", subject="x", text="x", state="sent",
        created_at=timezone.now(), send_after=timezone.now(), sent_at=timezone.now(),
    )  # fmt: skip
    heartbeat._next.clear()
    for process in heartbeat.PROCESSES:
        heartbeat.beat(process)
    text = text_of(lead.get(at("place")))
    assert "Nothing falls short" in text
    assert "Still missing" not in text


def test_mail_that_goes_to_the_console_alone_falls_short(lead, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert "Mail goes nowhere but the console." in text_of(lead.get(at("place")))


def test_the_page_costs_the_same_with_any_number_of_newcomers(lead, world, count_queries):
    counts = []
    for _ in range(2):
        with count_queries() as queries:
            lead.get(at("place"))
        counts.append(len(queries))
        for _ in range(4):
            world.newcomer(manager=None)
    assert counts[0] == counts[1] <= 14


def test_people_cost_the_same_with_any_number_of_them(lead, world, count_queries):
    counts = []
    for n in range(2):
        with count_queries() as queries:
            lead.get(at("people"))
        counts.append(len(queries))
        for m in range(4):
            user = UserFactory(email=f"more{n}{m}@northgate.example")
            Membership.objects.create(user=user, organisation=world.northgate, role="it")
    assert counts[0] == counts[1] <= 6


@pytest.mark.parametrize("who", ["hr", "it", "manager", "executive"])
def test_whoever_is_no_onboarding_lead_has_no_setup(client, world, who):
    client.force_login(world.user(who))
    assert client.get(reverse("setup")).status_code == 403
    assert client.get(at("people")).status_code == 403


def test_a_second_trust_sees_nothing_of_it(client, world):
    client.force_login(world.user("onboarding_lead", "southmere"))
    it = world.user("it").pk
    for path in (
        at("place"), at("organisation"), at("teams"), at("team", "it"), at("people"), at("person", it),
        at("leaver", it), at("invite"), at("fields"), at("pathway"), at("days"),
        at("person", it, ods="zs1"), at("leaver", it, ods="zs1"),
    ):  # fmt: skip
        assert client.get(path).status_code == 404, path
        assert client.post(path, {"roles": "executive", "name": "Ours"}).status_code in (404, 405), path
    assert actions() == []


# the organisation


def test_the_organisation_is_changed_with_one_entry_and_only_what_differs(lead, world):
    form = seen(lead, at("organisation"))
    lead.post(at("organisation"), form | {"name": "Northgate Hospitals", "opens": "08:30"})
    world.northgate.refresh_from_db()
    assert (world.northgate.name, world.northgate.opens) == ("Northgate Hospitals", dt.time(8, 30))
    entry = AuditEntry.objects.get()
    assert entry.after == {"name": "Northgate Hospitals", "opens": "08:30"}


def test_what_was_changed_meanwhile_is_a_conflict_that_says_by_whom_and_keeps_what_was_typed(lead, world):
    form = seen(lead, at("organisation"))
    lead.post(at("organisation"), form | {"name": "North"})
    answer = lead.post(at("organisation"), form | {"name": "Gate"})
    assert answer.status_code == 409
    assert "Onboarding lead at Northgate changed this" in text_of(answer)
    assert "Gate" in text_of(answer)
    assert Organisation.objects.get(pk=world.northgate.pk).name == "North"


def test_hours_that_end_before_they_begin_and_a_country_in_use_are_refused_in_words(lead, world):
    form = seen(lead, at("organisation"))
    answer = lead.post(at("organisation"), form | {"opens": "17:00", "closes": "08:00"})
    assert answer.status_code == 422
    assert "Choose a time after the first one." in text_of(answer)
    world.newcomer()
    answer = lead.post(at("organisation"), form | {"country": "wales"})
    assert answer.status_code == 422
    assert "The country stays" in text_of(answer)
    assert actions() == []


def test_it_sees_dates_of_birth_once_the_lead_allows_it(lead, world):
    assert not world.actor("it").grants[0].place.it_sees_date_of_birth
    lead.post(at("fields"), seen(lead, at("fields")) | {"it_sees_date_of_birth": "yes"})
    assert world.actor("it").grants[0].place.it_sees_date_of_birth
    assert actions() == ["organisation.changed"]


def test_new_arrivals_are_put_on_the_pathway_that_the_lead_chooses(lead, world):
    lead.post(at("pathway"), seen(lead, at("pathway")) | {"key": "england-early-esr"})
    assert Organisation.objects.get(pk=world.northgate.pk).pathway_key == "england-early-esr"
    assert lead.post(at("pathway"), seen(lead, at("pathway")) | {"key": "nowhere"}).status_code == 422


def test_paydays_are_typed_with_the_month_as_a_word_and_never_guessed(lead, world):
    answer = lead.post(at("paydays"), {"paydays": "Thu 24 December 2099\n24/12/2099\n31 June 2099"})
    assert answer.status_code == 422
    text = text_of(answer)
    assert '"24/12/2099" is no day. Write it as 24 December 2026.' in text
    assert '"31 June 2099" is no day.' in text
    lead.post(at("paydays"), {"paydays": "Thu 24 December 2099\n2100-01-27"})
    assert Payday.objects.filter(organisation=world.northgate, on__year__gte=2099).count() == 2


def test_a_day_off_is_no_working_day_for_first_weeks_and_chases_and_comes_back_when_taken_away(lead, world):
    placement = world.newcomer()  # from Mon 3 August, a week without a bank holiday
    assert placement.chain.week_one_by == dt.date(2026, 8, 7)
    answer = lead.post(at("days"), seen(lead, at("days")) | {"closed_days": "Wed 5 August 2026"}, follow=True)
    assert "the first week of 1 newcomer is counted afresh" in text_of(answer)
    placement.chain.refresh_from_db()
    assert placement.chain.week_one_by == dt.date(2026, 8, 10)
    calendar = Organisation.objects.get(pk=world.northgate.pk).calendar
    assert add_working_days(dt.date(2026, 8, 4), 1, calendar) == dt.date(2026, 8, 6)
    assert list(differences()) == []
    assert seen(lead, at("days"))["closed_days"] == "Wed 5 August 2026"
    lead.post(at("days"), seen(lead, at("days")) | {"closed_days": ""})
    placement.chain.refresh_from_db()
    assert placement.chain.week_one_by == dt.date(2026, 8, 7)
    assert actions() == ["organisation.closed_days", "organisation.closed_days"]


def test_a_wrong_weekday_is_a_mistake_and_two_leads_at_once_are_a_conflict(lead):
    form = seen(lead, at("days"))
    answer = lead.post(at("days"), form | {"closed_days": "Mon 5 August 2026"})
    assert answer.status_code == 422
    assert "5 August 2026 is a Wed." in text_of(answer)
    lead.post(at("days"), form | {"closed_days": "5 August 2026"})
    assert lead.post(at("days"), form | {"closed_days": "6 August 2026"}).status_code == 409


# teams


def test_a_team_gets_its_mailbox_its_lead_and_its_hours(lead, world):
    sam = world.user("it")
    new = {"mailbox": "desk@northgate.example", "lead_id": sam.pk, "opens": "08:00", "closes": "16:00"}
    answer = lead.post(at("team", "it"), seen(lead, at("team", "it")) | new)
    assert answer["Location"] == at("teams")
    team = Team.objects.get(organisation=world.northgate, function="it")
    assert (team.mailbox, team.lead, team.opens) == ("desk@northgate.example", sam, dt.time(8))
    text = text_of(lead.get(at("teams")))
    assert "Led by IT at Northgate. Can be reached 8am to 4pm." in text
    assert actions() == ["team.changed"]


def test_a_team_that_is_not_there_yet_is_made(lead, world):
    Team.objects.filter(organisation=world.northgate).delete()
    assert "Still missing" in text_of(lead.get(at("teams")))
    lead.post(at("team", "library"), {"mailbox": "library@northgate.example"})
    assert Team.objects.get(organisation=world.northgate).function == "library"


@pytest.mark.parametrize(
    ("new", "why"),
    [
        ({"mailbox": "nowhere"}, "Write an email address"),
        ({"opens": "08:00"}, "Choose a time here too, or neither."),
        ({"lead_id": "southmere"}, "Choose somebody who works here."),
    ],
)
def test_a_team_that_cannot_be_is_refused_in_words(lead, world, new, why):
    if "lead_id" in new:
        new = {"lead_id": world.user("it", "southmere").pk}
    answer = lead.post(at("team", "it"), seen(lead, at("team", "it")) | new)
    assert answer.status_code == 422
    assert why in text_of(answer)


# people


def test_a_colleague_is_invited_by_mail_comes_in_and_has_the_role(lead, world):
    lead.post(at("invite"), {"name": "Nia New", "email": "Nia@northgate.example", "role": "library"})
    made = Invitation.objects.get()
    assert (made.email, made.role, OutboxMail.objects.get().recipient) == (
        "nia@northgate.example", "library", "nia@northgate.example",
    )  # fmt: skip
    assert "Nia New" in text_of(lead.get(at("people")))
    colleague = Client()
    link = reverse("invitation", args=[token_of(made.ref)])
    assert "Northgate" in text_of(colleague.get(link))
    colleague.post(link)
    colleague.post(reverse("invitation_yes"))
    assert colleague.get(reverse("queue")).status_code == 200
    assert Membership.objects.get(user__email="nia@northgate.example").role == "library"


def test_who_works_here_already_is_not_invited_again(lead, world):
    answer = lead.post(at("invite"), {"name": "IT", "email": world.user("it").email, "role": "library"})
    assert answer.status_code == 422
    assert "They work here already." in text_of(answer)


def test_an_invitation_withdrawn_lets_nobody_in_not_even_half_way(lead, world):
    now = timezone.now()
    made = invite_staff(
        organisation_id=world.northgate.pk, role="it", name="Nia", email="nia@northgate.example",
        by=world.actor("onboarding_lead"), at=now,
    )  # fmt: skip
    held = spend(token_of(made.ref), at=now)
    lead.post(at("withdraw", made.ref))
    held.refresh_from_db()
    from onboarding.invitations import RunOut

    with pytest.raises(RunOut):
        accept(held, at=timezone.now())
    Client().post(reverse("invitation_again", args=[token_of(made.ref)]))  # nor does the old link ask for a new one
    assert Invitation.objects.count() == 1
    assert not User.objects.filter(email="nia@northgate.example").exists()


def test_roles_are_changed_in_one_entry_and_hold_from_the_next_request(lead, world):
    sam, theirs = world.user("it"), Client()
    theirs.force_login(sam)
    assert theirs.get(reverse("queue")).status_code == 200
    path = at("person", sam.pk)
    lead.post(path, seen(lead, path) | {"roles": ["executive"]})
    assert theirs.get(reverse("queue")).status_code == 403
    entry = AuditEntry.objects.get(action__startswith="member.")
    assert (entry.action, entry.before["roles"], entry.after["roles"]) == ("member.roles", ["it"], ["executive"])


def test_the_last_onboarding_lead_cannot_be_taken_away(lead, world):
    me = world.user("onboarding_lead")
    path = at("person", me.pk)
    for answer in (lead.post(path, seen(lead, path) | {"roles": ["hr"]}), lead.post(at("leaver", me.pk), {})):
        assert answer.status_code == 422
        assert "Somebody has to be onboarding lead" in text_of(answer)
    Membership.objects.create(user=world.user("hr"), organisation=world.northgate, role="onboarding_lead")
    assert lead.post(at("leaver", me.pk), {})["Location"] == reverse("home")
    assert lead.get(at("people")).status_code == 302  # signed out: the account is closed


def test_roles_somebody_else_changed_meanwhile_are_a_conflict(lead, world):
    path = at("person", world.user("it").pk)
    form = seen(lead, path)
    lead.post(path, form | {"roles": ["it", "library"]})
    assert lead.post(path, form | {"roles": ["it", "payroll"]}).status_code == 409


def claimed(world: Any) -> Escalation:
    """A blocker that IT at Northgate has, claimed by its only member."""
    placement = world.newcomer()
    raised = verbs.block(
        placement.ref, "hr_record", by=world.actor("hr"), at=timezone.now(), reason="No login.", owner="it",
        side="host",
    )  # fmt: skip
    talking.claim(raised.fact.blocker, by=world.actor("it"), at=timezone.now())
    return Escalation.objects.get(reference=raised.fact.blocker)


def test_a_leaver_is_cut_off_at_once_everywhere(lead, world):
    sam, theirs, elsewhere = world.user("it"), Client(), Client()
    theirs.force_login(sam)
    elsewhere.force_login(sam)
    one = claimed(world)
    old = invite_staff(
        organisation_id=world.northgate.pk, role="it", name="Sam", email="sam2@northgate.example",
        by=world.actor("onboarding_lead"), at=timezone.now() - dt.timedelta(days=30),
    )  # fmt: skip
    Invitation.objects.filter(pk=old.pk).update(email=sam.email)  # an older link, never used
    Team.objects.filter(organisation=world.northgate, function="it").update(lead=sam)
    answer = lead.post(at("leaver", sam.pk), {}, follow=True)
    text = text_of(answer)
    assert "IT at Northgate has no access to Northgate any more. 2 things in hand were handed over." in text
    assert "Their account is closed." in text
    Client().post(reverse("invitation_again", args=[token_of(old.ref)]))
    assert OutboxMail.objects.filter(subject_ref=f"invitation:{old.ref}").count() == 1
    assert Invitation.objects.count() == 1
    for browser in (theirs, elsewhere):
        assert "/login/" in browser.get(reverse("queue"))["Location"]
    sam.refresh_from_db()
    one.refresh_from_db()
    assert (sam.is_active, sam.has_usable_password(), one.claimed_by, one.claimed_at) == (False, False, None, None)
    assert Team.objects.get(organisation=world.northgate, function="it").lead is None
    assert AuditEntry.objects.filter(action="member.left").count() == 1


def test_what_a_leaver_had_in_hand_goes_to_whoever_takes_over(lead, world):
    one, maya = claimed(world), world.user("manager")
    nia = UserFactory(email="nia@northgate.example", name="Nia New")
    for role in ("it", "manager"):
        Membership.objects.create(user=nia, organisation=world.northgate, role=role)
    lead.post(at("leaver", world.user("it").pk), {"successor": nia.pk})
    one.refresh_from_db()
    assert (one.claimed_by, one.claimed_by_name) == (nia, "Nia New")
    lead.post(at("leaver", maya.pk), {"successor": nia.pk})
    one.placement.refresh_from_db()
    assert (one.placement.manager, one.placement.manager_email) == (nia, nia.email)


def test_a_leaver_who_works_elsewhere_too_keeps_that(lead, world):
    sam, theirs = world.user("it"), Client()
    Membership.objects.create(user=sam, organisation=world.southmere, role="it")
    theirs.force_login(sam)
    lead.post(at("leaver", sam.pk), {})
    assert theirs.get(reverse("queue")).status_code == 200
    assert [g.place.name for g in actor_of(sam).grants] == ["Southmere"]


def test_a_leaver_who_comes_back_is_invited_and_has_an_account_again(lead, world):
    sam = world.user("it")
    lead.post(at("leaver", sam.pk), {})
    lead.post(at("invite"), {"name": "Sam", "email": sam.email, "role": "it"})
    back, link = Client(), reverse("invitation", args=[token_of(Invitation.objects.get().ref)])
    back.post(link)
    assert back.post(reverse("invitation_yes"))["Location"] == reverse("account_login")
    sam.refresh_from_db()
    assert sam.is_active
    assert not sam.has_usable_password()
    assert [g.role for g in actor_of(sam).grants] == ["it"]


def test_a_lead_gives_no_role_in_another_organisation(lead, world):
    theirs = world.user("it", "southmere")
    for path in (at("person", theirs.pk), at("leaver", theirs.pk), at("person", theirs.pk, ods="zs1")):
        assert lead.post(path, {"roles": ["onboarding_lead"]}).status_code == 404
    assert Membership.objects.filter(user=theirs).count() == 1
