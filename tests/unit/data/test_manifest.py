"""A version tells its sources, its recipe and what was lost."""

from ftstudio.data.draft import Draft
from ftstudio.data.manifest import manifest_of
from ftstudio.data.recipe import AppliedStep, Recipe


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
