from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

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
