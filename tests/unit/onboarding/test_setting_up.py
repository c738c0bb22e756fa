"""Organisations, teams, roles and newcomers' accounts: who may, what is refused, what the trail says."""

import io
import json
import re

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from django.urls import reverse

from onboarding.actors import system
from onboarding.models import AuditEntry, OutboxMail, Team, User
from onboarding.policies import Refused
from onboarding.setting_up import (
    change_organisation,
    create_organisation,
    open_newcomer_account,
    password_link,
    set_team,
)
from onboarding.staffing import add_member
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
OPERATOR = system("setup_trust")
PASSWORD = "a long week one"


def actions():
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


def test_an_organisation_is_made_once_and_by_the_operator_alone(at, world):
    made = create_organisation(ods_code="rx9", name=" Eastmoor ", by=OPERATOR, at=at)
    assert (made.ods_code, made.name, made.country) == ("RX9", "Eastmoor", "england")
    assert actions() == ["organisation.created"]
    with pytest.raises(Refused, match="RX9 is there already"):
        create_organisation(ods_code="RX9", name="Eastmoor", by=OPERATOR, at=at)
    with pytest.raises(Refused, match="whoever runs the service"):
        create_organisation(ods_code="RX8", name="West", by=world.actor("onboarding_lead"), at=at)
    with pytest.raises(Refused, match=r"ODS code.*name.*no country"):
        create_organisation(ods_code="?", name="", country="france", by=OPERATOR, at=at)


def test_only_what_differs_is_changed_and_a_country_in_use_stays(at, world):
    pk = world.northgate.pk
    assert not change_organisation(organisation_id=pk, fields={"name": "Northgate"}, by=OPERATOR, at=at)
    assert change_organisation(organisation_id=pk, fields={"name": "North", "country": "wales"}, by=OPERATOR, at=at)
    entry = AuditEntry.objects.get()
    assert entry.before == {"name": "Northgate", "country": "england"}
    assert entry.after == {"name": "North", "country": "wales"}
    world.newcomer()
    with pytest.raises(Refused, match="The country stays"):
        change_organisation(organisation_id=pk, fields={"country": "scotland"}, by=OPERATOR, at=at)


def test_a_team_is_given_its_mailbox_and_lead_by_its_own_onboarding_lead(at, world):
    lead, pk = world.actor("onboarding_lead"), world.northgate.pk
    who = world.user("it")
    assert set_team(organisation_id=pk, function="it", mailbox="desk@northgate.example", lead=who, by=lead, at=at)
    team = Team.objects.get(organisation=pk, function="it")
    assert (team.mailbox, team.lead) == ("desk@northgate.example", who)
    assert not set_team(organisation_id=pk, function="it", mailbox="desk@northgate.example", by=lead, at=at)
    assert actions() == ["team.changed"]
    for by, more, why in (
        (world.actor("it"), {"function": "it"}, "Only the onboarding lead"),
        (world.actor("onboarding_lead", "southmere"), {"function": "it"}, "Only the onboarding lead"),
        (lead, {"function": "newcomer"}, "is no team"),
        (lead, {"function": "it", "mailbox": "a@b.example, c@d.example"}, "not an email address"),
        (lead, {"function": "it", "lead": world.user("it", "southmere")}, "works in the organisation"),
    ):
        with pytest.raises(Refused, match=why):
            set_team(organisation_id=pk, by=by, at=at, **more)


def add(at, world, **changes):
    fields = {"email": "New@Northgate.example", "name": "Nia New", "role": "it", "by": OPERATOR, "at": at}
    return add_member(organisation_id=world.northgate.pk, **(fields | changes))


def test_somebody_new_gets_an_account_without_a_password_and_somebody_known_keeps_theirs(at, world):
    added = add(at, world)
    assert (added.new_account, added.new_role, added.user.email) == (True, True, "new@northgate.example")
    assert not added.user.has_usable_password()
    again = add(at, world, name="Somebody Else", role="library")
    assert (again.new_account, again.new_role, again.user) == (False, True, added.user)
    assert User.objects.get(pk=added.user.pk).name == "Nia New"
    assert add(at, world).new_role is False
    assert actions() == ["member.added", "member.added"]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"role": "newcomer"}, "is no role"),
        ({"email": "nobody"}, "not an email address"),
        ({"name": " "}, "a name"),
        ({"email": "closed@northgate.example"}, "is closed"),
    ],
)
def test_a_member_who_cannot_be_leaves_nothing_behind(at, world, changes, why):
    UserFactory(email="closed@northgate.example", is_active=False)
    before = User.objects.count()
    with pytest.raises(Refused, match=why):
        add(at, world, **changes)
    assert (User.objects.count(), actions()) == (before, [])


