"""A recipe is plain data: it comes back as it was, and what is none is said."""

import json

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.data.recipe import SCHEMA, AppliedStep, Recipe


def a_recipe() -> Recipe:
    return Recipe(
        name="März", columns=["q", "a"], layout="question_answer",
        mapping={"q": "question", "a": "answer"},
        steps=[AppliedStep(key="trim", rows_in=9, rows_out=8, added=1, params={"seed": 3})],
    )  # fmt: skip


def test_a_recipe_comes_back_as_it_was(tmp_path):
    path = tmp_path / "march.json"
    a_recipe().save(path)
    again = Recipe.load(path)
    assert again.model_dump(exclude={"made"}) == a_recipe().model_dump(exclude={"made"})
    (step,) = again.steps
    assert (step.removed, step.seed) == (2, 3)


def test_what_a_step_is_follows_from_what_it_does_not_from_what_came_out():
    one = AppliedStep(key="trim")
    assert one.identity == AppliedStep(key="trim", rows_in=5, seconds=2).identity
    others = [AppliedStep(key="trim", off=True), AppliedStep(key="trim", version=2),
              AppliedStep(key="trim", params={"a": 1}), AppliedStep(key="drop_empty")]  # fmt: skip
    assert len({one.identity, *(other.identity for other in others)}) == 5
    assert AppliedStep(key="trim").seed is None


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"layout": 3}', "{", '{"layout": "x", "z": 1}'])
def test_what_is_no_recipe_is_said(tmp_path, text):
    path = tmp_path / "no.json"
    path.write_text(text, "utf-8")
    with pytest.raises(StudioError) as caught:
        Recipe.load(path)
    assert caught.value.code == "recipe_unreadable"


def test_a_newer_recipe_is_refused(tmp_path):
    path = tmp_path / "new.json"
    raw = {**a_recipe().model_dump(), "schema_version": SCHEMA + 1}
    path.write_text(json.dumps(raw), "utf-8")
    with pytest.raises(StudioError) as caught:
        Recipe.load(path)
    assert caught.value.code == "recipe_too_new"


def test_a_place_that_can_not_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("x", "utf-8")
    with pytest.raises(StudioError) as caught:
        a_recipe().save(tmp_path / "file" / "recipe.json")
    assert caught.value.code == "cannot_write"
