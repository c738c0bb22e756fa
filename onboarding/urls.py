"""Every address. The upper rooms are included by string: this room imports neither."""

from allauth.account import views as allauth
from django.urls import include, path, re_path

from onboarding.views import account, audit, invitations, mail, moving, pages

# only what Week One uses of allauth: an email address, for one, is changed by the onboarding lead
sign_in = [
    path("login/", allauth.login, name="account_login"),
    path("logout/", allauth.logout, name="account_logout"),
    path("inactive/", allauth.account_inactive, name="account_inactive"),
    path("signup/", allauth.signup, name="account_signup"),  # says that it is closed; allauth reverses it
    path("reauthenticate/", allauth.reauthenticate, name="account_reauthenticate"),
    path("confirm-email/", allauth.email_verification_sent, name="account_email_verification_sent"),
    re_path(r"^confirm-email/(?P<key>[-:\w]+)/$", allauth.confirm_email, name="account_confirm_email"),
    path("password/change/", allauth.password_change, name="account_change_password"),
    path("password/set/", allauth.password_set, name="account_set_password"),
    path("password/reset/", allauth.password_reset, name="account_reset_password"),
    path("password/reset/done/", allauth.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        allauth.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        allauth.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
]

urlpatterns = [
    path("", pages.home, name="home"),
    path("account/", pages.account, name="account"),
    path("account/mails/", account.mails, name="account_mails"),
    path("account/cover/", account.cover, name="account_cover"),
    path("account/cover/<int:team>/", account.team_cover, name="team_cover"),
    path("account/cover/<int:team>/chases/", account.team_chases, name="team_chases"),
    path("account/", include(sign_in)),
    path("account/move-email/", moving.move_email, name="move_email"),
    path("account/move-email/<str:token>/", moving.move_email_here, name="move_email_here"),
    path("invitation/you/", invitations.you, name="invitation_you"),
    path("invitation/yes/", invitations.yes, name="invitation_yes"),
    path("invitation/no/", invitations.no, name="invitation_no"),
    path("invitation/<str:token>/", invitations.invitation, name="invitation"),
    path("invitation/<str:token>/again/", invitations.again, name="invitation_again"),
    path("mail/", mail.outbox, name="outbox"),
    path("mail/<uuid:ref>/again/", mail.again, name="outbox_again"),
    path("mail/<uuid:ref>/settled/", mail.settled, name="outbox_settled"),
    path("audit/", audit.audit, name="audit"),
    path("audit/entries.csv", audit.as_csv, name="audit_csv"),
    path("signed-out/", pages.signed_out, name="signed_out"),
    path("help/", pages.help_page, name="help"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("privacy/", pages.privacy, name="privacy"),
    path("health/live", pages.live, name="health_live"),
    path("health/ready", pages.ready, name="health_ready"),
    path("health/work", pages.work, name="health_work"),
    path("", include("steps.urls")),
    path("", include("escalations.urls")),
]
