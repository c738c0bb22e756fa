"""Files of ours in the storage: under a name made of their content, whole or not at all."""

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage


def keep(name: str, content: bytes) -> str:
    """Stores the bytes under a name that stands for them; gives the name that the storage gave.

    The same bytes twice are one file. Half a file, of somebody who died writing it, is written again. One that finds
    no room leaves nothing, and raises the storage's OSError.
    """
    if default_storage.exists(name):
        if default_storage.size(name) == len(content):
            return name
        default_storage.delete(name)
    try:
        return default_storage.save(name, ContentFile(content))
    except OSError:
        default_storage.delete(name)
        raise
