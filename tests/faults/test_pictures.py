"""Hostile pictures: refused in words, or made anew without what they carried. Nothing here may end in a crash."""

import io

import pytest
from PIL import Image

from escalations.evidence.making import MOST_BYTES, remake
from escalations.evidence.naming import MOST, shown
from onboarding.policies import Refused
from tests.faults import hostile_pictures as hostile


def refused(content: bytes, name: str = "x.png") -> str:
    with pytest.raises(Refused) as refusal:
        remake(content, name=name)
    return str(refusal.value)


@pytest.mark.parametrize("name", hostile.liars())
def test_what_is_no_picture_is_refused_by_its_name(name):
    said = refused(hostile.liars()[name], name)
    assert said.startswith(f"{name} is not a picture we can read.")


@pytest.mark.parametrize("name", hostile.truncated())
def test_a_picture_that_was_cut_off_is_refused(name):
    assert "not a picture we can read" in refused(hostile.truncated()[name])


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_moving_picture_is_refused(kind):
    assert "is a moving picture" in refused(hostile.moving(kind))


def test_a_bomb_is_refused_by_its_header():
    assert "more than 40 megapixels" in refused(hostile.bomb())


def test_a_bomb_that_lies_about_its_size_is_refused_without_harm():
    assert "not a picture we can read" in refused(hostile.bomb(5_000, 7_000)[:-40])


def test_what_is_empty_or_too_large_is_never_opened():
    assert refused(b"") == "x.png is empty."
    assert "larger than 10MB" in refused(b"\x89PNG\r\n\x1a\n" + b"\0" * MOST_BYTES)


@pytest.mark.parametrize("name", hostile.polyglots())
def test_a_picture_that_is_something_else_as_well_loses_what_it_carried(name):
    content = hostile.polyglots()[name]
    made = remake(content, name="x.png")
    assert b"<script>" in content or b"run.sh" in content
    for trace in (b"<script>", b"<?php", b"run.sh", b"PK\x03\x04"):
        assert trace not in made.content


def test_place_and_author_are_gone_and_the_picture_stands_upright():
    content = hostile.with_exif(orientation=6)
    assert b"Zebediah" in content
    made = remake(content, name="x.jpg")
    image = Image.open(io.BytesIO(made.content))
    assert (made.width, made.height) == image.size == (40, 60)
    assert b"Zebediah" not in made.content
    assert not image.getexif()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "HEIF"])
def test_what_a_phone_sends_becomes_a_png_or_a_jpeg(kind):
    made = remake(hostile.picture(kind), name="x")
    image = Image.open(io.BytesIO(made.content))
    assert made.type == {"PNG": "image/png"}.get(kind, "image/jpeg")
    assert image.size == (60, 40)
    assert abs(image.convert("RGB").getpixel((30, 20))[0] - 200) < 8


def test_covered_parts_are_black_and_the_rest_is_not():
    made = remake(hostile.picture(size=(60, 40)), name="x", covered=[0, 23])
    image = Image.open(io.BytesIO(made.content)).convert("RGB")
    assert image.getpixel((0, 0)) == image.getpixel((9, 9)) == image.getpixel((59, 39)) == (0, 0, 0)
    assert image.getpixel((10, 0)) == image.getpixel((0, 10)) == image.getpixel((49, 39)) == hostile.RED


def test_what_shines_through_becomes_white():
    out = io.BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(out, "PNG")
    image = Image.open(io.BytesIO(remake(out.getvalue(), name="x").content))
    assert image.mode == "RGB"
    assert image.getpixel((4, 4)) == (255, 255, 255)


@pytest.mark.parametrize("name", hostile.NAMES)
def test_a_name_is_safe_to_show(name):
    assert shown(name) == hostile.NAMES[name]


def test_a_long_name_keeps_its_ending():
    assert shown("a" * 300 + ".png").endswith("….png")
    assert len(shown("a" * 300 + ".png")) <= MOST
