"""Shares are kept, sides are stable, and no question stands on two of them."""

import random
from collections import Counter

import pytest

from ftstudio.core.example import Example, Message
from ftstudio.data.sides.split import ENOUGH, FEWEST, SIDES, SplitChoice, assign, split_problems
from tests.unit.data.conftest import example, labelled
from tests.unit.data.stopping import stops_wherever


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
    assert "50 %" in sentence
    assert split_problems(choice, {"train": 1, "validation": 39}) == []
    assert split_problems(choice, {"train": 0, "validation": 0}) == []  # another sentence's matter


def test_every_class_gives_its_share():
    sizes = {"a": 400, "b": 100, "c": 20, "d": 3, "e": 1}
    examples = [labelled(f"{name} {i}", name) for name, n in sizes.items() for i in range(n)]
    sides = assign(examples, SplitChoice(validation=0.2, test=0.1))
    held = {
        side: Counter(e.labels[0] for e, s in zip(examples, sides, strict=True) if s == side)
        for side in ("train", "validation", "test")
    }
    assert {name: held["validation"][name] for name in "abc"} == {"a": 80, "b": 20, "c": 4}
    assert {name: held["test"][name] for name in "abc"} == {"a": 40, "b": 10, "c": 2}
    assert sides.count("validation") in (104, 105)
    assert all(held["train"][name] for name in sizes)


def test_the_same_text_stays_on_one_side_whatever_its_class():
    examples = [labelled(f"text {i % 60}", "ab"[i % 7 == 0]) for i in range(240)]
    sides = assign(examples, SplitChoice(validation=0.2))
    by_text: dict[str, set[str]] = {}
    for one, side in zip(examples, sides, strict=True):
        by_text.setdefault(one.question, set()).add(side)
    assert all(len(found) == 1 for found in by_text.values())
    assert 0.15 < sides.count("validation") / 240 < 0.25


def test_several_classes_count_by_their_rarest():
    examples = [labelled(f"{i}", "all", "rare" if i % 10 == 0 else "some") for i in range(200)]
    sides = assign(examples, SplitChoice(validation=0.1))
    held = [e for e, s in zip(examples, sides, strict=True) if s == "validation"]
    assert sum("rare" in e.labels for e in held) == 2
    assert len(held) == 20


def test_documents_that_are_the_same_stay_on_one_side():
    examples = [Example(text=f"Page {i % 20}") for i in range(100)]
    sides = assign(examples, SplitChoice(validation=0.2))
    assert len({(e.text, s) for e, s in zip(examples, sides, strict=True)}) == 20
    assert 10 <= sides.count("validation") <= 30


def entangled(count: int, seed: int):
    """Rows tied by question, group, image and near-duplicate group, in chains across all four."""
    chance = random.Random(seed)
    examples, near = many(count, seed), []
    for one in examples:
        if chance.random() < 0.2:
            one.meta["images"] = [f"sha-{chance.randrange(count)}" for _ in range(2)]
        one.meta["source"] = chance.choice(["may", "june", ""])
        near.append(f"n{chance.randrange(count)}" if chance.random() < 0.2 else None)
    return examples, near


@pytest.mark.parametrize("seed", range(4))
def test_nothing_that_belongs_together_stands_on_two_sides(seed):
    """Every pair of rows is looked at, by other means than the split's own."""
    examples, near = entangled(300, seed)
    sides = assign(examples, SplitChoice(validation=0.2, test=0.1, seed=seed), near)
    tied = 0
    for i, one in enumerate(examples):
        for j in range(i):
            other = examples[j]
            if (
                plainly(one.question) == plainly(other.question)
                or (one.group is not None and one.group == other.group)
                or set(one.meta.get("images", [])) & set(other.meta.get("images", []))
                or (near[i] is not None and near[i] == near[j])
            ):
                tied += 1
                assert sides[i] == sides[j]
    assert tied > 100
    assert sides.count("validation") >= ENOUGH
    assert sides.count("test") >= 10


def test_a_near_group_is_drawn_by_what_it_says_not_by_its_number():
    examples = [example(f"Question {i}?", "a", i) for i in range(300)]
    near = [f"n{i // 2}" for i in range(300)]
    renumbered = [f"n{i // 2 + 1000}" for i in range(300)]
    assert assign(examples, SplitChoice(), near) == assign(examples, SplitChoice(), renumbered)


def test_every_source_gives_its_share():
    sizes = {"may": 400, "june": 100, "july": 20, "odd": 3}
    examples = [
        example(f"{name} {i}?", "a", i, meta={"source": name})
        for name, count in sizes.items() for i in range(count)
    ]  # fmt: skip
    sides = assign(examples, SplitChoice(validation=0.2))
    held = Counter(
        e.meta["source"] for e, s in zip(examples, sides, strict=True) if s == "validation"
    )
    assert {name: held[name] for name in ("may", "june", "july")} == {
        "may": 80, "june": 20, "july": 4
    }  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "held"), [(50, 5), (84, 8), (90, 10), (100, 20), (150, 20), (400, 40)]
)
def test_twenty_are_held_back_as_soon_as_there_are_a_hundred(rows, held):
    examples = [example(f"Question {i}?", "a", i) for i in range(rows)]
    assert assign(examples, SplitChoice()).count("validation") == held


