from django.urls import URLPattern, URLResolver, path

from escalations.views import blockers, held, queue, stuck

# replies that nobody could place; before the conversations, whose references could be any word
held_mail: list[URLPattern | URLResolver] = [
    path("escalations/held/", held.held, name="held"),
    path("escalations/held/<uuid:ref>/", held.held_mail, name="held_mail"),
    path("escalations/held/<uuid:ref>/place/", held.held_place, name="held_place"),
    path("escalations/held/<uuid:ref>/discard/", held.held_discard, name="held_discard"),
    path("escalations/held/<uuid:ref>/raw/", held.held_raw, name="held_raw"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    *held_mail,
    path("queue/", queue.queue, name="queue"),
    path("me/steps/<slug:key>/stuck/", stuck.stuck, name="stuck"),
    path("me/steps/<slug:key>/stuck/check/", stuck.check, name="stuck_check"),
    path("me/steps/<slug:key>/stuck/change/", stuck.change, name="stuck_change"),
    path("me/steps/<slug:key>/stuck/send/", stuck.send, name="stuck_send"),
    path("me/steps/<slug:key>/stuck/note/", stuck.note, name="stuck_note"),
    path("me/steps/<slug:key>/stuck/sent/<slug:reference>/", stuck.sent, name="stuck_sent"),
    path("blockers/<slug:reference>/", blockers.blocker, name="blocker"),
    path("blockers/<slug:reference>/clear/", blockers.clear, name="blocker_clear"),
    path("blockers/<slug:reference>/hand-over/", blockers.hand_over, name="blocker_hand_over"),
]
