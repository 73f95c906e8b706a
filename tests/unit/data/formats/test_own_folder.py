"""A frozen dataset is read again as what it is, of whatever kind its examples are."""

from __future__ import annotations

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.core.example import Example, Message
from ftstudio.data.draft import Draft
from ftstudio.data.drafting.making import make_rows
from ftstudio.data.drafting.session import DraftSession
from ftstudio.data.layout import guess_layouts
from ftstudio.data.sides.split import Side
from ftstudio.data.versions.library import freeze
from tests.nasty.reading_here import read_here
from tests.unit.data.conftest import example, labelled


def said(role: str, text: str) -> Message:
    return Message(role=role, content=text)


MAKERS = {
    "chat": lambda n: example(f"Is lamp {n} lit?", f"Yes, {n}.", n),
    "text": lambda n: Example(text=f"Lamp {n} stands at the quay, lit at dusk.", source_row=n),
    "label": lambda n: labelled(f"Lamp {n} is dark again.", "ab"[n % 2]),
    "number": lambda n: Example(
        messages=[said("user", f"Lamp {n} is fine.")], number=n / 2, source_row=n
    ),
    "preference": lambda n: Example(
        messages=[said("user", f"Is lamp {n} lit?")], chosen=[said("assistant", f"Yes, {n}.")],
        rejected=[said("assistant", f"Who knows {n}.")], source_row=n,
    ),
    "feedback": lambda n: Example(
        messages=[said("user", f"Is lamp {n} lit?"), said("assistant", f"Yes, {n}.")],
        good=n % 2 == 0, source_row=n,
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", MAKERS)
def test_it_comes_back_as_it_was(kind, workspace, tmp_path) -> None:
    examples = [MAKERS[kind](n) for n in range(1, 31)]
    sides: list[Side] = ["validation" if n % 6 == 0 else "train" for n in range(30)]
    made = freeze(examples, sides, {"name": kind}, datasets=workspace.datasets,
                  beside={"dropped.csv": "row,stage\n1,trim\n"}, few=True)  # fmt: skip
    table = read_here(made.path, tmp_path / "table")
    assert (table.format, table.row_count, table.problems) == ("own_folder", 30, [])
    best = guess_layouts(table)[0]
    rows, problems = make_rows(table, best.layout, best.mapping)
    assert problems == []
    again = {row.example.content_hash(): row.example.meta.get("part") for row in rows}
    wanted = {e.content_hash(): side for e, side in zip(examples, sides, strict=True)}
    assert {key: part or "train" for key, part in again.items()} == wanted


def test_what_belonged_together_stays_together(workspace, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(
        "ftstudio.data.drafting.readings.read_file", lambda path, into, *more: read_here(path, into)
    )
    examples = [example(f"Is lamp {n} lit?", f"Yes, {n}.", n, group="AB"[n % 2] if n > 9 else None)
                for n in range(30)]  # fmt: skip
    made = freeze(examples, ["train"] * 30, {"name": "x"}, datasets=workspace.datasets, few=True)
    session = DraftSession.open(workspace, Draft())
    session.choose_file(made.path)
    assert [one.group for one in session.examples()] == [one.group for one in examples]
    assert session.draft.mapping == {"messages": "messages"}


def test_a_damaged_one_is_told(workspace, tmp_path) -> None:
    made = freeze(
        [example("a", "b", 1)], ["train"], {"name": "x"}, datasets=workspace.datasets, few=True
    )
    (made.path / "test.parquet").chmod(0o600)
    (made.path / "test.parquet").write_bytes(b"PAR1 and nothing else")
    with pytest.raises(StudioError) as caught:
        read_here(made.path, tmp_path / "table")
    assert caught.value.code == "damaged"
