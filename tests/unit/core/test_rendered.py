"""What a limit leaves of a row that was written once."""

from __future__ import annotations

import json

import pytest

from ftstudio.core.rendered import Piece, RenderedRow, limits_within

ROW = RenderedRow(
    place=3,
    pieces=(Piece("ask me ", learned=False, special=False), Piece("yes, do", True, False),
            Piece("<end>", learned=True, special=True)),
    tokens=9,
    learned=((3, 6), (7, 9)),
    marks={2: 4, 4: 9, 8: 16},
)  # fmt: skip


def shown(limit: int) -> list[tuple[str, bool, bool]]:
    return [(piece.text, piece.learned, piece.cut) for piece in ROW.pieces_at(limit)]


def test_the_mark_divides_the_piece_it_lies_in():
    assert shown(4) == [("ask me ", False, False), ("ye", True, False), ("s, do", True, True),
                        ("<end>", True, True)]  # fmt: skip
    assert shown(2)[:2] == [("ask ", False, False), ("me ", False, True)]
    assert shown(64) == [(piece.text, piece.learned, False) for piece in ROW.pieces]


@pytest.mark.parametrize(
    ("limit", "read", "learned"), [(2, 2, 0), (4, 4, 1), (8, 8, 4), (64, 9, 5)]
)
def test_tokens_within_a_limit(limit: int, read: int, learned: int):
    assert (ROW.within(limit), ROW.learned_within(limit)) == (read, learned)
    assert ROW.is_cut(limit) == (limit < ROW.tokens)


def test_it_comes_back_from_json():
    assert RenderedRow.from_json(json.loads(json.dumps(ROW.to_json()))) == ROW


def test_a_model_s_own_length_is_the_last_limit():
    assert limits_within(512) == [64, 128, 256, 512]
    assert limits_within(600) == [64, 128, 256, 512, 600]
    assert limits_within(40) == [40]
