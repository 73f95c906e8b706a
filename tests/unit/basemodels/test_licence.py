import pytest

from ftstudio.basemodels.licence import front_matter, read_licence


@pytest.mark.parametrize(
    ("card", "plain"),
    [
        ("---\nlicense: apache-2.0\n---\n", "Apache 2.0"),
        ("\ufeff---\nlanguage:\n- en\nlicense: 'mit'\n---\n", "MIT"),
        ("---\nlicense: other\nlicense_name: qwen-research\n---\n", "qwen-research"),
        ("---\nlicense: some-new-one\n---\n", "some-new-one"),
        ("# no front matter\nlicense: mit\n", "unknown"),
        ("---\ntags: [a]\n---\nlicense: mit\n", "unknown"),
    ],
)
def test_the_card_says_it(tmp_path, card, plain):
    (tmp_path / "README.md").write_text(card, "utf-8")
    assert read_licence(tmp_path) == plain


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("  Apache License\n   Version 2.0, January 2004", "Apache 2.0"),
        ("LLAMA 3.1 COMMUNITY LICENSE AGREEMENT", "Llama 3.1 licence"),
        ("Permission is hereby granted, free of charge, to any person", "MIT"),
        ("All rights reserved.", "unknown"),
    ],
)
def test_the_licence_file_says_it(tmp_path, text, plain):
    (tmp_path / "LICENSE").write_text(text)
    assert read_licence(tmp_path) == plain


def test_nothing_says_it(tmp_path):
    assert read_licence(tmp_path) == "unknown"
    assert front_matter(tmp_path / "README.md") == {}
