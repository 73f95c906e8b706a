"""What can't be read yet is named, with what to do instead; what looks a little like it is read."""

import pytest

from ftstudio.core.errors import StudioError

MAIL = "From: anna@x.org\nTo: help@x.org\nSubject: Lamp\nDate: today\n\nWhere is the lamp?\n"
CHAT = "".join(f"[0{n}.03.24, 10:00:11] Anna: Where is it?\n" for n in range(1, 9))
PHONE = "".join(f"12/03/2024, 10:0{n} - Anna: Where is it?\n" for n in range(1, 9))
NPY = b"\x93NUMPY\x01\x00v\x00{'descr': '<f8', 'shape': (3,), }\n" + b"\0\0\0\0\0\0\xf0?" * 30


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("a.mbox", f"From anna@x.org Mon Jan 1\n{MAIL}" * 3, "mailbox"),
        ("a.eml", MAIL, "e-mail"),
        ("a.msg", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "__substg1.0_".encode("utf-16-le"),
         "Outlook"),
        ("a.txt", CHAT, "WhatsApp"),
        ("a.txt", PHONE, "WhatsApp"),
        ("a.srt", "1\n00:00:01,000 --> 00:00:02,000\nHello\n", "subtitles"),
        ("a.vtt", "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nHello\n", "subtitles"),
        ("a.xml", "<?xml version='1.0'?><faq><item>x</item></faq>", "XML"),
        ("a.yaml", "- question: Lit?\n  answer: Yes.\n", "YAML"),
        ("a.toml", '[[qa]]\nquestion = "Lit?"\n', "TOML"),
        ("a.sql", "INSERT INTO faq VALUES ('a', 'b');\n" * 3, "SQL"),
        ("a.ipynb", '{"cells": [{"cell_type": "markdown", "source": ["x"]}]}', "notebook"),
        ("a.npy", NPY, "neither text nor"),
    ],
)  # fmt: skip
def test_named(read_text, name, content, word):
    with pytest.raises(StudioError) as caught:
        read_text(name, content)
    assert caught.value.code == "unknown_format"
    assert word in caught.value.why
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "From: To,Subject\nx,y\n"),
        ("a.csv", "date,text\n" + CHAT.replace(", ", " ").replace("] ", ",")),
        ("a.html", "<?xml version='1.0'?><html><body><p>Lamps are lit.</p></body></html>"),
        ("a.txt", "Subject: lamps\n\nLamps are lit at dusk.\n\nThey are put out at dawn.\n"),
    ],
)
def test_read_all_the_same(read_text, name, content):
    assert read_text(name, content).row_count
