"""May this be done to this step, now, by this person? The reason in words, for the page and the refusal alike.

Who may (the person) is settled before when (the state). Every function takes the step's row with its
`placement` at hand, asks no database, and answers a `Decision`.
"""

from collections.abc import Mapping
from typing import Any

from onboarding.actors import Actor
from onboarding.identity.numbers import plain_number
from onboarding.models import Placement
from onboarding.policies import YES, Decision, no
from onboarding.words import Function, PlacementStatus, Role
from steps.models import PlacementStep
from steps.models.chain import State
from steps.models.joining import PairState
from steps.pathway import Step
from steps.selectors.pairs import PairView

NEVER_WAIVED = frozenset({"hr_record", "identity"})


def is_newcomer(actor: Actor, placement: Placement) -> bool:
    return actor.newcomer_id is not None and actor.newcomer_id == placement.newcomer_id


def is_lead(actor: Actor, placement: Placement) -> bool:
    return any(actor.has(Role.ONBOARDING_LEAD, org) for org in (placement.employer_id, placement.host_id))


def is_in_team(actor: Actor, placement: Placement, function: str, organisation_id: int | None) -> bool:
    """Is the actor somebody of this function there? A placement's manager is one person, not a team."""
    if function == Function.NEWCOMER:
        return is_newcomer(actor, placement)
    if function == Function.MANAGER:
        return placement.manager_id is not None and placement.manager_id == actor.user_id
    return actor.has(function, organisation_id)


def is_step_team(actor: Actor, row: PlacementStep) -> bool:
    return is_in_team(actor, row.placement, row.team_function, row.team_org_id)


def is_holder(actor: Actor, row: PlacementStep) -> bool:
    """Is it the actor's move now?"""
    return is_in_team(actor, row.placement, row.owner_function, row.owner_org_id)


def owner_words(function: str) -> str:
    return "the newcomer" if function == Function.NEWCOMER else str(Function(function).label)


def on_open_placement(row: PlacementStep) -> Decision:
    if row.placement.status in (PlacementStatus.WITHDRAWN, PlacementStatus.LEFT):
        return no("This placement has ended.")
    if row.state == State.NOT_APPLICABLE and not row.reasons.get("waived"):
        return no("This step does not apply to this newcomer.")
    return YES


def can_issue(actor: Actor, row: PlacementStep, step: Step) -> Decision:
    """The owner of a step that the newcomer confirms says: our part is done."""
    if step.confirmed_by != Function.NEWCOMER or step.owner == Function.NEWCOMER:
        return no("Nobody has to confirm this step after its owner: finish it.")
    if not is_step_team(actor, row):
        return no(f"Only {owner_words(row.team_function)} can say that this is ready to use.")
    return on_open_placement(row)


def can_finish(actor: Actor, row: PlacementStep, step: Step) -> Decision:
    """Record that the step is done: by the newcomer where the step says so, else by its own team."""
    if step.confirmed_by == Function.NEWCOMER and step.owner != Function.NEWCOMER:
        if is_newcomer(actor, row.placement):
            if row.issued or row.state in (State.DONE, State.RECHECK, State.BLOCKED):
                return on_open_placement(row)
            return no(f"{owner_words(row.team_function)} has to make this ready first.")
        if is_step_team(actor, row) and (row.says_works_at or row.state in (State.RECHECK, State.DONE)):
            return on_open_placement(row)
        return no("The newcomer says whether this works. Make it ready, and they are asked.")
    if not is_step_team(actor, row):
        return no(f"Only {owner_words(row.team_function)} can finish this step.")
    return on_open_placement(row)


def can_say_works(actor: Actor, row: PlacementStep) -> Decision:
    if not is_newcomer(actor, row.placement):
        return no("Only the newcomer can say that it works already.")
    if row.state in (State.DONE, State.RECHECK, State.NOT_APPLICABLE):
        return no("This step is done.")
    return on_open_placement(row)


def can_reopen(actor: Actor, row: PlacementStep) -> Decision:
    if not (is_step_team(actor, row) or is_lead(actor, row.placement)):
        return no(f"Only {owner_words(row.team_function)} or the onboarding lead can reopen this step.")
    if not (row.done_at or row.issued or row.state == State.NOT_APPLICABLE):
        return no("This step is not done, so there is nothing to reopen.")
    return on_open_placement(row)


def can_correct(actor: Actor, row: PlacementStep) -> Decision:
    if not is_step_team(actor, row):
        return no(f"Only {owner_words(row.team_function)} can correct this step.")
    return on_open_placement(row)


def can_block(actor: Actor, row: PlacementStep) -> Decision:
    """The newcomer, the step's team, whoever holds it, and the onboarding lead may say that it is stuck."""
    known = is_newcomer(actor, row.placement) or is_step_team(actor, row) or is_holder(actor, row)
    if not (known or is_lead(actor, row.placement)):
        return no(f"Only the newcomer, {owner_words(row.team_function)} or the onboarding lead can say it is stuck.")
    return on_open_placement(row)


def holds_blocker(actor: Actor, row: PlacementStep, blocker: Mapping[str, Any]) -> bool:
    owner = blocker["owner"]
    placement = row.placement
    org = placement.employer_id if owner["side"] == "employer" else placement.host_id
    return is_in_team(actor, placement, owner["function"], org)