def test_a_class_that_is_never_learned_is_refused():
    examples = [labelled(f"text {i}", "ab"[i % 2]) for i in range(40)]
    unlearned = ["validation" if e.labels == ["b"] else "train" for e in examples]
    counts = {side: unlearned.count(side) for side in SIDES}
    (sentence,) = split_problems(SplitChoice(), counts, examples, unlearned)
    assert "“b”" in sentence
    sides = assign(examples, SplitChoice())
    counts = {side: sides.count(side) for side in SIDES}
    assert split_problems(SplitChoice(), counts, examples, sides) == []


def test_a_class_without_a_row_to_check_with_gives_its_smallest_group():
    examples = [labelled(f"text {i}", "a") for i in range(400)]
    examples += [labelled(f"odd {i}", "b") for i in range(3)]
    examples += [labelled(f"pair {i}", "c", row=i).model_copy(update={"group": f"g{i // 2}"})
                 for i in range(4)]  # fmt: skip
    examples += [labelled("alone", "d")]
    none = assign(examples, SplitChoice(validation=0.05))
    assert set(none[400:]) == {"train"}
    sides = assign(examples, SplitChoice(validation=0.05, each_class=True))
    assert sides[:400] == none[:400]  # nothing else moves
    assert sides[400:403].count("validation") == 1
    assert sides[403:407] in (
        ["validation", "validation", "train", "train"],
        ["train", "train", "validation", "validation"],
    )  # the group stays whole
    assert sides[407] == "train"  # else it would not be learned


def test_no_class_goes_across_whole_with_another_one():
    """The only group of "b" that could go holds all there is of "a" besides what is tried."""
    examples = [labelled(f"text {i}", "c") for i in range(60)]
    examples += [labelled("both", "b", "a"), labelled("more", "b")]
    sides = assign(examples, SplitChoice(each_class=True))
    assert (sides[60], sides[61]) == ("train", "validation")


def test_rare_classes_are_tried_too():
    examples = [labelled(f"{c} {i}", f"class {c}") for c in range(20) for i in range(10)]
    sides = assign(examples, SplitChoice(validation=0.05))
    held = {e.labels[0] for e, s in zip(examples, sides, strict=True) if s == "validation"}
    assert len(held) == 20


def in_parts(train: int, **parts: int) -> list[Example]:
    """Rows of a file that keeps its parts apart."""
    made = []
    for part, count in {"train": train, **parts}.items():
        made += [example(f"{part} {i}?", "a", i, meta={"part": part}) for i in range(count)]
    return made


def test_the_files_own_test_stays_test():
    examples = in_parts(200, test=40)
    sides = assign(examples, SplitChoice(test=0.3))
    assert sides[200:] == ["test"] * 40
    assert sides.count("test") == 40  # not drawn again
    assert sides[:200].count("validation") >= 20
    sides = assign(in_parts(200, validation=30), SplitChoice())
    assert sides == ["train"] * 200 + ["validation"] * 30


def test_the_files_own_validation_is_filled_up_where_that_is_wished():
    examples = in_parts(200, validation=7, test=30)
    assert assign(examples, SplitChoice()).count("validation") == 7
    sides = assign(examples, SplitChoice(validation=0.1, fill_up=True))
    assert sides.count("validation") == 24  # a tenth of all
    assert sides[200:207] == ["validation"] * 7
    assert sides[207:] == ["test"] * 30
    many = assign(in_parts(200, validation=90), SplitChoice(fill_up=True))
    assert many.count("validation") == 90  # it holds more than the share


def test_what_repeats_a_test_question_goes_with_it():
    examples = [*in_parts(50, test=10), example("test 3?", "b", 99, meta={"part": "train"})]
    assert assign(examples, SplitChoice())[-1] == "test"


def test_a_file_of_a_test_alone_is_divided_as_any_other():
    sides = assign(in_parts(0, test=200), SplitChoice())
    assert (sides.count("train"), sides.count("validation")) == (180, 20)


def test_every_part_of_it_ends_when_it_is_told_to():
    rows = [
        labelled(f"text {i}", "ab"[i % 3 == 0], row=i).model_copy(
            update={"meta": {"source": f"file {i % 2}", **({"part": "test"} if i < 40 else {})}}
        )
        for i in range(640)
    ]
    choice = SplitChoice(validation=0.2, test=0.1, each_class=True)
    stops_wherever(lambda tell: assign(rows, choice, (), tell), fewest=60)  # six walks
    sides = assign(rows, choice)
    counts = {side: sides.count(side) for side in SIDES}
    stops_wherever(lambda tell: split_problems(choice, counts, rows, sides, tell), fewest=10)


def test_rows_without_a_question_are_drawn_by_what_they_say():
    """Not by their place: a row before them moves none, and the very same talk stays together."""
    talks = [
        Example(messages=[Message(role="assistant", content=f"Hello {n % 150}.")])
        for n in range(300)
    ]
    sides = assign(talks, SplitChoice(validation=0.2))
    assert sides[:150] == sides[150:]
    assert set(sides) == {"train", "validation"}
    assert assign([example("New?", "Yes."), *talks[1:], talks[0]], SplitChoice(validation=0.2))[
        1:
    ] == [*sides[1:], sides[0]]


def test_a_class_spread_over_many_sources_has_its_share_all_the_same():
    examples = [
        labelled(f"text {name} {source} {n}", name).model_copy(update={"meta": {"source": source}})
        for name in "abcdefghijklmnopqrst" for source in map(str, range(20)) for n in (1, 2)
    ]  # fmt: skip
    sides = assign(examples, SplitChoice(validation=0.1))
    held = Counter(e.labels[0] for e, s in zip(examples, sides, strict=True) if s == "validation")
    assert held == dict.fromkeys("abcdefghijklmnopqrst", 4)
