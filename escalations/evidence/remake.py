"""Makes a picture anew, in a process of its own: run by `making.remake`, never imported by the product.

Reads the picture from standard input and writes a new one to standard output: one frame, turned upright, pasted into
an image that has never seen the file, so that nothing but its pixels comes along. The answer's first line is JSON:
{"type", "width", "height"}, or {"problem": a word}. Limits on memory, time and files are set before a byte is read.

Arguments: the most pixels; "cover" and the parts to black out follow, as column, row, columns, rows.
"""

import io
import json
import resource
import sys
from typing import Any

MEMORY = 1_200 * 2**20  # bytes; 40 megapixels are 160 MB with an alpha channel, and there are copies
SECONDS = 15
LONGEST = 3_000  # pixels of a side of what is kept
HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")
KINDS = (
    ("PNG", lambda head: head.startswith(b"\x89PNG\r\n\x1a\n")),
    ("JPEG", lambda head: head.startswith(b"\xff\xd8\xff")),
    ("WEBP", lambda head: head[:4] == b"RIFF" and head[8:12] == b"WEBP"),
    ("HEIF", lambda head: head[4:8] == b"ftyp" and head[8:12] in HEIC_BRANDS),
)


class Problem(Exception):
    """Why it is refused, in a word that `making.PROBLEMS` knows."""


def limit() -> None:
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(what)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (most, most))


def kind_of(data: bytes) -> str:
    found = next((kind for kind, fits in KINDS if fits(data[:16])), None)
    if found is None:
        raise Problem("kind")
    return found


def opened(data: bytes, most: int) -> Any:
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = most
    kind = kind_of(data)
    if kind == "HEIF":
        import pillow_heif

        pillow_heif.register_heif_opener(thumbnails=False)
    image = Image.open(io.BytesIO(data), formats=[kind, "MPO"] if kind == "JPEG" else [kind])
    width, height = image.size
    if width * height > most:
        raise Problem("pixels")
    if not width or not height:
        raise Problem("broken")
    if getattr(image, "is_animated", False) and kind in ("PNG", "WEBP"):
        raise Problem("moves")
    return image


def upright(image: Any) -> Any:
    from PIL import ImageOps

    image.load()
    turned = ImageOps.exif_transpose(image)
    turned.thumbnail((LONGEST, LONGEST))
    return turned


def pasted(image: Any) -> Any:
    """Its pixels on a white sheet: no palette, no profile, no text, no second frame."""
    from PIL import Image

    sheet = Image.new("RGB", image.size, "white")
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        flat = image.convert("RGBA")
        sheet.paste(flat, mask=flat.getchannel("A"))
    else:
        sheet.paste(image.convert("RGB"))
    return sheet


def cover(sheet: Any, columns: int, rows: int, parts: list[int]) -> None:
    from PIL import ImageDraw

    draw = ImageDraw.Draw(sheet)
    for part in parts:
        row, column = divmod(part, columns)
        left, top = sheet.width * column // columns, sheet.height * row // rows
        right, bottom = sheet.width * (column + 1) // columns, sheet.height * (row + 1) // rows
        draw.rectangle((left, top, max(left, right - 1), max(top, bottom - 1)), fill="black")


def written(sheet: Any, was: str) -> tuple[str, bytes]:
    """A screenshot stays sharp; a photograph of one becomes a JPEG, and so does what would be a big PNG."""
    out = io.BytesIO()
    if was == "PNG":
        sheet.save(out, "PNG")
        if out.tell() < 3 * 2**20:
            return "image/png", out.getvalue()
        out = io.BytesIO()
    sheet.save(out, "JPEG", quality=88)
    return "image/jpeg", out.getvalue()


def answer(said: dict[str, Any], content: bytes = b"") -> None:
    sys.stdout.buffer.write(json.dumps(said).encode() + b"\n" + content)
    sys.stdout.buffer.flush()


def main(arguments: list[str]) -> None:
    limit()
    data = sys.stdin.buffer.read()
    try:
        image = opened(data, int(arguments[0]))
        sheet = pasted(upright(image))
        if "cover" in arguments:
            columns, rows, *parts = (int(a) for a in arguments[arguments.index("cover") + 1 :])
            cover(sheet, columns, rows, parts)
        kind, content = written(sheet, kind_of(data))
    except Problem as problem:
        answer({"problem": str(problem)})
    except Exception as error:  # a hostile file may raise whatever it likes; only the word leaves this process
        too_big = "DecompressionBomb" in type(error).__name__
        answer({"problem": "pixels" if too_big else "memory" if isinstance(error, MemoryError) else "broken"})
    else:
        answer({"type": kind, "width": sheet.width, "height": sheet.height}, content)


if __name__ == "__main__":
    main(sys.argv[1:])
