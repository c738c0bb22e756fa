import uuid

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

from escalations.selectors.pictures import picture_for

SANDBOX = "default-src 'none'; sandbox"


@require_safe
def picture(request: HttpRequest, ref: uuid.UUID) -> FileResponse:
    """A picture as we made it. It is nobody's page: nothing in it runs, and no cache keeps it."""
    evidence = picture_for(request.actor, ref)  # type: ignore[attr-defined]
    if evidence is None:
        raise Http404
    try:
        content = default_storage.open(evidence.stored)
    except FileNotFoundError as gone:
        raise Http404 from gone
    ending = "png" if evidence.type == "image/png" else "jpg"
    response = FileResponse(content, content_type=evidence.type, filename=f"picture.{ending}")
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store, private"
    return response
