"""A version holds its own copies of pictures, which nothing outside can change or lose."""

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.core.example import Example
from ftstudio.data.sides.split import SplitChoice, assign
from ftstudio.data.step import Row, steps
from ftstudio.data.versions.erase import erase_person
from ftstudio.data.versions.library import (
    PICTURES,
    delete_version,
    freeze,
    load_version,
    restore_version,
)
from ftstudio.data.versions.mix import freeze_mix, shares_of
from ftstudio.data.versions.stored import row_id
from ftstudio.techniques import objectives
from ftstudio.techniques.fitting import why_not_learn
from tests.unit.data.conftest import example
from tests.unit.data.test_pictures import png


def pictured(folder, count=24, same=1):
    """The same question about ever other pictures; `same` rows share one."""
    folder.mkdir(exist_ok=True)
    made = []
    for number in range(count):
        path = folder / f"{number // same}.png"
        path.write_bytes(png(8 + number // same, 8))
        one = example("<image>\nWhat is it?", f"Lamp {number}.", number + 1)
        made.append(one.model_copy(update={"images": [str(path)]}))
    return made


def frozen(workspace, made, sides=None):
    sides = sides or ["train"] * len(made)
    return freeze(
        made, sides, {"name": "Lamps", "sources": []}, datasets=workspace.datasets, few=True
    )


def test_pictures_live_in_the_version(workspace, tmp_path):
    made = pictured(tmp_path / "shots")
    version = frozen(workspace, made)
    for path in (tmp_path / "shots").iterdir():
        path.unlink()
    assert version.manifest["images"]["count"] == 24
    assert version.facts.images
    version.verify()
    back = list(version.examples())
    for number, one in enumerate(back):
        (place,) = one.images
        assert place.startswith(str(version.path / PICTURES))
        with open(place, "rb") as file:
            assert file.read() == png(8 + number, 8)
    assert len({row_id(one) for one in back}) == 24


def test_the_same_pictures_elsewhere_are_the_same_version(workspace, tmp_path):
    one = frozen(workspace, pictured(tmp_path / "one"))
    assert frozen(workspace, pictured(tmp_path / "other")).id == one.id
    other = pictured(tmp_path / "third")
    (tmp_path / "third" / "0.png").write_bytes(png(99, 8))
    assert frozen(workspace, other).id != one.id


@pytest.mark.parametrize("harm", ["change", "lose", "add"])
def test_a_changed_picture_is_noticed(workspace, tmp_path, harm):
    version = frozen(workspace, pictured(tmp_path / "shots"))
    path = next((version.path / PICTURES).iterdir())
    if harm == "change":
        path.chmod(0o600)
        path.write_bytes(b"x")
    elif harm == "lose":
        path.unlink()
    else:
        (version.path / PICTURES / "more.png").write_bytes(b"x")
    with pytest.raises(StudioError, match="changed or damaged"):
        version.verify()


def test_a_lost_picture_leaves_nothing_behind(workspace, tmp_path):
    made = pictured(tmp_path / "shots")
    (tmp_path / "shots" / "7.png").unlink()
    with pytest.raises(StudioError, match="not there any more"):
        frozen(workspace, made)
    assert list(workspace.datasets.glob("*")) == []


def test_versions_with_pictures_are_deleted_and_brought_back(workspace, tmp_path):
    version = frozen(workspace, pictured(tmp_path / "shots"))
    restored = restore_version(delete_version(version, workspace), workspace)
    restored.verify()


def test_mixing_and_erasing_take_the_pictures_along(workspace, tmp_path):
    made = pictured(tmp_path / "shots")
    made[4].messages[1].content = "Lamp of Ann Example."
    version = frozen(workspace, made)
    other = freeze([example("Hi?", "Ho.")], ["train"], {"name": "x", "sources": []},
                   datasets=workspace.datasets, few=True)  # fmt: skip
    mixed = freeze_mix(workspace, shares_of([version, other]), "Mixed", few=True)
    mixed.verify()
    erased = erase_person(workspace, "Ann Example")
    assert not version.path.exists()
    fresh = load_version(workspace.datasets / erased.replaced[version.id])
    fresh.verify()
    assert fresh.total == fresh.manifest["images"]["count"] == 23


def test_the_same_question_about_another_picture_is_another_one(workspace, tmp_path):
    version = frozen(workspace, pictured(tmp_path / "shots", 40, same=2))
    made = list(version.examples())
    rows = [Row(one) for one in made]
    for key in ("drop_exact_duplicates", "mark_near_duplicates"):
        assert steps()[key].find(rows, steps()[key].params()).count == 0
    found = steps()["drop_contradictions"].find(rows, steps()["drop_contradictions"].params())
    assert found.count == 20  # each picture has two answers
    sides = assign([one.model_copy(update={"group": None}) for one in made], SplitChoice())
    assert 2 <= sides.count("validation") <= 6
    for one in range(0, 40, 2):
        assert sides[one] == sides[one + 1]
    fresh = frozen(workspace, [one.model_copy(update={"group": None}) for one in made], sides)
    assert {str(one.group) for one in fresh.examples()} != {"what is it"}


@pytest.mark.parametrize("key", ["html_to_text", "trim", "normalise", "replace_text"])
def test_steps_leave_the_mark_of_a_picture(tmp_path, key):
    made = pictured(tmp_path / "shots", 2)
    asked = " <image> <p>What is  it\u2028?</p>"
    for one in made:
        one.messages[0].content = asked
    params = (
        {"pattern": "image|What", "by": "x", "as_pattern": True} if key == "replace_text" else {}
    )
    step = steps()[key]
    left = step.apply([Row(one) for one in made], step.params(**params)).rows
    assert all(row.example.question.count("<image>") == 1 for row in left)
    assert all(row.example.question != asked for row in left)


def test_no_goal_learns_from_pictures(workspace, tmp_path):
    facts = frozen(workspace, pictured(tmp_path / "shots")).facts
    said = {why_not_learn(goal, facts) for goal in objectives().values()}
    assert said == {
        "Training on pictures comes later; the texts alone would miss what they are about."
    }


def test_an_app_that_knows_no_pictures_says_that_it_is_too_old(workspace, tmp_path):
    version = frozen(workspace, pictured(tmp_path / "shots", 10))
    plain = freeze([example("a", "b")], ["train"], {"name": "x", "sources": []},
                   datasets=workspace.datasets, few=True)  # fmt: skip
    weighed = Example(messages=example("a", "b").messages)
    weighed.messages[1].train = False
    more = freeze(
        [weighed], ["train"], {"name": "x", "sources": []}, datasets=workspace.datasets, few=True
    )
    assert [one.manifest["schema"] for one in (version, plain, more)] == [3, 1, 3]
