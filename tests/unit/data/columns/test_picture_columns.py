"""Questions beside pictures are talks about pictures, in whatever way the pictures are given."""

import base64
import json

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from ftstudio.data.columns.picture_columns import picture_columns, place_of
from ftstudio.data.drafting.making import make_rows
from ftstudio.data.layout import guess_layouts
from tests.nasty.reading_here import read_here
from tests.unit.data.test_pictures import png

ROWS = range(12)
QA = {"question": "question", "answer": "answer", "image": "images"}


def written(n):
    return base64.b64encode(png(8 + n, 8)).decode()


GIVEN = {
    "a path": lambda n: f"{n}.png",
    "a list of paths": lambda n: [f"{n}.png"],
    "path and no bytes": lambda n: {"bytes": None, "path": f"{n}.png"},
    "bytes in base64": lambda n: {"bytes": written(n), "path": None},
    "base64 alone": written,
    "a data address": lambda n: f"data:image/png;base64,{written(n)}",
    "an object": lambda n: {"url": f"{n}.png"},
}


def asked(n, image):
    return {"question": f"What is in place {n}?", "answer": f"Lamp {n}.", "image": image}


@pytest.mark.parametrize("given", GIVEN.values(), ids=GIVEN.keys())
def test_a_question_about_a_picture_keeps_it(tmp_path, read_text, given):
    for n in ROWS:
        (tmp_path / f"{n}.png").write_bytes(png(8 + n, 8))
    table = read_text("a.jsonl", "\n".join(json.dumps(asked(n, given(n))) for n in ROWS))
    best = guess_layouts(table)[0]
    assert (best.layout, best.mapping) == ("vision", QA)
    assert best.confidence >= 0.9
    assert "“image” names pictures, “question” asks about them" in best.reason
    rows, problems = make_rows(table, best.layout, best.mapping)
    assert (len(rows), problems) == (12, [])
    one = rows[3].example
    assert one.question == "<image>\nWhat is in place 3?"
    assert one.answer == "Lamp 3."
    assert len(one.pictures) == 1


def test_bytes_in_parquet(tmp_path):
    images = [{"bytes": png(8 + n, 8), "path": None} for n in ROWS]
    texts = {name: [asked(n, "")[name] for n in ROWS] for name in ("question", "answer")}
    parquet.write_table(pa.table({**texts, "jpg": images}), tmp_path / "a.parquet")
    table = read_here(tmp_path / "a.parquet", tmp_path / "table")
    best = guess_layouts(table)[0]
    mapping = {"question": "question", "answer": "answer", "jpg": "images"}
    assert (best.layout, best.mapping) == ("vision", mapping)
    rows, problems = make_rows(table, best.layout, best.mapping)
    assert (len(rows), problems) == (12, [])


def test_addresses_on_the_web_are_asked_about(read_text):
    lines = [json.dumps(asked(n, f"https://example.org/{n}?w=200")) for n in ROWS]
    table = read_text("a.jsonl", "\n".join(lines))
    best = guess_layouts(table)[0]
    assert (best.layout, best.mapping) == ("vision", QA)
    assert best.confidence < 0.8
    assert "nothing is fetched" in best.reason
    rows, problems = make_rows(table, best.layout, best.mapping)
    assert rows == []
    assert all("lies on the web" in problem.reason for problem in problems)


@pytest.mark.parametrize(
    ("names", "roles"),
    [
        ("instruction,input,output,image", "question,question,answer,images"),
        ("prompt,response,screenshot", "question,answer,images"),
        ("Frage,Antwort,Bild", "question,answer,images"),
        ("question,answer,image_1,image_2", "question,answer,images,images"),
    ],
)
def test_other_names(read_text, names, roles):
    columns = names.split(",")
    lines = [",".join(_cell(c, n) for c in columns) for n in ROWS]
    best = guess_layouts(read_text("a.csv", "\n".join([names, *lines])))[0]
    assert best.layout == "vision"
    assert best.mapping == dict(zip(columns, roles.split(","), strict=True))
    assert best.confidence >= 0.8


def _cell(column, n):
    if column.lower().startswith(("im", "screen", "bild")):
        return f"{column}-{n}.png"
    return f"What is {column} number {n}?" if column[0] in "qpF" else f"Some {column} {n}."


def test_two_pictures_stand_before_the_question(tmp_path, read_text):
    for n in ROWS:
        (tmp_path / f"{n}.png").write_bytes(png(8 + n, 8))
    lines = [f"What differs {n}?,The hat {n}.,{n}.png,{11 - n}.png" for n in ROWS]
    table = read_text("a.csv", "\n".join(["question,answer,image_1,image_2", *lines]))
    best = guess_layouts(table)[0]
    rows, _ = make_rows(table, best.layout, best.mapping)
    assert rows[0].example.question == "<image><image>\nWhat differs 0?"
    assert [path.rsplit("/")[-1] for path in rows[0].example.images] == ["0.png", "11.png"]


def test_other_layouts_say_that_pictures_are_left_out(read_text):
    lines = [f"Who is it {n}?,Me {n}.,page-{n}.png" for n in ROWS]
    table = read_text("a.csv", "\n".join(["question,answer,source", *lines]))
    best = guess_layouts(table)[0]
    assert best.layout == "question_answer"
    assert "The pictures in “source” are left out." in best.reason


def test_texts_and_numbers_are_no_pictures(read_text):
    lines = [json.dumps(asked(n, f"A drawing of lamp {n}")) for n in ROWS]
    table = read_text("a.jsonl", "\n".join(lines))
    assert guess_layouts(table)[0].layout == "question_answer"
    assert picture_columns(table.columns, table.rows()) == []
    assert place_of(7) == ""
    said = "iVBORw0KGgo is how it begins, and nothing of a picture follows after it"
    assert place_of(said) == said
