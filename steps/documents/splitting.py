"""A stream of bytes into the texts of its documents: one document over many lines, or one a line.

Never more is held than the document at hand, so that a file of any size is read in the same memory.
"""

import json
from collections.abc import Iterator
from typing import BinaryIO, Final

_MOST_BYTES: Final = 16 * 1024 * 1024  # of one document
_MARK: Final = b"\xef\xbb\xbf"


class TooLong:
    """Stands for a line that is longer than any document may be; the rest of it was passed over."""


def documents(stream: BinaryIO) -> Iterator[bytes | TooLong]:
    """Answer each document's bytes in order. Blank lines are no documents.

    Where the first line is only the beginning of a document, lines are put together until it ends; where that comes
    to nothing, each line was a document by itself, and the faulty ones are for the reader of JSON to name.
    """
    lines = _lines(stream)
    whole_lines = False
    for line in lines:
        if isinstance(line, TooLong) or whole_lines or not _is_beginning(line):
            yield line
            whole_lines = True
            continue
        taken, good = _put_together(line, lines)
        if good:
            yield b"".join(one for one in taken if isinstance(one, bytes))
        else:
            yield from taken
            whole_lines = True


def _lines(stream: BinaryIO) -> Iterator[bytes | TooLong]:
    first = True
    while line := stream.readline(_MOST_BYTES + 1):
        if first:
            line, first = line.removeprefix(_MARK), False
        if len(line) > _MOST_BYTES and not line.endswith(b"\n"):
            while (rest := stream.readline(_MOST_BYTES)) and not rest.endswith(b"\n"):
                pass
            yield TooLong()
        elif not line.isspace() and line:
            yield line


def _put_together(line: bytes, lines: Iterator[bytes | TooLong]) -> tuple[list[bytes | TooLong], bool]:
    """Answer the lines of one document, and whether they are one (else each is a document by itself).

    Whether what there is so far can still become one is asked whenever it has doubled, so that reading a long document
    costs no more than twice its length.
    """
    taken: list[bytes | TooLong] = [line]
    text, depth, ask_at = bytearray(line), _depth(line), 2
    for line_after in lines:
        taken.append(line_after)
        if isinstance(line_after, TooLong) or len(text) + len(line_after) > _MOST_BYTES:
            return taken, False
        text += line_after
        depth += _depth(line_after)
        if depth <= 0:
            return taken, _is_whole(bytes(text))
        if len(taken) >= ask_at:
            ask_at *= 2
            if not _is_beginning(bytes(text)):
                return taken, False
    return taken, len(taken) > 1 and _is_beginning(bytes(text))


def _depth(line: bytes) -> int:
    """Answer by how much a line opens more brackets than it closes; no text of JSON goes over a line's end."""
    outside = b"".join(line.replace(b"\\\\", b"").replace(b'\\"', b"").split(b'"')[::2])
    return outside.count(b"{") + outside.count(b"[") - outside.count(b"}") - outside.count(b"]")


def _fault(text: bytes) -> tuple[str, bool] | None:
    """Answer what is wrong with a JSON text, and whether it is only that it ends too soon."""
    try:
        decoded = text.decode("utf-8").rstrip()
        json.loads(decoded)
    except json.JSONDecodeError as wrong:
        return wrong.msg, wrong.pos >= len(decoded)
    except (ValueError, RecursionError):
        return "", False
    return None


def _is_beginning(text: bytes) -> bool:
    fault = _fault(text) if not text.rstrip().endswith(b"}") or _depth(text) > 0 else None
    return fault is not None and fault[1]


def _is_whole(text: bytes) -> bool:
    return _fault(text) is None
