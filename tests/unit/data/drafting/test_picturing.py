"""Pictures are found beside the file, in its archive or in the row, and nowhere else."""

import base64
import json
import zipfile

import pytest

from ftstudio.core.example import Example
from ftstudio.data.drafting.making import make_rows
from ftstudio.data.layout import guess_layouts
from ftstudio.data.pictures import name_by_content
from tests.nasty.reading_here import read_here
from tests.unit.data.test_pictures import png


def talk(picture: str, number: int = 0) -> str:
    turns = [
        {"role": "user", "content": f"<image>What is shown in place {number}?"},
        {"role": "assistant", "content": f"Lamp {number}."},
    ]
    return json.dumps({"messages": turns, "images": [picture]})


def made_of(table):
    best = guess_layouts(table)[0]
    assert best.layout == "vision"
    return make_rows(table, best.layout, best.mapping)


def test_beside_the_file(tmp_path, read_text):
    (tmp_path / "shots").mkdir()
    for number in range(12):
        (tmp_path / "shots" / f"{number}.png").write_bytes(png(8 + number, 8))
    (tmp_path / "shots" / "3.png").write_bytes(png(8, 8)[:-20])
    (tmp_path / "shots" / "5.png").unlink()
    table = read_text("a.jsonl", "\n".join(talk(f"shots/{n}.png", n) for n in range(12)))
    rows, problems = made_of(table)
    assert len(rows) + len(problems) == 12
    assert [(p.row, p.reason.split(": ")[1]) for p in problems] == [
        (4, "it is broken"), (6, "it is not there.")
    ]  # fmt: skip
    one = rows[0].example
    assert one.images == [str(tmp_path / "shots" / "0.png")]
    assert one.pictures == [name_by_content(tmp_path / "shots" / "0.png")]


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ("../secret.png", "outside the folder"),
        ("/etc/hostname.png", "not there"),
        ("link.png", "outside the folder"),
        ("https://example.org/a.png", "nothing is fetched"),
        ("data:image/png;base64,AAAA", "broken"),
        ("data:image/png;base64,!", "broken"),
        ("data:image/png,x", "broken"),
    ],
)
def test_nothing_else_of_this_computer_and_nothing_of_the_web(tmp_path, said, word):
    home = tmp_path / "home"
    home.mkdir()
    (tmp_path / "secret.png").write_bytes(png(4, 4))
    (home / "link.png").symlink_to(tmp_path / "secret.png")
    (home / "a.jsonl").write_text("\n".join([talk(said)] * 12))
    rows, problems = made_of(read_here(home / "a.jsonl", tmp_path / "table"))
    assert (rows, len(problems)) == ([], 12)
    assert word in problems[0].reason


def test_in_a_cache_of_the_hub_links_are_the_usual(tmp_path):
    cache = tmp_path / "datasets--org--x"
    (shot := cache / "snapshots" / "new" / "shots").mkdir(parents=True)
    (cache / "blobs").mkdir()
    for place, name in enumerate(("lamp", "../../secret")):
        (cache / "blobs" / name).write_bytes(png(4 + place, 4))
        (shot / f"{place}.png").symlink_to(f"../../../blobs/{name}")
    lines = "\n".join(talk(f"shots/{number // 8}.png", number) for number in range(16))
    (shot.parent / "a.jsonl").write_text(lines)
    for chosen in (cache, shot.parent / "a.jsonl"):
        rows, problems = made_of(read_here(chosen, tmp_path / f"table-{chosen.name}"))
        assert (len(rows), len(problems)) == (8, 8)
        assert "outside the folder" in problems[0].reason


def test_in_the_row(tmp_path, read_text):
    said = "data:image/png;base64," + base64.b64encode(png(4, 4)).decode()
    table = read_text("a.jsonl", "\n".join(talk(said, n) for n in range(12)))
    rows, problems = made_of(table)
    assert (len(rows), problems) == (12, [])
    (place,) = {path for row in rows for path in row.example.images}
    assert place.startswith(str(table.folder))
    assert name_by_content(table.folder / place) == rows[0].example.pictures[0]


def test_in_an_archive_beside_a_list_of_talks(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        packed.writestr("talks.jsonl", "\n".join(talk(f"shots/{n}.png", n) for n in range(12)))
        for number in range(12):
            packed.writestr(f"shots/{number}.png", png(4 + number, 4))
    rows, problems = made_of(read_here(tmp_path / "a.zip", tmp_path / "table"))
    assert (len(rows), problems) == (12, [])
    assert len({name for row in rows for name in row.example.pictures}) == 12


def test_rows_without_pictures_are_left_alone():
    assert Example(text="a").pictures == []


def test_in_a_table_as_the_hub_keeps_them(tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as parquet

    shown = [{"bytes": png(4 + number, 4), "path": f"{number}.png"} for number in range(12)]
    table = pa.table({"image": shown, "text": [f"A lamp of kind {n}." for n in range(12)]})
    parquet.write_table(table, tmp_path / "a.parquet")
    rows, problems = made_of(read_here(tmp_path / "a.parquet", tmp_path / "table"))
    assert (len(rows), problems) == (12, [])
    assert rows[3].example.answer == "A lamp of kind 3."
    assert name_by_content(tmp_path / rows[3].example.images[0]) == rows[3].example.pictures[0]