def test_the_link_sets_a_password_once_and_then_the_person_signs_in(at, world, client, settings):
    settings.SITE_URL = "https://weekone.trust.example/"
    link = password_link(add(at, world).user)
    assert link.startswith("https://weekone.trust.example/account/password/reset/key/")
    path = link.removeprefix("https://weekone.trust.example")
    form = client.get(path)["Location"]
    assert client.post(form, {"password1": PASSWORD, "password2": PASSWORD}).status_code == 302
    answer = client.post(reverse("account_login"), {"login": "new@northgate.example", "password": PASSWORD})
    assert answer["Location"] == reverse("home")
    client.logout()
    assert client.get(path).status_code == 200  # the page that says it has run out


def test_a_newcomer_s_account_is_opened_at_the_personal_address_and_the_trail_keeps_it_out(at, world):
    placement = world.newcomer(newcomer__personal_email="Amara@home.example")
    user = open_newcomer_account(placement=placement, by=world.actor("hr"), at=at)
    assert user.email == "amara@home.example"
    assert EmailAddress.objects.get(user=user).verified
    assert placement.newcomer.user == user
    entry = AuditEntry.objects.get()
    assert entry.action == "newcomer.account_opened"
    assert "home.example" not in f"{entry.before} {entry.after} {entry.subject}"
    with pytest.raises(Refused, match="They have an account"):
        open_newcomer_account(placement=placement, email="b@home.example", by=world.actor("hr"), at=at)


def test_an_address_in_use_is_refused_without_saying_whose(at, world):
    placement = world.newcomer(newcomer__personal_email="IT@southmere.example")
    second = world.user("it")
    EmailAddress.objects.create(user=second, email="second@home.example", verified=True)
    for email in ("", "Second@home.example"):
        with pytest.raises(Refused) as refused:
            open_newcomer_account(placement=placement, email=email, by=world.actor("hr"), at=at)
        assert str(refused.value) == "This email address cannot be used for a new account. Give another one."
    for by in (world.actor("it"), world.actor("hr", "southmere")):
        with pytest.raises(Refused, match="Only HR"):
            open_newcomer_account(placement=placement, email="x@home.example", by=by, at=at)


def give(*arguments):
    out, code = io.StringIO(), 0
    try:
        call_command("give_access", *arguments, "--organisation=ZN1", "--by=hr@northgate.example", stdout=out)
    except SystemExit as left:
        code = left.code
    return code, out.getvalue()


def test_give_access_prints_a_link_for_each_who_has_none_and_names_who_is_left_out(world):
    world.newcomer(newcomer__given_name="Zoë", newcomer__personal_email="zoe@home.example")
    world.newcomer(newcomer__given_name="Ben")
    world.newcomer(account=True)
    world.newcomer(employer=world.southmere, newcomer__personal_email="far@home.example")
    code, out = give("--all-without")
    assert code == 1
    assert re.search(r"Zoë Okafor: https?://\S+/account/password/reset/key/\S+\n", out)
    assert "Ben Okafor: There is no personal email address on the record." in out
    assert not User.objects.filter(email="far@home.example").exists()
    assert "Zoë" not in give("--all-without")[1]


def test_give_access_mails_an_invitation_instead_and_not_twice(world):
    placement = world.newcomer(newcomer__personal_email="zoe@home.example")
    assert give("--all-without", "--mail", "--json")[0] == 0
    assert json.loads(give("--all-without", "--mail", "--json")[1]) == {"newcomers": []}
    assert OutboxMail.objects.get().recipient == "zoe@home.example"
    assert placement.newcomer.user is None
    assert give(str(placement.ref), "--email=other@home.example")[0] == 0
    assert User.objects.filter(email="other@home.example", newcomer=placement.newcomer).exists()


def test_give_access_refuses_who_is_not_there_and_a_call_that_makes_no_sense(world):
    with pytest.raises(CommandError, match="has no newcomer") as refused:
        give(str(world.newcomer(employer=world.southmere).ref))
    assert refused.value.returncode == 1
    with pytest.raises(CommandError) as refused:
        give("--all-without", "--email=a@home.example")
    assert refused.value.returncode == 2
