from django.urls import URLPattern, URLResolver, include, path

from steps.views import (
    importing,
    inviting,
    joining,
    me,
    newcomers,
    pathways,
    placement_actions,
    readiness,
    readiness_files,
    rights,
    step_actions,
)
from steps.views.setup import days, keeping, organisation, people, teams
from steps.views.setup import index as setup

on_step: list[URLPattern | URLResolver] = [
    path("issue/", step_actions.issue, name="newcomer_step_issue"),
    path("finish/", step_actions.finish, name="newcomer_step_finish"),
    path("stuck/", step_actions.stuck, name="newcomer_step_stuck"),
    path("reopen/", step_actions.reopen, name="newcomer_step_reopen"),
    path("correct/", step_actions.correct, name="newcomer_step_correct"),
    path("waive/", step_actions.waive, name="newcomer_step_waive"),
    path("clear/<slug:blocker>/", step_actions.clear, name="newcomer_step_clear"),
    path("hand-over/<slug:blocker>/", step_actions.hand_over, name="newcomer_step_hand_over"),
]

on_setup: list[URLPattern | URLResolver] = [
    path("", setup.place, name="setup_place"),
    path("organisation/", organisation.details, name="setup_organisation"),
    path("who-sees-what/", organisation.fields, name="setup_fields"),
    path("keeping/", keeping.keep, name="setup_keeping"),
    path("pathway/", organisation.pathway, name="setup_pathway"),
    path("paydays/", days.paydays, name="setup_paydays"),
    path("teams/", teams.index, name="setup_teams"),
    path("teams/<slug:function>/", teams.team, name="setup_team"),
    path("people/", people.index, name="setup_people"),
    path("people/invite/", people.invite, name="setup_invite"),
    path("people/invited/<uuid:ref>/withdraw/", people.withdraw, name="setup_withdraw"),
    path("people/invited/<uuid:ref>/again/", people.again, name="setup_invite_again"),
    path("people/<int:user>/", people.person, name="setup_person"),
    path("people/<int:user>/leaves/", people.leaver, name="setup_leaver"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    # the newcomer's own
    path("me/", me.me, name="me"),
    path("me/steps/<slug:key>/", me.step, name="step"),
    path("me/steps/<slug:key>/done/", me.done, name="step_done"),
    path("me/steps/<slug:key>/up-to-date/", me.upgraded, name="step_upgraded"),
    path("me/steps/<slug:key>/cleared/", me.cleared, name="step_cleared"),
    path("me/steps/<slug:key>/works-already/", me.works_already, name="step_works_already"),
    path("me/steps/<slug:key>/ticks/", me.ticks, name="step_ticks"),
    path("me/steps/<slug:key>/passport/", me.passport, name="step_passport"),
    path("me/facts/<int:fact>/undo/", me.undo, name="step_undo"),
    # staff: the list, one newcomer, one step of theirs, and each thing that may be done to it
    path("newcomers/", newcomers.index, name="newcomers"),
    path("newcomers/<uuid:ref>/", newcomers.detail, name="newcomer"),
    path("newcomers/<uuid:ref>/details/", placement_actions.details, name="newcomer_details"),
    path("newcomers/<uuid:ref>/move-start/", placement_actions.move_start, name="newcomer_move_start"),
    path("newcomers/<uuid:ref>/started/", placement_actions.started, name="newcomer_started"),
    path("newcomers/<uuid:ref>/expected/", placement_actions.expected, name="newcomer_expected"),
    path("newcomers/<uuid:ref>/deferred/", placement_actions.deferred, name="newcomer_deferred"),
    path("newcomers/<uuid:ref>/withdrawn/", placement_actions.withdrawn, name="newcomer_withdrawn"),
    path("newcomers/<uuid:ref>/left/", placement_actions.left, name="newcomer_left"),
    path("newcomers/<uuid:ref>/copy.zip", rights.copy, name="newcomer_copy"),
    path("newcomers/<uuid:ref>/erase/", rights.erase, name="newcomer_erase"),
    path("newcomers/<uuid:ref>/erase/hold/", rights.hold, name="newcomer_hold"),
    path("newcomers/<uuid:ref>/erase/lift/", rights.lift, name="newcomer_lift"),
    path("newcomers/<uuid:ref>/invite/", inviting.invite, name="newcomer_invite"),
    path("newcomers/<uuid:ref>/facts/<int:fact>/undo/", step_actions.undo, name="newcomer_undo"),
    path("newcomers/<uuid:ref>/steps/<slug:key>/", step_actions.step, name="newcomer_step"),
    path("newcomers/<uuid:ref>/steps/<slug:key>/", include(on_step)),
    # two records that may be one person
    path("newcomers/duplicates/", joining.index, name="pairs"),
    path("newcomers/duplicates/look/", joining.look, name="pairs_look"),
    path("newcomers/duplicates/<uuid:ref>/", joining.pair, name="pair"),
    path("newcomers/duplicates/<uuid:ref>/join/", joining.join, name="pair_join"),
    path("newcomers/duplicates/<uuid:ref>/two-people/", joining.part, name="pair_part"),
    path("newcomers/duplicates/<uuid:ref>/ask/", joining.ask, name="pair_ask"),
    path("newcomers/duplicates/<uuid:ref>/undo/", joining.undo, name="pair_undo"),
    # a roster's way in
    path("newcomers/import/", importing.upload, name="import_roster"),
    path("newcomers/import/<uuid:ref>/", importing.file, name="import_file"),
    path("newcomers/import/<uuid:ref>/progress/", importing.progress, name="import_progress"),
    path("newcomers/import/<uuid:ref>/again/", importing.again, name="import_again"),
    path("newcomers/import/<uuid:ref>/store/", importing.confirm, name="import_confirm"),
    path("newcomers/import/<uuid:ref>/take-good-rows/", importing.take_good, name="import_take_good"),
    path("newcomers/import/<uuid:ref>/headings/", importing.headings, name="import_headings"),
    path("newcomers/import/<uuid:ref>/invite/", inviting.invite_all, name="import_invite"),
    path("newcomers/import/<uuid:ref>/refused/", importing.refused, name="import_refused"),
    path("newcomers/import/<uuid:ref>/lists/<slug:kind>/", importing.whole_list, name="import_list"),
    # the onboarding lead's pathways
    path("pathways/", pathways.index, name="pathways"),
    path("pathways/preview/", pathways.preview, name="pathway_preview"),
    path("pathways/publish/", pathways.publish, name="pathway_publish"),
    path("pathways/<slug:key>/", pathways.pathway, name="pathway"),
    path("pathways/<slug:key>/toml/", pathways.source, name="pathway_source"),
    path("pathways/<slug:key>/use/", pathways.use, name="pathway_use"),
    # setting the organisation up; an ODS code has no hyphen, so no page of the first run can be taken for one
    path("setup/", setup.index, name="setup"),
    path("setup/<slug:ods>/", include(on_setup)),
    # managers, the executive and the onboarding lead
    path("readiness/", readiness.readiness, name="readiness"),
    path("readiness/week.csv", readiness_files.as_csv, name="readiness_csv"),
    path("readiness/week.xlsx", readiness_files.as_xlsx, name="readiness_xlsx"),
    path("readiness/week.pdf", readiness_files.as_pdf, name="readiness_pdf"),
]
