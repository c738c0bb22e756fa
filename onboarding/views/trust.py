"""The way to the trust's own sign-in and back. Where it does not answer, a page says so."""

import logging
from collections.abc import Callable
from functools import wraps

from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from requests import RequestException

from onboarding.sign_in.trust import CheckedTokens

log = logging.getLogger(__name__)
View = Callable[[HttpRequest, str], HttpResponse]


def answering(view: View) -> View:
    """allauth asks the provider while the page waits, and lets through what goes wrong there."""

    @login_not_required
    @never_cache
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def guarded(request: HttpRequest, provider_id: str) -> HttpResponse:
        try:
            return view(request, provider_id)
        except SocialApp.DoesNotExist as error:
            raise Http404 from error
        except (RequestException, ValueError, KeyError) as error:
            log.warning("The trust's sign-in cannot be asked: %s", error)
            return render(request, "socialaccount/authentication_error.html", status=503)

    return guarded


@answering
def start(request: HttpRequest, provider_id: str) -> HttpResponse:
    return OAuth2LoginView.adapter_view(CheckedTokens(request, provider_id))(request)


@answering
def back(request: HttpRequest, provider_id: str) -> HttpResponse:
    return OAuth2CallbackView.adapter_view(CheckedTokens(request, provider_id))(request)


@login_not_required
@require_safe
def stopped(request: HttpRequest) -> HttpResponse:
    """Somebody pressed "cancel" there."""
    return redirect("account_login")
