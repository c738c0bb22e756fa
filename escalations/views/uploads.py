"""Pictures as they come in: held in memory, never more than one form may bring, whatever is sent."""

import io
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from escalations.evidence.making import MOST_BYTES
from escalations.services.pictures import AT_ONCE, Upload

FIELD = "pictures"
View = Callable[..., HttpResponse]


class BoundedPictures(FileUploadHandler):
    """Keeps the first bytes of the first files: one byte too many of one, and one file too many, are enough to refuse
    them with words."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.count = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.count += 1
        self.held = io.BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self.count <= AT_ONCE + 1 and self.held.tell() <= MOST_BYTES:
            self.held.write(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        self.held.seek(0)
        return InMemoryUploadedFile(
            self.held, self.field_name, self.file_name, self.content_type, file_size, self.charset
        )


def takes_pictures(view: View) -> View:
    """The handler has to be set before anything reads the form, the check against forgery included, which is why that
    check is lifted outside and stands inside."""
    protected = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def outer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST":
            request.upload_handlers = [BoundedPictures(request)]
        return protected(request, *args, **kwargs)

    return outer


def uploads_in(request: HttpRequest) -> list[Upload]:
    """What was sent. An empty file field sends one file without a name and without a byte."""
    files = request.FILES.getlist(FIELD)
    return [Upload(file.name or "", file.read()) for file in files if file.name or file.size]
