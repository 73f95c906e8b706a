"""Refuses XML that declares entities: a few lines of them can fill all memory (an XML bomb)."""

from __future__ import annotations

from typing import IO
from xml.parsers import expat

from ftstudio.core.errors import StudioError

_CHUNK = 1 << 16


class _Begun(Exception):
    """The first element is there: declarations can only stand before it."""


def check_xml(stream: IO[bytes], name: str) -> None:
    """Raises StudioError where a document type is declared; office programs never write one."""
    parser = expat.ParserCreate()

    def declared(*_: object) -> None:
        raise StudioError(
            f"{name} was not opened.",
            "It declares entities of its own (an XML bomb), which no office program writes. Files "
            "made to do harm look like that.",
            "Ask where it comes from. If you trust it, open it in Word or LibreOffice and save it "
            "anew.",
            code="hostile",
        )

    def begun(*_: object) -> None:
        raise _Begun

    parser.StartDoctypeDeclHandler = declared
    parser.EntityDeclHandler = declared
    parser.StartElementHandler = begun
    try:
        while chunk := stream.read(_CHUNK):
            parser.Parse(chunk, False)
    except (_Begun, expat.ExpatError):
        return
