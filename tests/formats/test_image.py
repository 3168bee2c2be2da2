"""Pictures are taken for what their bytes say, and only whole and small ones."""

from __future__ import annotations

import pytest

from jupyter_repo.errors import InvalidPackage, RepoError, TooLarge
from jupyter_repo.formats.image import Picture, read_picture

from ..builders import make_png

# SOI, an APP0 segment, the frame (SOF0: 9 by 16), the scan, EOI
JPEG = bytes.fromhex("ffd8 ffe00004 0000 ffc0000b 08 0009 0010 01 011100 ffda 0000 ffd9".replace(" ", ""))


def read(content: bytes) -> Picture:
    return read_picture(content, max_bytes=1000, max_side=64)


def test_png_and_jpeg_say_how_large_they_are() -> None:
    assert read(make_png(16, 9)) == Picture("image/png", 16, 9)
    assert read(JPEG) == Picture("image/jpeg", 16, 9)


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", InvalidPackage),
        (b"GIF89a" + b"\0" * 20, InvalidPackage),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", InvalidPackage),
        (make_png()[:-1], InvalidPackage),
        (make_png() + b"<script>alert(1)</script>", InvalidPackage),
        (b"\x89PNG\r\n\x1a\n" + b"\xff" * 40, InvalidPackage),
        (make_png(65, 9), InvalidPackage),
        (make_png(0, 9), InvalidPackage),
        (JPEG[:-2], InvalidPackage),
        (b"\xff\xd8\xff\xe0\xff\xff\xff\xd9", InvalidPackage),
        (b"\xff\xd8" + b"\xff" * 200 + b"\xff\xd9", InvalidPackage),
        (make_png() * 20, TooLarge),
    ],
)
def test_everything_else_is_refused(content: bytes, error: type[RepoError]) -> None:
    with pytest.raises(error):
        read(content)
