"""Shares are kept, sides are stable, and no question stands on two of them."""

import random

import pytest

from ftstudio.data.split import FEWEST, SIDES, SplitChoice, assign, split_problems
from tests.unit.data.conftest import example


def many(count: int, seed: int = 1):
    chance = random.Random(seed)
    made = []
    for row in range(count):
        number = chance.randrange(count)
        question = chance.choice(["Is lamp {} lit?", "is  LAMP {} lit", " Is lamp {} lit? "])
        group = f"g{chance.randrange(count)}" if chance.random() < 0.1 else None
        made.append(example(question.format(number), f"answer {row}", row, group=group))
    return made


def plainly(text: str) -> str:
    """Another way to say what the same question is, for the check by brute force."""
    return " ".join("".join(c if c.isalnum() else " " for c in text).lower().split())


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("count", [10, 37, 400])
def test_no_question_and_no_group_on_two_sides(seed, count):
    examples = many(count, seed)
    sides = assign(examples, SplitChoice(validation=0.2, test=0.1, seed=seed))
    for i, one in enumerate(examples):
        for j, other in enumerate(examples):
            same = plainly(one.question) == plainly(other.question)
            grouped = one.group is not None and one.group == other.group
            if same or grouped:
                assert sides[i] == sides[j]
    assert sides.count("validation") >= 1
    assert sides.count("train") >= count // 2


def test_shares_are_close_to_what_was_asked():
    examples = [example(f"Question {i}?", "a", i) for i in range(1000)]
    sides = assign(examples, SplitChoice(validation=0.1, test=0.05))
    assert abs(sides.count("validation") - 100) <= 2
    assert abs(sides.count("test") - 50) <= 2


def test_the_same_seed_gives_the_same_sides_whatever_the_order():
    examples = [example(f"Question {i}?", "a", i) for i in range(200)]
    choice = SplitChoice()
    sides = dict(zip([e.question for e in examples], assign(examples, choice), strict=True))
    turned = examples[::-1]
    again = dict(zip([e.question for e in turned], assign(turned, choice), strict=True))
    assert sides == again
    other = assign(examples, SplitChoice(seed=8))
    assert other != list(sides.values())


def test_added_rows_move_hardly_any_others():
    examples = [example(f"Question {i}?", "a", i) for i in range(1000)]
    more = [*examples, *(example(f"New {i}?", "a", i) for i in range(100))]
    before, after = assign(examples, SplitChoice()), assign(more, SplitChoice())
    moved = sum(1 for a, b in zip(before, after, strict=False) if a != b)
    assert moved <= 25


def test_a_few_are_held_back_of_little_data():
    examples = [example(f"Question {i}?", "a", i) for i in range(20)]
    assert assign(examples, SplitChoice()).count("validation") == 4
    fewest = [example(f"Question {i}?", "a", i) for i in range(FEWEST)]
    assert assign(fewest, SplitChoice()).count("validation") == 2


def test_too_few_rows_are_all_for_training():
    examples = [example(f"Question {i}?", "a", i) for i in range(FEWEST - 1)]
    assert set(assign(examples, SplitChoice())) == {"train"}


def test_one_question_asked_for_ever_is_for_training():
    examples = [example("Who are you?", f"a{i}", i) for i in range(90)]
    examples += [example(f"Question {i}?", "a", i) for i in range(10)]
    sides = assign(examples, SplitChoice())
    assert set(sides[:90]) == {"train"}
    assert sides.count("validation") >= 9


def test_nothing_is_held_back_where_none_is_wanted():
    examples = [example(f"Question {i}?", "a", i) for i in range(50)]
    assert set(assign(examples, SplitChoice(validation=0, test=0))) == {"train"}


def test_a_split_that_leaves_nothing_to_learn_is_said():
    examples = [example(f"Question {i}?", "a", i) for i in range(40)]
    choice = SplitChoice(validation=0.5, test=0.5)
    sides = assign(examples, choice)
    (sentence,) = split_problems(choice, {side: sides.count(side) for side in SIDES})
    assert "50%" in sentence
    assert split_problems(choice, {"train": 1, "validation": 39}) == []
    assert split_problems(choice, {"train": 0, "validation": 0}) == []  # another sentence's matter
