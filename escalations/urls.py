from django.urls import URLPattern, URLResolver, path

from escalations.views import acts, alike, conversation, held, pictures, pressing, queue, replying, sending, stuck

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
    path("queue/clear/", alike.clear_alike, name="queue_clear"),
    path("queue/claim/<slug:reference>/", queue.claim, name="queue_claim"),
    path("queue/claim/<uuid:ref>/<slug:key>/", queue.claim_step, name="queue_claim_step"),
    path("me/steps/<slug:key>/stuck/", stuck.stuck, name="stuck"),
    path("me/steps/<slug:key>/stuck/check/", sending.check, name="stuck_check"),
    path("me/steps/<slug:key>/stuck/change/", sending.change, name="stuck_change"),
    path("me/steps/<slug:key>/stuck/send/", sending.send, name="stuck_send"),
    path("me/steps/<slug:key>/stuck/note/", stuck.note, name="stuck_note"),
    path("me/steps/<slug:key>/stuck/sent/<slug:reference>/", stuck.sent, name="stuck_sent"),
    path("escalations/", conversation.conversations, name="escalations"),
    path("escalations/<slug:reference>/", conversation.conversation, name="escalation"),
    path("escalations/<slug:reference>/say/", replying.say, name="escalation_say"),
    path("escalations/<slug:reference>/pictures/", replying.cover, name="escalation_cover"),
    path("escalations/<slug:reference>/claim/", conversation.claim, name="escalation_claim"),
    path("escalations/<slug:reference>/let-go/", conversation.let_go, name="escalation_let_go"),
    path("escalations/<slug:reference>/ticket/", conversation.ticket, name="escalation_ticket"),
    path("escalations/<slug:reference>/works/", conversation.works, name="escalation_works"),
    path("escalations/<slug:reference>/still-wrong/", replying.still_wrong, name="escalation_still_wrong"),
    path("escalations/<slug:reference>/ask/", acts.ask, name="escalation_ask"),
    path("escalations/<slug:reference>/clear/", acts.clear, name="escalation_clear"),
    path("escalations/<slug:reference>/hand-over/", acts.hand_over, name="escalation_hand_over"),
    path("escalations/<slug:reference>/not-ours/", acts.not_ours, name="escalation_not_ours"),
    path("pictures/<uuid:ref>/", pictures.picture, name="picture"),
    path("pack/<str:token>/", pressing.pack_link, name="pack_link"),
]