def can_clear(actor: Actor, row: PlacementStep, blocker: Mapping[str, Any], *, owner_agrees: bool = False) -> Decision:
    """Whoever has it, the onboarding lead, and the newcomer who raised it, or whose owner says that it is fixed."""
    if holds_blocker(actor, row, blocker) or is_lead(actor, row.placement):
        return on_open_placement(row)
    if is_newcomer(actor, row.placement) and (owner_agrees or blocker["by"] == actor.user_id):
        return on_open_placement(row)
    return no(f"Only {owner_words(blocker['owner']['function'])}, who has this, or the onboarding lead can clear it.")


def can_hand_over(actor: Actor, row: PlacementStep, blocker: Mapping[str, Any]) -> Decision:
    if holds_blocker(actor, row, blocker) or is_lead(actor, row.placement):
        return on_open_placement(row)
    return no(
        f"Only {owner_words(blocker['owner']['function'])}, who has this, or the onboarding lead can hand it over."
    )


def can_waive(actor: Actor, row: PlacementStep) -> Decision:
    if row.key in NEVER_WAIVED:
        return no("A staff record and an identity check are never waived.")
    if not (is_step_team(actor, row) or is_lead(actor, row.placement)):
        return no(f"Only {owner_words(row.team_function)} or the onboarding lead can decide that it is not needed.")
    if row.team_function == Function.NEWCOMER and not is_lead(actor, row.placement):
        return no("Only the onboarding lead can decide that it is not needed.")
    return on_open_placement(row)


def can_retract(actor: Actor, row: PlacementStep, recorded_by: int | None) -> Decision:
    """An Undo for a wrong tick: by whoever recorded it, or by the onboarding lead."""
    if is_lead(actor, row.placement) or (recorded_by is not None and recorded_by == actor.user_id):
        return YES
    return no("Only the person who recorded this, or the onboarding lead, can take it back.")


def can_tick(actor: Actor, row: PlacementStep, by: str) -> Decision:
    if by == "newcomer":
        return YES if is_newcomer(actor, row.placement) else no("The newcomer ticks this.")
    return YES if is_step_team(actor, row) else no(f"{owner_words(row.team_function)} ticks this.")


LISTED_TWICE = no("This post is listed twice, and the other listing goes on. Make the change there.")


def can_correct_details(actor: Actor, placement: Placement) -> Decision:
    """Names, dates and numbers belong to the employer: its HR corrects them. A roster is HR's or the lead's."""
    if placement.twin_of_id is not None:
        return LISTED_TWICE
    if actor.user_id is None or actor.has(Role.HR, placement.employer_id):
        return YES
    return no("Only HR of the employer can correct these details.")


def can_check_record(actor: Actor, placement: Placement) -> Decision:
    """The record check shows every identity field side by side, so it is for those who correct them."""
    if actor.has(Role.HR, placement.employer_id):
        return YES
    return no("Only HR of the employer can check the record against the documents.")


def can_enter_share_code(actor: Actor, row: PlacementStep) -> Decision:
    if not (is_newcomer(actor, row.placement) or is_step_team(actor, row)):
        return no(f"Only the newcomer and {owner_words(row.team_function)} know the share code's day.")
    return on_open_placement(row)


def can_enter_mail_account(actor: Actor, row: PlacementStep) -> Decision:
    if not is_step_team(actor, row):
        return no(f"Only {owner_words(row.team_function)} can say how the mail account stands.")
    return on_open_placement(row)


def can_say_passport(actor: Actor, row: PlacementStep) -> Decision:
    if not is_newcomer(actor, row.placement):
        return no("Only the newcomer says what their passport says.")
    return on_open_placement(row)


def can_set_status(actor: Actor, placement: Placement) -> Decision:
    if placement.twin_of_id is not None:
        return LISTED_TWICE
    if actor.user_id is None or actor.has(Role.HR, placement.employer_id) or is_lead(actor, placement):
        return YES
    return no("Only HR of the employer or the onboarding lead can do this.")


def can_join(actor: Actor, view: PairView) -> Decision:
    """Employers decide: HR or the onboarding lead of one on each side, or of one whose other has asked for it."""
    if not any(side.mine for side in view.sides):
        return no("Only HR and the onboarding lead of their employer can decide about these two records.")
    for side in view.sides:
        if not side.mine and not side.agreed:
            return no(f"{side.employers} decides about its own record.")
    numbers = {plain_number(side.person.gmc_number) for side in view.sides} - {""}
    if len(numbers) > 1:
        return no("Their GMC numbers differ, and one person has one. If a number is wrong, correct it first.")
    return YES


def can_part(actor: Actor, view: PairView) -> Decision:
    if view.pair.state == PairState.JOINED:
        return no("They are joined. Undo that first.")
    if any(side.mine for side in view.sides):
        return YES
    return no("Only HR and the onboarding lead of their employer can decide about these two records.")


def can_ask(actor: Actor, view: PairView) -> Decision:
    """Whoever employs one of the two may ask the other's employer, and shows that employer its own record by it."""
    if view.pair.state != PairState.OPEN:
        return no("This has been decided.")
    if view.pair.asked_by_id is not None:
        return no("They have been asked.")
    if [side.mine for side in view.sides].count(True) == 1:
        return YES
    return no("There is nobody to ask.")
