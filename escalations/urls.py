from django.urls import URLPattern, URLResolver, path

from escalations.views import blockers, queue, stuck

urlpatterns: list[URLPattern | URLResolver] = [
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
