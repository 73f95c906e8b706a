"""XML with entities of its own is refused before anything expands them."""

import io

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.data.ingest.xml_check import check_xml


@pytest.mark.parametrize("codec", ["utf-8", "utf-16"])
def test_a_bomb_is_refused(codec):
    text = '<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'
    with pytest.raises(StudioError) as caught:
        check_xml(io.BytesIO(text.encode(codec)), "a.docx")
    assert caught.value.code == "hostile"


def test_plain_xml_passes_and_only_its_beginning_is_read():
    stream = io.BytesIO(b"<?xml version='1.0'?><x>" + b" " * 500_000 + b"</x>")
    check_xml(stream, "a.docx")
    assert stream.tell() < 100_000
