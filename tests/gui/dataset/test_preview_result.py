"""What a child wrote of all rows, in pieces: read whole, or refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from ftstudio.basemodels.inspect import inspect_model
from ftstudio.core.assets import starter_model
from ftstudio.core.errors import StudioError
from ftstudio.core.example import Example, Message
from ftstudio.jobs.folder import create_job
from ftstudio.ui.dataset.preview.preview_result import LengthsByRow, read_preview
from ftstudio.worker import preview


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Five rows, two in a piece."""
    monkeypatch.setattr(preview, "_PIECE", 2)
    lines = []
    for number in range(1, 6):
        turns = [
            Message(role="user", content="Hi"),
            Message(role="assistant", content="o" * number),
        ]
        lines.append(Example(messages=turns, source_row=number).model_dump_json())
    (tmp_path / "examples.jsonl").write_text("\n".join(lines), "utf-8")
    payload = {"dataset": str(tmp_path), "model": str(starter_model()), "longest": 512, "rows": 3}
    job = create_job(tmp_path / "jobs", "preview", "preview", payload)
    assert preview.run(job) == 0
    return job.output / preview.PREVIEW_FILE


def test_the_pieces_are_one_again(written: Path) -> None:
    assert len(written.read_text("utf-8").splitlines()) == 1 + 3
    found = read_preview(written, inspect_model(starter_model()))
    assert list(found.source_rows) == [1, 2, 3, 4, 5]
    assert len(found.lengths) == len(found.row_keys) == sum(found.tally.values()) == 5
    assert found.at(512).total == 5


@pytest.mark.parametrize("kept", ["", "{}", "[1]\n{}", "no JSON"])
def test_what_is_damaged_is_refused_and_gone(written: Path, kept: str) -> None:
    written.write_text(kept, "utf-8")
    with pytest.raises(StudioError, match="can't be shown"):
        read_preview(written, inspect_model(starter_model()))
    assert not written.exists()


def test_a_piece_that_is_missing_is_missed(written: Path) -> None:
    lines = written.read_text("utf-8").splitlines(keepends=True)
    written.write_text("".join(lines[:-1]), "utf-8")
    with pytest.raises(StudioError, match="can't be shown"):
        read_preview(written, inspect_model(starter_model()))


def test_lengths_are_known_by_row_also_of_copies_and_far_apart() -> None:
    known = LengthsByRow([2, 3, 3, -1, -1, 900_000], [5, 0, 7, 4, 9, 6])
    assert dict(known) == {2: 5, 3: 7, -1: 9, 900_000: 6}
    assert [known.get(row) for row in (2, 3, -1, 900_000, 4, -2)] == [5, 7, 9, 6, None, None]
    assert len(known) == 4
    assert dict(LengthsByRow([4], [0])) == {4: 0}
