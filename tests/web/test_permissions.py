"""Every address, every method, every role, in two trusts and at the lead employer.

The addresses are read from the URL configuration: a new one fails here until `RULES` says who may use it. Another
organisation's record does not exist (404), a missing right is 403, and nobody signed in is sent to sign in. The scene
has twins of every record in a second trust; not one byte of Northgate's newcomer reaches an outsider.
"""

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from escalations import links
from escalations.models import Escalation, Evidence, InboundMail, Press
from escalations.pack import Told
from escalations.services import packs
from onboarding.actors import system
from onboarding.audit import change, watching
from onboarding.invitations import invite_staff
from onboarding.models import AuditEntry, OutboxMail, Team
from onboarding.words import Role
from steps.models import Fact, Pair, PlacementStep, RecordStatement
from steps.reconciling.systems import SYSTEMS
from steps.services import extracts, finding, verbs
from steps.services.uploads import receive
from tests.factories import World

SECRETS = (b"Zebediah", b"7654321", b"1994-07-03", b"3 July 1994")  # of Northgate's newcomer
BIRTH_DATES = (b"1994-07-03", b"3 July 1994", b"03/07/1994")

Who = tuple[str, str]  # (role, organisation)
ORGS = ("northgate", "southmere", "lead")
AT_LEAD: list[Who] = [(role, "lead") for role in ("hr", "payroll", "onboarding_lead")]
GROUPS: dict[str, list[Who]] = {
    "the newcomers and nobody": [("anonymous", ""), ("newcomer", "northgate"), ("newcomer", "southmere")],
    "the owning teams": [(role, "northgate") for role in ("hr", "payroll", "it", "registration_authority")],
    "the other roles": [(r, "northgate") for r in ("library", "learning", "manager", "executive", "onboarding_lead")],
    "another trust": [(role, "southmere") for role in Role.values[:5]],
    "the rest of it": [(role, "southmere") for role in Role.values[5:]],
    "the lead employer": AT_LEAD,
}
ACTORS: list[Who] = [who for group in GROUPS.values() for who in group]
STAFF: list[Who] = [who for who in ACTORS if who[0] not in ("anonymous", "newcomer")]


def northgate(*roles: str) -> frozenset[Who]:
    return frozenset((role, "northgate") for role in roles)


def anywhere(*roles: str) -> frozenset[Who]:
    return frozenset((role, org) for org in ORGS for role in roles)


ALL = frozenset(ACTORS)
SIGNED_IN = ALL - {("anonymous", "")}
NEWCOMERS = frozenset({("newcomer", "northgate"), ("newcomer", "southmere")})
THE_NEWCOMER = frozenset({("newcomer", "northgate")})
TEAMS = ("hr", "payroll", "it", "registration_authority", "library", "learning", "manager")
OPENERS = ("hr", "payroll", "it", "registration_authority", "library", "learning", "manager", "onboarding_lead")
COVERED = tuple(role for role in OPENERS if role != "manager")  # who has a team that may be away
INSIDE = northgate(*OPENERS)  # who may open the record of Northgate's own newcomer, who has every step
HR, LEAD = northgate("hr"), northgate("onboarding_lead")
LEADS = anywhere("onboarding_lead")
NO_LEADS = SIGNED_IN - LEADS
IMPORTERS = anywhere("hr", "onboarding_lead")
OTHERS = SIGNED_IN - IMPORTERS
RECONCILERS = anywhere("hr", "it", "library", "learning", "registration_authority", "onboarding_lead")
NO_RECONCILERS = SIGNED_IN - RECONCILERS
READERS = HR | LEAD | THE_NEWCOMER  # of the conversation about it
HOLDERS = HR | LEAD  # who may open the blocker: its owning team, and the onboarding lead
SEE_BIRTH_DATES = northgate("hr", "payroll", "registration_authority") | NEWCOMERS


@dataclass(frozen=True)
class Rule:
    """Who may use an address. `get` None: it only takes POST; `post` None: it is only read.

    `writes`: those whose POST, with a good form, changes something; whoever else may post is refused in words.
    `hidden`: it is about one record, so that whoever is not in `get` or `post` or `inside` is told 404.
    """

    get: frozenset[Who] | None
    post: frozenset[Who] | None = None
    writes: frozenset[Who] = frozenset()
    hidden: bool = False
    exports: bool = False  # reading it leaves an entry in the trail; no other GET writes anything
    inside: frozenset[Who] = frozenset()


