"""Every address. The upper rooms are included by string: this room imports neither."""

from allauth.account import views as allauth
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkeys
from django.urls import include, path, re_path

from onboarding.views import account, audit, invitations, mail, moving, pages, rights, sessions, trust
from onboarding.views import factors as own_factors

# only what Week One uses of allauth: an email address, for one, is changed by the onboarding lead
sign_in = [
    path("login/", allauth.login, name="account_login"),
    path("login/code/", allauth.request_login_code, name="account_request_login_code"),
    path("login/code/check/", allauth.confirm_login_code, name="account_confirm_login_code"),
    path("login/passkey/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path("login/second/", factors.authenticate, name="mfa_authenticate"),
    re_path(r"^login/(?P<provider_id>trust)/$", trust.start, name="openid_connect_login"),
    re_path(r"^login/(?P<provider_id>trust)/back/$", trust.back, name="openid_connect_callback"),
    path("login/trust/stopped/", trust.stopped, name="socialaccount_login_cancelled"),
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

# the second factor: passkeys, the app, recovery codes; and "is it still you?" by either
second_factor = [
    path("", own_factors.index, name="mfa_index"),
    path("again/", factors.reauthenticate, name="mfa_reauthenticate"),
    path("again/passkey/", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("app/", app.activate_totp, name="mfa_activate_totp"),
    path("app/remove/", app.deactivate_totp, name="mfa_deactivate_totp"),
    path("codes/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("codes/new/", recovery_codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("passkeys/", own_factors.index, name="mfa_list_webauthn"),
    path("passkeys/add/", passkeys.add_webauthn, name="mfa_add_webauthn"),
    path("passkeys/<int:pk>/remove/", passkeys.remove_webauthn, name="mfa_remove_webauthn"),
]

urlpatterns = [
    path("", pages.home, name="home"),
    path("account/", pages.account, name="account"),
    path("account/mails/", account.mails, name="account_mails"),
    path("account/cover/", account.cover, name="account_cover"),
    path("account/cover/<int:team>/", account.team_cover, name="team_cover"),
    path("account/cover/<int:team>/chases/", account.team_chases, name="team_chases"),
    path("account/kept/", sessions.kept, name="account_kept"),
    path("account/sessions/", sessions.listed, name="account_sessions"),
    path("account/sessions/<int:pk>/end/", sessions.end_one, name="account_session_end"),
    path("account/sessions/end-others/", sessions.end_others, name="account_sessions_end_others"),
    path("account/second-factor/", include(second_factor)),
    path("account/my-data/", rights.my_data, name="my_data"),
    path("account/my-data/copy.zip", rights.my_copy, name="my_copy"),
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

handler500 = "onboarding.views.faults.fault"
