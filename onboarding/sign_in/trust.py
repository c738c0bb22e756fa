"""The trust's own sign-in by OpenID Connect: it joins an account that is there, and makes none.

What a provider says about an address counts only if it says that it has proved it. Microsoft Entra lets an
administrator of any tenant put any address into `email`; who matches accounts by that alone lets strangers in. So
somebody is known by issuer and subject, and the first time by an address that the provider calls verified and that
belongs, confirmed, to an open account here.
"""

import hashlib
import logging
from typing import Any, NoReturn

import jwt
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import render
from django.utils import timezone

from onboarding.models import User
from onboarding.sign_in import claimed, notes

log = logging.getLogger(__name__)
# those with a key pair: no secret that both have, and not "none"
ALGORITHMS = [f"{kind}{size}" for kind in ("RS", "PS", "ES") for size in (256, 384, 512)]
Claims = dict[str, Any]
NOT_KNOWN = "We know no account with the email address that your trust has for you. Ask for an invitation to it."
NOT_PROVED = (
    "Your trust's sign-in does not say that your email address is proved to be yours. Sign in another way, and tell "
    "whoever runs Week One."
)
CLOSED = "This account is closed. Your onboarding lead can open it again."


def verified_email(claims: Claims) -> str:
    """The address that these claims call proved, or "".

    `email_verified` is true, and not the text "true" or "false". Entra has `xms_edov` instead: the owner of the
    address's domain has proved it; it comes as true, 1 or "1".
    """
    proved = claims.get("email_verified") is True or claims.get("xms_edov") in (True, 1, "1")
    email = claims.get("email")
    return email.strip().lower() if proved and isinstance(email, str) else ""


def claims_of(data: Claims) -> tuple[Claims, Claims]:
    """The ID token's claims, and the user info's, which must be about the same person."""
    token, info = data.get("id_token") or {}, data.get("userinfo") or {}
    if not token.get("iss") or not token.get("sub"):
        raise OAuth2Error("no ID token")
    if info and info.get("sub") != token["sub"]:
        raise OAuth2Error("the user info is somebody else's")
    return token, info


class CheckedTokens(OpenIDConnectOAuth2Adapter):
    """Checks the ID token's signature too, which allauth leaves to TLS when the token came from the provider itself:
    behind a proxy that opens TLS, as trusts have, the two are not the same."""

    def _decode_id_token(self, app: Any, id_token: str) -> Claims:
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
        try:
            keys = jwt.PyJWKSet.from_dict(answer.json()).keys
            claims = jwt.decode(
                id_token, key=key_for(id_token, keys), algorithms=ALGORITHMS, audience=app.client_id,
                issuer=self.openid_config["issuer"], leeway=60, options={"require": ["exp", "iss", "sub", "aud"]},
            )  # fmt: skip
        except jwt.PyJWTError as error:
            raise OAuth2Error(f"The ID token is not good: {error}") from error
        return dict(claims)


def key_for(id_token: str, keys: list[jwt.PyJWK]) -> jwt.PyJWK:
    """The key that the token names. One that names none can only be meant for the only key there is."""
    kid = jwt.get_unverified_header(id_token).get("kid")
    fitting = [key for key in keys if key.key_id == kid] if kid else keys
    if len(fitting) != 1:
        raise jwt.InvalidKeyError("no key fits")
    return fitting[0]


class TrustProvider(OpenIDConnectProvider):
    def sociallogin_from_response(self, request: HttpRequest, response: Claims) -> SocialLogin:
        login = super().sociallogin_from_response(request, response)
        token, info = claims_of(response)
        claim = settings.OIDC_ROLES_CLAIM
        login.claimed_roles = claimed.roles_in(token.get(claim, info.get(claim)))
        return login

    def extract_uid(self, data: Claims) -> str:
        """Issuer and subject: a subject alone is somebody else's at another issuer."""
        token, _ = claims_of(data)
        return hashlib.sha256(f"{token['iss']}\n{token['sub']}".encode()).hexdigest()

    def extract_email_addresses(self, data: Claims) -> list[EmailAddress]:
        """An address and its proof out of one document: never the one's address with the other's proof."""
        for claims in claims_of(data):
            if email := verified_email(claims):
                return [EmailAddress(email=email, verified=True, primary=True)]
        return []

    def extract_common_fields(self, data: Claims) -> Claims:
        return {}  # names and addresses here are the trust's record's, not the provider's

    def extract_extra_data(self, data: Claims) -> Claims:
        return {"iss": claims_of(data)[0]["iss"]}  # what is kept of it


class TrustAdapter(DefaultSocialAccountAdapter):
    def authenticate_by_email(self, sociallogin: SocialLogin) -> tuple[User, str] | None:
        for address in sociallogin.email_addresses:
            mine = EmailAddress.objects.filter(email=address.email, verified=True, user__email=address.email)
            if found := mine.select_related("user").first():
                return found.user, address.email
        return None

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        user = sociallogin.user
        if user is None or user.pk is None:
            self.refuse(request, NOT_KNOWN if sociallogin.email_addresses else NOT_PROVED)
        if not user.is_active:
            notes.refused(user, "closed", at=timezone.now())
            self.refuse(request, CLOSED)
        if settings.OIDC_ROLES_CLAIM:
            claimed.take(user, sociallogin.claimed_roles, at=timezone.now())

    def refuse(self, request: HttpRequest, why: str) -> NoReturn:
        page = render(request, "socialaccount/not_known.html", {"why": why}, status=403)
        raise ImmediateHttpResponse(page)

    def on_authentication_error(self, request: HttpRequest, provider: Any, *args: Any, **kwargs: Any) -> None:
        said = str(kwargs.get("exception") or kwargs.get("error", ""))
        log.warning("The trust's sign-in failed: %.200s", " ".join(said.split()))

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False