def page(who: frozenset[Who]) -> Rule:
    return Rule(get=who)


def record(*, writes: frozenset[Who] | None = None, get: bool = True) -> Rule:
    """An address about Northgate's newcomer, for whoever may open the record; `writes` None: read only."""
    return Rule(
        get=INSIDE if get else None,
        post=None if writes is None else INSIDE,
        writes=writes or frozenset(),
        hidden=True,
        inside=INSIDE,
    )


def own(*, writes: frozenset[Who] | None = None, get: bool = True, who: frozenset[Who] = NEWCOMERS) -> Rule:
    """An address about the signed-in newcomer's own steps."""
    post = None if writes is None else who
    return Rule(get=who if get else None, post=post, writes=writes or frozenset(), hidden=True, inside=STAFF_SET)


STAFF_SET = frozenset(STAFF)
FORM = Rule(get=ALL, post=ALL)  # allauth's own, open to anybody: they act on the person who is signed in, if anybody
OWN_ACCOUNT = Rule(get=SIGNED_IN, post=SIGNED_IN)

RULES: dict[str, Rule] = {
    "home": page(SIGNED_IN),
    "account": page(SIGNED_IN),
    "audit": page(anywhere("onboarding_lead")),
    "audit_csv": Rule(get=anywhere("onboarding_lead"), exports=True),
    **dict.fromkeys(("signed_out", "help", "accessibility", "privacy", "health_live", "health_ready"), page(ALL)),
    **dict.fromkeys(
        (
            "account_login", "account_logout", "account_inactive", "account_signup", "account_confirm_email",
            "account_email_verification_sent", "account_reset_password", "account_reset_password_done",
            "account_reset_password_from_key", "account_reset_password_from_key_done", "account_request_login_code",
            "account_confirm_login_code", "mfa_login_webauthn", "mfa_authenticate", "openid_connect_login",
            "openid_connect_callback", "socialaccount_login_cancelled",
        ),
        FORM,
    ),
    **dict.fromkeys(
        (
            "account_reauthenticate", "account_change_password", "account_set_password", "account_kept",
            "account_sessions", "account_session_end", "account_sessions_end_others", "mfa_index",
            "mfa_reauthenticate", "mfa_reauthenticate_webauthn", "mfa_activate_totp", "mfa_deactivate_totp",
            "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_list_webauthn", "mfa_add_webauthn",
            "mfa_remove_webauthn",
        ),
        OWN_ACCOUNT,
    ),
    "account_mails": Rule(get=SIGNED_IN, post=SIGNED_IN),
    "account_cover": page(anywhere(*COVERED)),
    **dict.fromkeys(("team_cover", "team_chases"), Rule(get=LEAD, post=LEAD, hidden=True, inside=HR)),
    **dict.fromkeys(
        ("invitation", "invitation_you", "invitation_yes", "invitation_no", "invitation_again"), FORM
    ),
    **dict.fromkeys(("move_email", "move_email_here"), OWN_ACCOUNT),
    "health_work": page(ALL),
    # mail that could not be sent
    **dict.fromkeys(("outbox", "held"), page(LEADS)),
    **dict.fromkeys(("held_mail", "held_raw"), Rule(get=LEAD, hidden=True, inside=NO_LEADS)),
    "held_discard": Rule(get=None, post=LEAD, writes=LEAD, hidden=True, inside=NO_LEADS),
    "held_place": Rule(get=None, post=LEAD, hidden=True, inside=NO_LEADS),
    **dict.fromkeys(
        ("outbox_again", "outbox_settled"), Rule(get=None, post=LEAD, writes=LEAD, hidden=True, inside=NO_LEADS)
    ),
    # the newcomer's own
    "me": page(NEWCOMERS),
    "step": own(),
    "step_done": own(writes=frozenset(), get=False),
    "step_upgraded": own(writes=frozenset(), get=False),
    "step_cleared": own(writes=frozenset(), get=False),
    "step_works_already": own(writes=NEWCOMERS, get=False),
    "step_ticks": own(writes=frozenset(), get=False),
    "step_passport": own(writes=NEWCOMERS, get=False),
    "step_passport_differs": own(writes=NEWCOMERS),
    "step_undo": own(writes=frozenset(), get=False, who=THE_NEWCOMER),
    # staff: the list, one newcomer, one step of theirs, and each thing that may be done to it
    "newcomers": page(anywhere(*OPENERS)),
    "newcomer": record(),
    "newcomer_details": record(writes=frozenset()),
    "newcomer_move_start": record(writes=frozenset()),
    "newcomer_started": record(writes=HR | LEAD),
    "newcomer_expected": record(writes=frozenset()),
    "newcomer_deferred": record(writes=HR | LEAD),
    "newcomer_withdrawn": record(writes=HR | LEAD),
    "newcomer_left": record(writes=HR | LEAD),
    "newcomer_erase": Rule(get=HR | LEAD, post=HR | LEAD, hidden=True, inside=INSIDE),  # with the wrong reference
    "newcomer_lift": Rule(get=None, post=HR | LEAD, hidden=True, inside=INSIDE),  # without a hold
    "newcomer_hold": Rule(get=None, post=HR | LEAD, writes=HR | LEAD, hidden=True, inside=INSIDE),
    "newcomer_copy": Rule(get=HR, exports=True, hidden=True, inside=INSIDE),
    "my_data": page(NEWCOMERS),
    "my_copy": Rule(get=NEWCOMERS, exports=True),
    "newcomer_record": record(),
    "newcomer_share_code": record(writes=HR),
    "newcomer_mail_account": record(writes=northgate("it")),
    "share_code": own(writes=NEWCOMERS),
    "newcomer_record_confirm": record(writes=HR, get=False),
    "newcomer_record_ask": record(writes=HR),
    "newcomer_record_document": record(writes=HR),
    "newcomer_record_take": record(writes=frozenset()),  # it says what the record says
    "newcomer_invite": record(writes=frozenset(), get=False),  # the scene's newcomer is in already
    "newcomer_undo": record(writes=HR | LEAD, get=False),
    "newcomer_step": record(),
    "newcomer_step_issue": record(writes=frozenset()),
    "newcomer_step_finish": record(writes=HR),
    "newcomer_step_stuck": record(writes=HR | LEAD),
    "newcomer_step_reopen": record(writes=frozenset()),
    "newcomer_step_correct": record(writes=HR),
    "newcomer_step_waive": record(writes=frozenset()),
    "newcomer_step_clear": record(writes=HR | LEAD),
    "newcomer_step_hand_over": record(writes=HR | LEAD),
    # two records that may be one person
    "pairs": page(IMPORTERS),
    "pairs_look": Rule(get=None, post=IMPORTERS),
    "pair": Rule(get=HR | LEAD, hidden=True, inside=OTHERS),
    **dict.fromkeys(
        ("pair_join", "pair_part", "pair_ask", "pair_undo"), Rule(get=None, post=HR | LEAD, hidden=True, inside=OTHERS)
    ),
    # a roster's way in: an upload is for whoever made it
    "import_roster": Rule(get=IMPORTERS, post=IMPORTERS),
    **dict.fromkeys(
        ("import_file", "import_progress", "import_refused", "import_list"), Rule(get=HR, hidden=True, inside=OTHERS)
    ),
    "import_invite": Rule(get=None, post=HR, hidden=True, inside=SIGNED_IN),
    **dict.fromkeys(
        ("import_again", "import_confirm", "import_take_good", "import_headings"),
        Rule(get=None, post=HR, hidden=True, inside=OTHERS),
    ),
    # a system's own list: for whoever brought it in
    "reconcile": Rule(get=RECONCILERS, post=RECONCILERS),
    **dict.fromkeys(
        ("reconcile_file", "reconcile_progress", "reconcile_list"), Rule(get=HR, hidden=True, inside=NO_RECONCILERS)
    ),
    **dict.fromkeys(
        ("reconcile_again", "reconcile_confirm"), Rule(get=None, post=HR, hidden=True, inside=NO_RECONCILERS)
    ),
    "reconcile_columns": Rule(get=HR, post=HR, hidden=True, inside=NO_RECONCILERS),
    **dict.fromkeys(
        ("readiness_csv", "readiness_xlsx", "readiness_pdf"), Rule(get=anywhere(*OPENERS, "executive"), exports=True)
    ),
    **dict.fromkeys(
        ("readiness", "readiness_days", "readiness_summary", "readiness_wall"),
        page(anywhere(*OPENERS, "executive")),
    ),
    # the onboarding lead's pathways
    **dict.fromkeys(("pathways", "pathway", "pathway_source"), page(LEADS)),
    **dict.fromkeys(("pathway_preview", "pathway_publish"), Rule(get=None, post=LEADS)),
    "pathway_use": Rule(get=None, post=LEADS, writes=LEADS),
    # setting the organisation up, by its own onboarding lead
    "setup": page(LEADS),
    **dict.fromkeys(
        ("setup_link", "setup_first_part", "setup_first_check", "setup_first_make", "setup_first_done"), FORM
    ),  # whoever has the link from the server, and nobody else
    **dict.fromkeys(
        ("setup_place", "setup_teams", "setup_people", "setup_steps", "setup_progress"),
        Rule(get=LEAD, hidden=True, inside=NO_LEADS),
    ),
    **dict.fromkeys(
        (
            "setup_step_owner", "setup_step_guidance", "setup_organisation",
            "setup_keeping", "setup_fields", "setup_pathway", "setup_days", "setup_team",
            "setup_invite", "setup_person",
        ),
        Rule(get=LEAD, post=LEAD, hidden=True, inside=NO_LEADS),
    ),
    "setup_paydays": Rule(get=None, post=LEAD, hidden=True, inside=NO_LEADS),
    "setup_leaver": Rule(get=LEAD, post=LEAD, writes=LEAD, hidden=True, inside=NO_LEADS),
    "setup_withdraw": Rule(get=None, post=LEAD, writes=LEAD, hidden=True, inside=NO_LEADS),
    "setup_invite_again": Rule(get=None, post=LEAD, hidden=True, inside=NO_LEADS),  # the first has only just gone
    # the teams, and what stands in the way
    "queue": page(anywhere(*TEAMS, "onboarding_lead")),
    "queue_clear": Rule(get=frozenset(), post=frozenset(), hidden=True, inside=STAFF_SET),  # of a cause: 404 without
    "queue_claim_step": Rule(get=None, post=HR | LEAD, hidden=True, inside=STAFF_SET),  # the scene's is stuck
    "queue_claim": Rule(get=None, post=HR | LEAD, writes=HR, hidden=True, inside=STAFF_SET),
    "stuck": own(),
    "stuck_check": own(writes=frozenset()),
    "stuck_change": own(writes=frozenset()),
    "stuck_send": own(writes=frozenset()),
    "stuck_note": own(writes=frozenset()),
    "stuck_sent": own(who=THE_NEWCOMER),
    # the conversations: the newcomer, the teams that have or had it, the onboarding lead
    "escalations": page(anywhere(*OPENERS) | NEWCOMERS),
    "escalation": Rule(get=READERS, hidden=True),
    "escalation_say": Rule(get=None, post=READERS, writes=READERS, hidden=True),
    "escalation_cover": Rule(get=READERS, post=READERS, hidden=True),
    "escalation_claim": Rule(get=None, post=HR, writes=HR, hidden=True, inside=READERS),
    "escalation_let_go": Rule(get=None, post=READERS, hidden=True),
    "escalation_ticket": Rule(get=None, post=HR, writes=HR, hidden=True, inside=READERS),
    "escalation_works": Rule(get=None, post=THE_NEWCOMER, writes=THE_NEWCOMER, hidden=True, inside=READERS),
    "escalation_still_wrong": Rule(
        get=THE_NEWCOMER, post=THE_NEWCOMER, writes=THE_NEWCOMER, hidden=True, inside=READERS
    ),
    "escalation_ask": Rule(get=HOLDERS, post=HOLDERS, writes=HOLDERS, hidden=True, inside=THE_NEWCOMER),
    "escalation_clear": Rule(get=HOLDERS, post=HOLDERS, writes=HOLDERS, hidden=True, inside=THE_NEWCOMER),
    "escalation_hand_over": Rule(get=HOLDERS, post=HOLDERS, writes=HOLDERS, hidden=True, inside=THE_NEWCOMER),
    "escalation_not_ours": Rule(get=None, post=HOLDERS, hidden=True, inside=THE_NEWCOMER),
    "picture": Rule(get=READERS, hidden=True),
    "pack_link": Rule(get=ALL, post=ALL, writes=ALL),
}  # fmt: skip


