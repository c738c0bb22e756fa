"""Asking for a new password: the same work whether somebody has the address or nobody has."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ResetPasswordForm, default_token_generator
from allauth.account.models import EmailAddress
from django.http import HttpRequest

from onboarding.models import User


class ForgottenForm(ResetPasswordForm):
    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        if not self.users:
            work_as_for_somebody()
        return str(super().save(request, **kwargs))


def work_as_for_somebody() -> None:
    """Two looks at addresses, a token, an address: what allauth does for each account it finds. All of it is thrown
    away; without it an unknown address is answered a third faster."""
    EmailAddress.objects.filter(user_id=0, email="").exists()
    key = default_token_generator.make_token(User(pk=0, email="", password=""))
    get_adapter().get_reset_password_from_key_url(f"0-{key}")
