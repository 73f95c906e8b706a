"""Pieces of many texts at once are the pieces of each."""

import numpy as np

from ftstudio.data.finding.shingles import (
    BANDS,
    Pieces,
    Sketcher,
    blocks,
    hashed,
    merged,
    templates,
)

TEXTS = ["", "abc", "abcde", "äöü€😀 abcdefg", "abcdefg", "\ud800 lone", ""]


def split(hashes, counts):
    return [part.tolist() for part in np.split(hashes, np.cumsum(counts)[:-1])]


def test_texts_do_not_run_into_each_other():
    hashes, counts = hashed(TEXTS)
    assert counts.tolist() == [0, 1, 1, 9, 3, 2, 0]
    assert len(hashes) == counts.sum()
    alone = [hashed([text])[0].tolist() for text in TEXTS]
    assert split(hashes, counts) == alone
    assert set(alone[4]) < set(alone[3])


def test_a_template_is_left_out_and_frequent_words_are_not():
    template = "Please translate the following sentence into German: "  # 53 characters
    texts = [template + f"{chr(97 + i)}{i * 7919} the {i}" for i in range(60)]
    known = templates(texts)
    counts = Pieces(known).of(texts)[1]
    assert max(counts) < 25
    all_counts = Pieces().of(texts)[1]
    assert all_counts.sum() - counts.sum() > 60 * 45
    words = ["x the y", "a the b"]
    assert Pieces(known).of(words)[1].tolist() == hashed(words)[1].tolist()


def test_a_short_answer_that_all_give_takes_nothing_from_its_neighbour():
    texts = [part for i in range(60) for part in ("positive", f"review no. {i * 7919} of all")]
    pieces = Pieces(templates(texts))
    assert pieces.of(texts)[1].tolist() == hashed(texts)[1].tolist()


def test_what_is_nothing_but_template_keeps_its_pieces():
    texts = ["I am a friendly assistant of the studio."] * 50
    pieces = Pieces(templates(texts))
    assert pieces.of(texts[:1])[1].tolist() == hashed(texts[:1])[1].tolist()


def test_few_rows_have_no_template():
    assert len(templates(["the same text over and over"] * 15)) == 0


def test_blocks_cover_every_text_once():
    texts = ["a" * (i % 40) for i in range(500)]
    found = blocks(texts, 100)
    assert [place for start, end in found for place in range(start, end)] == list(range(500))
    assert len(found) > 50


def test_the_parts_of_a_row_stand_together_and_apart():
    one, other = hashed(["abcdef", "", "xyzuv"]), hashed(["abcdef", "qqqqq", ""])
    hashes, counts = merged([one, other])
    assert counts.tolist() == [4, 1, 1]
    first = split(hashes, counts)[0]
    assert first[:2] == hashed(["abcdef"])[0].tolist()
    assert not set(first[:2]) & set(first[2:])


def test_the_bands_are_the_same_everywhere():
    hashes, counts = hashed(["a sentence of some length", "a sentence of some lengths", "unlike"])
    bands = np.zeros((BANDS, 3), np.uint32)
    Sketcher().bands(hashes, counts, bands)
    assert (bands[:, 0] == bands[:, 1]).sum() > 10
    assert (bands[:, 0] == bands[:, 2]).sum() == 0
    again = np.zeros((BANDS, 1), np.uint32)
    Sketcher().bands(*hashed(["a sentence of some length"]), again)
    assert again[:, 0].tolist() == bands[:, 0].tolist()