@dataclass
class Scene:
    """Northgate's newcomer with a blocker on the record, a fact of HR's, and twins of both in Southmere."""

    users: dict[Who, Any]
    kwargs: dict[str, Any]
    form: dict[str, Any]
    upload: uuid.UUID  # of Northgate's HR
    extract: uuid.UUID  # the staff record list, of Northgate's HR
    failed_mail: uuid.UUID  # of Northgate
    picture: uuid.UUID
    link: str
    held: uuid.UUID  # a mail that nobody could place, for Northgate's lead
    invited: uuid.UUID  # a colleague whom Northgate's lead has invited
    pair: uuid.UUID  # Northgate's newcomer, listed twice


@pytest.fixture
def scene(world: World) -> Scene:
    users: dict[Who, Any] = dict(world.users)
    facts = {}
    people = (
        ("northgate", "Zebediah", "7654321", dt.date(1994, 7, 3)),
        ("southmere", "Twin", "1234567", dt.date(1990, 1, 2)),
    )
    for org, name, number, born in people:
        one = world.newcomer(
            account=True, employer=world.org(org), newcomer__given_name=name, newcomer__gmc_number=number,
            newcomer__date_of_birth=born, needs_smartcard=True, manager=world.user("manager", org),
        )  # fmt: skip
        users["newcomer", org] = one.newcomer.user
        raised = verbs.block(
            one.ref, "hr_record", by=world.actor("hr", org), at=timezone.now(), reason="The name is wrong."
        )
        facts[org] = (one, raised.fact)
    placement, fact = facts["northgate"]
    row = PlacementStep.objects.get(placement=placement, key="hr_record")
    from steps.selectors.pathways import pathway_of

    checks = [c.key for c in pathway_of(placement.chain.pathway).steps[0].checks]
    good = {"seen": row.version, "reason": "Because.", "to": "it.host", "checks": checks, "fields_changed": ["name"]}
    good |= {"given_name": "Zebediah", "family_name": "Okafor", "explained": "Seen."}
    good |= {"made_on_day": "7", "made_on_month": "7", "made_on_year": "2026", "status": "pending"}
    good |= {"since_day": "7", "since_month": "7", "since_year": "2026"}
    good |= {"date_of_birth_day": "7", "date_of_birth_month": "3", "date_of_birth_year": "1990"}
    good |= {"was": placement.status, "owner": "it-host"}
    kwargs = {"ref": placement.ref, "key": "hr_record", "fact": fact.pk, "blocker": fact.blocker}
    RecordStatement.objects.create(
        placement=placement, source="passport", given_name="Zebediah", family_name="Okafor",
        date_of_birth=dt.date(1994, 7, 3), at=timezone.now(), by_name="HR",
    )  # fmt: skip
    kwargs["team"] = Team.objects.get(organisation=world.northgate, function="hr").pk
    upload = receive(
        organisation=world.northgate, name="Zebediah.csv", content=b"given_name\n", dates="ISO",
        by=world.actor("hr"), at=timezone.now(),
    )  # fmt: skip
    mail = OutboxMail.objects.create(
        kind="test", organisation=world.northgate, recipient="zebediah@mail.example", subject="Test", text="Test",
        state="failed", problem="550 no", created_at=timezone.now(), send_after=timezone.now(),
    )  # fmt: skip
    kwargs |= {"source": "passport", "token": "nothing", "reference": fact.blocker}
    good |= {"body": "Something.", "visibility": "everyone", "press": "once", "finished": "no", "number": "INC1"}
    invited = invite_staff(
        organisation_id=world.northgate.pk, role="it", name="Nia", email="nia@northgate.example",
        by=world.actor("onboarding_lead"), at=timezone.now(),
    )  # fmt: skip
    extract = extracts.receive(
        system=SYSTEMS["hr_record"], organisation=world.northgate, name="Zebediah.csv", dates="ISO",
        content=b"First name,Last name,GMC\nZebediah,Okafor,7654321\n", by=world.actor("hr"), at=timezone.now(),
    )  # fmt: skip
    return Scene(
        users, kwargs, good, upload.ref, extract.ref, mail.ref, picture_in(fact), link_to(fact),
        held_for(world.northgate), invited.ref, pair_of(world, placement),
    )  # fmt: skip


