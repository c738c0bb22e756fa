"""What somebody reads when it was not their doing: no database, no room left, or a fault of ours."""

import errno
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.views.defaults import server_error

NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
TRY_AGAIN = "60"  # seconds


def fault(request: HttpRequest) -> HttpResponse:
    """The error that is being answered, as a page that asks neither the database nor the session.

    What was sent is not saved in either of the first two cases: whatever belongs to one press is one transaction.
    """
    error = sys.exc_info()[1]
    if isinstance(error, OperationalError | InterfaceError):
        return away({})
    if isinstance(error, OSError) and error.errno in NO_ROOM:
        return away({"no_room": True})
    return server_error(request)


def away(context: dict[str, object]) -> HttpResponse:
    page = loader.get_template("503.html").render(context)
    return HttpResponse(page, status=503, headers={"Retry-After": TRY_AGAIN})
