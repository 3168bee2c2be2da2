"""Small pictures, looked at by their own bytes: what kind they are, how large, and whether they are whole.

Nothing is decoded: a picture is sent on as it came, so it need only be what its media type says and be bounded.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import InvalidPackage, TooLarge

PNG = b"\x89PNG\r\n\x1a\n"
# the markers of JPEG that begin a frame and so hold its size: all of C0…CF but the tables DHT, JPG and DAC
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_BARE = frozenset(range(0xD0, 0xD8)) | {0x01}


@dataclass(frozen=True)
class Picture:
    """What a picture is; `width` and `height` in pixels."""

    media_type: str
    width: int
    height: int


def read_picture(content: bytes, *, max_bytes: int, max_side: int) -> Picture:
    """The picture in `content`, a whole PNG or JPEG. Raises TooLarge, or InvalidPackage if it is something else.

    PNG: https://www.w3.org/TR/png-3/#5DataRep; JPEG: ITU-T T.81, B.1.
    """
    if len(content) > max_bytes:
        raise TooLarge(f"the picture has {len(content) // 1024} KiB; at most {max_bytes // 1024} go")
    found = _png(content) if content.startswith(PNG) else _jpeg(content)
    if found is None:
        raise InvalidPackage("this is no whole PNG or JPEG picture", code="invalid_image")
    if min(found.width, found.height) == 0 or max(found.width, found.height) > max_side:
        raise InvalidPackage(
            f"the picture is {found.width} by {found.height} pixels; at most {max_side} on a side go",
            code="invalid_image",
        )
    return found


def _png(content: bytes) -> Picture | None:
    """IHDR first, then chunks without a gap up to IEND, and nothing after it."""
    if content[8:16] != b"\0\0\0\rIHDR":
        return None
    at = len(PNG)
    while at + 12 <= len(content):
        kind = content[at + 4 : at + 8]
        at += 12 + int.from_bytes(content[at : at + 4], "big")
        if kind == b"IEND":
            size = int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")
            return Picture("image/png", *size) if at == len(content) else None
    return None


def _jpeg(content: bytes) -> Picture | None:
    """SOI, then segments up to the one of the frame; EOI at the very end."""
    if not content.startswith(b"\xff\xd8") or not content.endswith(b"\xff\xd9"):
        return None
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker in _FRAMES:
            height, width = (int.from_bytes(content[at + i : at + i + 2], "big") for i in (5, 7))
            return Picture("image/jpeg", width, height)
        at += 2 if marker in _BARE else 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return None