def held_for(org: Any) -> uuid.UUID:
    row = InboundMail.objects.create(
        received_at=timezone.now(), content_hash="0" * 64, stored=default_storage.save("held.eml", ContentFile(b"x")),
        size=1, state="held", reason="Nobody knows.", text="Zebediah wrote.", organisation=org,
    )  # fmt: skip
    return row.ref


def pair_of(world: World, placement: Any) -> uuid.UUID:
    """Northgate's newcomer and another record of theirs."""
    world.newcomer(
        newcomer__given_name="Zebediah", newcomer__family_name=placement.newcomer.family_name,
        newcomer__date_of_birth=placement.newcomer.date_of_birth,
    )  # fmt: skip
    finding.find(world.northgate.pk, at=timezone.now())
    return Pair.objects.get().ref


def picture_in(fact: Fact) -> uuid.UUID:
    """A picture in the conversation about Northgate's newcomer."""
    one = Escalation.objects.get(reference=fact.blocker)
    stored = default_storage.save("evidence/test.png", ContentFile(b"Zebediah"))
    return Evidence.objects.create(
        placement=one.placement, escalation=one, content_hash="0" * 64, stored=stored, type="image/png", width=1,
        height=1, size=8, name="Zebediah.png", uploaded_at=timezone.now(), uploaded_by_name="HR",
    ).ref  # fmt: skip


