"""Files that are not what they say, made here: none is stored in the repository."""

import io
import struct
import zipfile
import zlib

from PIL import Image

PAYLOAD = b"<script>alert(1)</script><?php system('id'); ?>"
RED = (200, 30, 30)


def picture(kind: str = "PNG", size: tuple[int, int] = (60, 40), **options) -> bytes:
    if kind == "HEIF":
        import pillow_heif

        pillow_heif.register_heif_opener()
    out = io.BytesIO()
    Image.new("RGB", size, RED).save(out, kind, **options)
    return out.getvalue()


def with_exif(orientation: int = 6) -> bytes:
    """A photograph on its side, by an author, at a place."""
    exif = Image.Exif()
    exif[0x0112], exif[0x013B] = orientation, "Zebediah the photographer"
    exif.get_ifd(0x8825).update({1: "N", 2: (51.0, 30.0, 0.0)})
    return picture("JPEG", exif=exif)


def polyglots() -> dict[str, bytes]:
    """Good pictures that are something else as well."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("run.sh", PAYLOAD)
    png = picture()
    text = b"tEXtComment\0" + PAYLOAD
    chunk = struct.pack(">I", len(text) - 4) + text + struct.pack(">I", zlib.crc32(text))
    return {
        "png and php": png + PAYLOAD,
        "png with a script in a comment": png[:33] + chunk + png[33:],
        "jpeg and zip": picture("JPEG") + archive.getvalue(),
        "jpeg with a comment": picture("JPEG", comment=PAYLOAD),
        "webp and html": picture("WEBP") + PAYLOAD,
    }


def liars() -> dict[str, bytes]:
    """Named as pictures, and none."""
    gif = b"GIF89a=1;alert(1);//" + b"\0" * 40
    return {
        "svg.png": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        "html.jpg": b"<html>" + PAYLOAD,
        "gif.png": gif,
        "real gif.png": picture("GIF"),
        "bmp.png": picture("BMP"),
        "tiff.png": picture("TIFF"),
        "pdf.png": b"%PDF-1.7\n" + PAYLOAD,
        "only a head.png": b"\x89PNG\r\n\x1a\n",
        "zeros.png": b"\0" * 4096,
        "jpeg head.jpg": b"\xff\xd8\xff\xe0" + b"\xff" * 400,
        "riff.webp": b"RIFF\xff\xff\xff\x7fWEBPVP8 " + b"\0" * 64,
        "ftyp.heic": b"\0\0\0\x18ftypheic" + b"\0" * 64,
    }


def truncated() -> dict[str, bytes]:
    noise = io.BytesIO()
    Image.effect_noise((300, 200), 90).save(noise, "PNG")
    jpeg = io.BytesIO()
    Image.effect_noise((300, 200), 90).convert("RGB").save(jpeg, "JPEG")
    return {"half.png": noise.getvalue()[: noise.tell() // 2], "half.jpg": jpeg.getvalue()[: jpeg.tell() // 2]}


def moving(kind: str) -> bytes:
    out = io.BytesIO()
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "green", "blue")]
    frames[0].save(out, kind, save_all=True, append_images=frames[1:], duration=100)
    return out.getvalue()


def bomb(width: int = 50_000, height: int = 50_000) -> bytes:
    """A PNG of a few kilobytes that unpacks to billions of pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1_000_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


NAMES = {
    "../../etc/passwd.png": "passwd.png",
    "..\\..\\windows\\x.png": "x.png",
    "a\0b.png": "ab.png",
    "gnp.\u202eexe.png": "gnp.exe.png",
    "CON.png": "Picture",
    "nul": "Picture",
    "": "Picture",
    "   ": "Picture",
    "....": "Picture",
    "<img src=x onerror=alert(1)>.png": "img src=x onerror=alert(1) .png",
    "Zoë's screen.png": "Zoë's screen.png",
    "\n\r\tX.png": "X.png",
}
