"""A version tells its sources, its recipe and what was lost."""

from ftstudio.data.draft import Draft
from ftstudio.data.drafting.manifest import manifest_of
from ftstudio.data.recipe import AppliedStep, Recipe
from ftstudio.data.table import Problem


def test_the_manifest_tells_how_it_was_made(read_text):
    table = read_text("lamps.csv", "q,a\nLit?,Yes.\nDark?,No.\ntoo,many,cells\n")
    draft = Draft(layout="question_answer", mapping={"q": "question"}, licence="mit")
    draft.steps = [AppliedStep(key="trim", rows_in=2, rows_out=2)]
    recipe = Recipe(name="Lamps", steps=draft.steps)
    told = manifest_of("Lamps", table, draft, recipe, unusable=1, examples=1)
    assert told["sources"][0]["name"] == "lamps.csv"
    assert told["sources"][0]["sha256"] == table.sha256
    assert told["rows"] == {"in_file": 3, "not_read": 1, "no_example": 1, "examples": 1}
    assert told["recipe"]["steps"] == told["steps"] == [draft.steps[0].model_dump()]
    assert told["licence"] == "mit"


def test_a_second_file_is_a_source_of_its_own(read_text, tmp_path):
    table = read_text("lamps.csv", "q,a\nLit?,Yes.\n")
    table.details |= {"its sha256": "ff", "its size": "9", "its rows": "4"}
    table.beside.append(Problem(2, "It fits none."))
    (tmp_path / "LICENSE").write_text("Attribution-NonCommercial 4.0")
    draft = Draft(layout="question_answer", licence="mit")
    draft.put_beside(tmp_path / "answers.csv", "id")
    told = manifest_of("Lamps", table, draft, Recipe(), unusable=0, examples=1)
    assert told["sources"][1] == {
        "name": "answers.csv", "sha256": "ff", "size": 9, "licence": "cc-by-nc-4.0",
        "rows": {"in_file": 4, "fit_none": 1},
    }  # fmt: skip
    assert told["sources"][0]["licence"] == "mit"
    assert told["licence"] == "cc-by-nc-4.0"  # the strictest counts
    draft.put_beside(None)
    assert (draft.second, draft.second_licence) == ("", "unknown")