def link_to(fact: Fact) -> str:
    """The signed link "fixed" of a pack with a birth date in it."""
    one = Escalation.objects.get(reference=fact.blocker)
    told = Told("Staff record", "The name is wrong.")
    with change(by=system("test"), at=timezone.now()) as made:
        sent = packs.send(made, one, one.placement, told, waiting=0, by=system("test"), at=timezone.now())
    return links.token_for(sent, Press.FIXED)


def addresses(patterns: list[Any] | None = None) -> Iterator[tuple[str, list[str]]]:
    """(name, parameters) of every pattern of the URL configuration."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            for name, parameters in addresses(pattern.url_patterns):
                yield name, [*pattern.pattern.converters, *parameters]
        elif isinstance(pattern, URLPattern):
            regex = pattern.pattern.regex.groupindex
            yield pattern.name or "", list(dict.fromkeys([*pattern.pattern.converters, *regex]))


ALLAUTH = {"uidb36": "1", "key": "set-password", "pk": 1, "provider_id": "trust"}


def path_of(name: str, parameters: list[str], scene: Scene) -> str:
    given = ALLAUTH if name.startswith(("account_", "mfa_", "openid_")) else scene.kwargs
    if name.startswith("pathway_") or name == "pathway":
        given = {"key": "wales"}
    if name.startswith("pair_") or name == "pair":
        given = {"ref": scene.pair}
    if name in ("picture", "pack_link"):
        given = {"ref": scene.picture, "token": scene.link}
    if name.startswith("outbox_"):
        given = {"ref": scene.failed_mail}
    if name.startswith("held_"):
        given = {"ref": scene.held}
    if name.startswith("setup_"):
        given = {
            "token": "nothing",
            "part": "lead",
            "ods": "zn1",
            "key": "work_email",
            "function": "it",
            "user": scene.users["it", "northgate"].pk,
            "ref": scene.invited,
        }
    if name.startswith("reconcile_"):
        given = {"ref": scene.extract, "kind": "agree"}
    if name.startswith("import_") and parameters:
        given = {"ref": scene.upload, "kind": "new"}
    return reverse(name, kwargs={p: given[p] for p in parameters})


def test_every_address_says_who_may_use_it():
    names = {name for name, _ in addresses()}
    assert names - set(RULES) == set(), "new addresses: say in RULES who may use them"
    assert set(RULES) - names == set(), "addresses that are gone"


@pytest.mark.parametrize("group", GROUPS)
def test_nobody_reads_or_does_what_is_not_theirs(group, scene, monkeypatch):
    monkeypatch.setattr(watching, "note_denial", lambda request, response: None)  # its own tests: test_audit_watching
    wrong, before = [], written()  # what a request writes is rolled back, so it stays like that
    for who in GROUPS[group]:
        client = Client()
        if who in scene.users:
            client.force_login(scene.users[who])
        for name, parameters in addresses():
            rule = RULES.get(name)
            if rule is None or name == "account_logout":
                continue
            for method in ("get", "post"):
                problem = fault(client, who, rule, method, path_of(name, parameters, scene), scene, before)
                if problem:
                    wrong.append(f"{' at '.join(who)}: {method.upper()} {name}: {problem}")
    assert not wrong, "\n".join(wrong)


def test_no_address_takes_another_method(scene):
    """PUT, PATCH and DELETE of somebody who may read and post everything there is."""
    client = Client()
    client.force_login(scene.users["hr", "northgate"])
    wrong = {}
    for name, parameters in addresses():
        for method in ("put", "patch", "delete"):
            status = getattr(client, method)(path_of(name, parameters, scene)).status_code
            if status not in (403, 404, 405) and not name.startswith(("account_", "mfa_", "openid_")):
                wrong[method, name] = status
    assert wrong == {}


def fault(client: Client, who: Who, rule: Rule, method: str, path: str, scene: Scene, before: tuple[int, int]) -> str:
    """What is wrong with one answer; "" when it is right. What the request wrote is rolled back."""
    with transaction.atomic():
        data = scene.form if method == "post" else None
        response = getattr(client, method)(path, data)
        wrote = written() != before
        transaction.set_rollback(True)
    body = b"".join(response.streaming_content) if response.streaming else response.content
    allowed = {"get": rule.get, "post": rule.post}.get(method)
    problem = bytes_fault(who, rule, body)
    if problem:
        return problem
    if who[0] == "anonymous" and rule.get != ALL:
        to_sign_in = response.status_code == 302 and "/login/" in response["Location"]
        return "" if to_sign_in or (allowed is None and response.status_code == 405) else f"{response.status_code}"
    if allowed is None:
        return (
            "" if response.status_code in (403, 404, 405) and not wrote else f"{response.status_code}, wrote {wrote}"
        )
    if rule in (FORM, OWN_ACCOUNT):
        return "" if response.status_code < 500 else f"{response.status_code}"
    if who in allowed:
        return allowed_fault(who, rule, method, response.status_code, wrote)
    expected = (403,) if who in rule.inside or not rule.hidden else (404,)
    if who[0] in ("executive", "newcomer") or who in rule.inside:
        expected = (403, 404)
    return "" if response.status_code in expected and not wrote else f"{response.status_code}, wrote {wrote}"


LOOKS = ("access.denied", "identity.read")  # entries that a look or a refusal leaves: nothing was changed


def written() -> tuple[int, int]:
    return Fact.objects.count(), AuditEntry.objects.exclude(action__in=LOOKS).count()


def bytes_fault(who: Who, rule: Rule, body: bytes) -> str:
    insider = who in INSIDE or who == ("newcomer", "northgate") or who == ("executive", "northgate")
    leaked = [s for s in SECRETS if s in body] if not insider else []
    if who not in SEE_BIRTH_DATES:
        leaked += [s for s in BIRTH_DATES if s in body]
    return f"shows {leaked}" if leaked else ""


def allowed_fault(who: Who, rule: Rule, method: str, status: int, wrote: bool) -> str:
    if rule.exports and status == 503 and not wrote:  # a PDF where the fonts are not built
        return ""
    if status not in (200, 302, 303, 403, 409, 422, 429) or (method == "get" and status not in (200, 302, 403, 422)):
        return f"allowed, and answered {status}"
    if method == "get" and status == 403 and not rule.hidden:
        return "allowed, and answered 403"
    if method == "get" and wrote != (rule.exports and status == 200):
        return f"read, and wrote {wrote}"
    if method == "post" and wrote != (who in rule.writes):
        return f"answered {status}; wrote {wrote}"
    return ""
