"""The second factor: an app or a passkey beside the password, its recovery codes, and who must have one.

Secrets are encrypted with a key made from the installation's own: a copy of the database alone makes no code.
"""

import base64
from collections.abc import Callable
from typing import Any

import qrcode
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from cryptography.fernet import Fernet, MultiFernet
from django import forms
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.crypto import salted_hmac

from onboarding.actors import Actor
from onboarding.models import User
from onboarding.policies import second_factor_by

Next = Callable[[HttpRequest], HttpResponse]
ONCE = 120  # seconds: longer than a code of the app is good for
# what opens to somebody whose days without a second factor are over, beside the pages that need no sign-in
ENROLMENT = frozenset({"account_logout", "account_reauthenticate"})


def vault() -> MultiFernet:
    """Opens what an older SECRET_KEY closed, as long as it is among the fallbacks."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    made = [salted_hmac("week-one.second-factor", "", secret=key, algorithm="sha256").digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in made])


class FactorAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "That code is not right, was used before, or has run out.",
        "unverified_email": "Confirm your email address first.",
        "cannot_delete_authenticator": "Your role needs a passkey or an app. Add another one before you remove this.",
        "cannot_generate_recovery_codes": "Add a passkey or an app first.",
    }

    def encrypt(self, text: str) -> str:
        return vault().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return vault().decrypt(encrypted_text.encode()).decode()

    def get_totp_issuer(self) -> str:
        return "Week One"

    def build_totp_svg(self, url: str) -> str:
        """The picture for the app's camera, as one path without any style: the policy of our pages allows no other."""
        made = qrcode.QRCode(border=4)
        made.add_data(url)
        rows = made.get_matrix()
        dark = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, on in enumerate(row) if on)
        size = len(rows)
        return (
            f'<svg class="app-qr" viewBox="0 0 {size} {size}" width="240" height="240" role="img" '
            f'aria-label="Picture for the app to scan"><rect width="{size}" height="{size}" fill="#fff"/>'
            f'<path d="{dark}" fill="#000"/></svg>'
        )

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return super().get_public_key_credential_rp_entity() | {"name": "Week One"}

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return "My passkey" if not count else f"My passkey {count + 1}"


def spent(user: User, code: str) -> bool:
    """True for a code that somebody used already, here or at another worker: it is good for one sign-in."""
    return not cache.add(f"week-one.otp:{user.pk}:{normalize_user_code(code)}", 1, ONCE)


class OneUse(forms.Form):
    """allauth lets a code in twice within its minute and a half; this lets it in once."""

    user: User

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = self.fields["code"]
        code.widget.attrs |= {"inputmode": "numeric", "spellcheck": "false"}
        code.error_messages["required"] = "Give the code."

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        if spent(self.user, code):
            raise FactorAdapter().validation_error("incorrect_code")
        return code


class SignInForm(OneUse, AuthenticateForm):
    pass


class AgainForm(OneUse, ReauthenticateForm):
    pass


class ActivateForm(OneUse, ActivateTOTPForm):
    pass


class PasskeyForm(AddWebAuthnForm):
    """A passkey signs in by itself, so it always asks for a finger, a face or a PIN."""

    name = forms.CharField(label="Name", required=False, max_length=60, help_text="Such as “work phone”.")
    passwordless = forms.BooleanField(widget=forms.HiddenInput, required=False, initial=True)


def required(get_response: Next) -> Next:
    """Middleware: whose days without a second factor are over may do nothing but add one, and sign out."""

    def process_view(request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        actor: Actor | None = getattr(request, "actor", None)
        if actor is None or not getattr(view, "login_required", True):
            return None
        now = timezone.now()
        by = second_factor_by(actor, now)
        if by is None or by > now:
            return None
        name = (request.resolver_match.url_name if request.resolver_match else None) or ""
        return None if name in ENROLMENT or name.startswith("mfa_") else redirect("mfa_index")

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    middleware.process_view = process_view  # type: ignore[attr-defined]
    return middleware
