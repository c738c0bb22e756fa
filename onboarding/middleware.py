from collections.abc import Callable

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect

from onboarding.audit import watching

Next = Callable[[HttpRequest], HttpResponse]

PERMISSIONS_POLICY = (
    "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), "
    "microphone=(), payment=(), usb=()"
)


def security_headers(get_response: Next) -> Next:
    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    return middleware


class SignInFirst(LoginRequiredMiddleware):
    """Every page wants a sign-in unless it says otherwise. An address that only takes forms is no way back."""

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseRedirect:
        if request.method in ("GET", "HEAD"):
            return super().handle_no_permission(request, view_func)
        return redirect_to_login("/", self.get_login_url(view_func), self.get_redirect_field_name(view_func))


def actor(get_response: Next) -> Next:
    """Puts `request.actor` on the request, and keeps pages of people who are signed in out of every cache. What they
    were refused leaves an entry in the audit trail."""

    def middleware(request: HttpRequest) -> HttpResponse:
        signed_in = request.user.is_authenticated
        request.actor = request.user.actor if signed_in else None  # type: ignore[attr-defined,union-attr]
        response = get_response(request)
        if signed_in or request.path.startswith("/account/"):
            response.headers["Cache-Control"] = "no-store, private"
        watching.note_denial(request, response)
        return response

    return middleware
