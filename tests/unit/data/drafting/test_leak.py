"""What stands on two sides is found, each tried row once, by the closest likeness."""

import random

import pytest

from ftstudio.core.example import Example
from ftstudio.data.drafting.leak import (
    against,
    against_benchmarks,
    between,
    near_groups,
    shared_questions,
)
from ftstudio.data.drafting.making import make_rows
from ftstudio.data.layout import guess_layouts
from ftstudio.data.sides.fingerprints import take_fingerprints
from ftstudio.data.sides.split import SIDES, SplitChoice, assign, split_problems
from tests.nasty.reading_here import read_here
from tests.nasty.shared_data import SHARED, needs_shared
from tests.unit.data.conftest import example
from tests.unit.data.stopping import stops_wherever

LONG = "The warden of the northern road lights every lamp before the second bell of the evening"
LEARNED = [
    example("Is lamp one lit?", "Yes.", 1), example("Is lamp two lit?", "No, it is not.", 2),
    example("Why is lamp three dark?", "Because.", 3), example(LONG, LONG + " indeed.", 4),
    example("Who are you?", "A lamp.", 5),
]  # fmt: skip
TRIED = [
    example("Is lamp one lit?", "Yes.", 11), example("is  lamp TWO lit?", "no, it is not.", 12),
    example("Why is lamp three dark?!", "No oil.", 13),
    example(LONG + " too", LONG + " indeed so.", 14), example("Where is the oil?", "Gone.", 15),
]  # fmt: skip


def test_each_kind_of_twin_is_found_once():
    report = between([*LEARNED, *TRIED], ["train"] * 5 + ["validation"] * 3 + ["test"] * 2)
    assert report.rows == {"exact": 1, "normalised": 1, "question": 1, "near": 1}
    assert [(leak.how, leak.learned, leak.tried) for leak in report.leaks] == [
        ("exact", 1, 11), ("normalised", 2, 12), ("question", 3, 13), ("near", 4, 14)
    ]  # fmt: skip
    assert report.severity == "blocks"
    assert "4 of the 5 rows held back" in report.sentence
    assert (report.learned, report.tried) == (5, 5)


def test_a_row_held_back_that_repeats_another_is_near_what_that_one_is_near():
    """Word for word among themselves, and nearly one that is learned from."""
    near = [example(LONG + " too", LONG + " indeed so.", row) for row in (14, 15, 16)]
    report = between([LEARNED[3], *near], ["train", "validation", "validation", "validation"])
    assert report.rows == {"exact": 0, "normalised": 0, "question": 0, "near": 3}
    assert {(leak.learned, leak.tried) for leak in report.leaks} == {(4, 14), (4, 15), (4, 16)}
    twice = [near[0], near[1].model_copy(update={"source_row": 3}), LEARNED[3]]
    report = between(twice, ["validation", "train", "test"])  # the learned one comes second
    assert {(leak.how, leak.learned, leak.tried) for leak in report.leaks} == {
        ("exact", 3, 14), ("near", 3, 4)
    }  # fmt: skip


def test_validation_and_test_are_held_apart_too():
    both = [LEARNED[0], LEARNED[0].model_copy(update={"source_row": 9})]
    report = between(both, ["validation", "test"], near=False)
    assert [(leak.side, leak.learned, leak.tried) for leak in report.leaks] == [
        ("validation", 1, 9)
    ]
    assert between(both, ["train", "train"]).severity == "fine"
    assert "no row held back" in between(both, ["train", "train"]).sentence


def test_a_test_of_the_users_own_is_compared():
    sides = ["train", "train", "validation", "train", "test"]
    report = against(LEARNED, sides, [*TRIED, LEARNED[4]], "exam.csv", near=False)
    assert report.rows == {"exact": 1, "normalised": 1, "question": 1}
    assert [leak.side for leak in report.leaks] == ["train", "train", "validation"]
    assert (report.learned, report.tried) == (4, 6)
    assert "of exam.csv" in report.sentence
    clean = against(LEARNED, sides, TRIED[4:], "exam.csv")
    assert (clean.count, clean.severity) == (0, "fine")
    assert "not even nearly" in clean.sentence


def test_public_tests_are_known_by_their_hashes():
    known = take_fingerprints(TRIED, "Exam", "MIT", "here", "0" * 64)
    (report,) = against_benchmarks(LEARNED, ["train"] * 5, [known])
    assert (report.against, report.rows, report.severity) == ("Exam", {"question": 3}, "look")
    assert {leak.learned for leak in report.leaks} == {1, 2, 3}
    assert against_benchmarks(LEARNED, ["test"] * 5, [known])[0].count == 0
    known = [one.against for one in against_benchmarks(LEARNED, ["train"] * 5)]
    assert known == ["BIG-Bench Hard", "GSM8K (test)", "HumanEval", "MT-bench"]


def pieces(text: str) -> set[str]:
    flat = " ".join(text.casefold().split())
    return {flat[i : i + 5] for i in range(max(1, len(flat) - 4))}


def alike(one: Example, other: Example) -> bool:
    """Jaccard of five-letter pieces, by brute force and by nothing of the app's own."""
    for a, b in ((one.question, other.question), (one.answer, other.answer)):
        first, second = pieces(a), pieces(b)
        if len(first & second) < 0.8 * len(first | second):
            return False
    return True


@pytest.mark.parametrize("seed", range(3))
def test_after_a_split_by_near_groups_no_pair_is_left_by_brute_force(seed):
    chance = random.Random(seed)
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = ["".join(chance.choices(letters, k=chance.randint(3, 9))) for _ in range(900)]
    examples = []
    for row in range(240):
        if examples and chance.random() < 0.5:  # an edited copy of the last, perhaps of a copy
            origin = examples[-1]
            question, answer = origin.question.split(), origin.answer.split()
            question[chance.randrange(len(question))] = chance.choice(words)
            answer[chance.randrange(len(answer))] = chance.choice(words)
        else:
            question, answer = (chance.choices(words, k=20) for _ in range(2))
        examples.append(example(" ".join(question), " ".join(answer), row))
    choice = SplitChoice(validation=0.2, test=0.1, seed=seed)
    apart = assign(examples, choice)
    near = near_groups(examples)
    sides = assign(examples, choice, near)
    pairs = [(i, j) for i in range(240) for j in range(i) if alike(examples[i], examples[j])]
    assert len(pairs) > 40
    assert any(apart[i] != apart[j] for i, j in pairs)  # a split by questions alone leaks
    assert [(i, j) for i, j in pairs if sides[i] != sides[j]] == []
    assert between(examples, sides).count == 0
    assert between(examples, apart).rows["near"] > 0
    assert sides.count("validation") >= 20


@needs_shared
@pytest.mark.parametrize("near", [False, True])
@pytest.mark.parametrize(
    "file",
    ["hiyouga__LLaMA-Factory/alpaca_en_demo.json", "PolyAI-LDN__task-specific-datasets/test.csv",
     "openai__grade-school-math/test.jsonl", "lm-sys__FastChat/dummy_conversation.json"],
)  # fmt: skip
def test_real_data_is_split_without_leaks(tmp_path, file, near):
    table = read_here(SHARED / file, tmp_path / "table")
    best = guess_layouts(table)[0]
    examples = [row.example for row in make_rows(table, best.layout, best.mapping)[0]]
    choice = SplitChoice(validation=0.1, test=0.05)
    sides = assign(examples, choice, near_groups(examples) if near else ())
    report = between(examples, sides, near=near)
    assert report.count == 0
    asked = [" ".join(e.question.lower().split()).strip("?!. ") for e in examples]
    held = {text for text, side in zip(asked, sides, strict=True) if side != "train"}
    assert not held & {text for text, side in zip(asked, sides, strict=True) if side == "train"}
    counts = {side: sides.count(side) for side in SIDES}
    assert split_problems(choice, counts, examples, sides) == []
    found = {report.against: report for report in against_benchmarks(examples, sides)}
    gsm8k = found["GSM8K (test)"]
    assert (gsm8k.count > 1_000) == ("grade-school" in file)


def test_questions_on_both_sides_are_counted():
    asks = [example(question, "") for question in ("Where?", " where! ", "When?", "")]
    assert shared_questions(asks, ["train", "validation", "test", "test"]) == 1
    assert shared_questions(asks, ["train", "train", "test", "train"]) == 0


def test_the_earliest_twin_of_the_lowest_side_is_named():
    asks = [example("Is it lit?", str(place), place + 1) for place in range(6)]
    report = between(asks, ["test", "validation", "train", "train", "test", "validation"])
    assert [(leak.learned, leak.tried) for leak in report.leaks] == [(3, 1), (3, 2), (3, 5), (3, 6)]


def test_every_look_ends_when_it_is_told_to():
    many = [example(f"Is lamp {i % 300} lit?", f"Lamp {i}.", i) for i in range(640)]
    sides = ["train" if i < 400 else "validation" for i in range(640)]
    known = [take_fingerprints(TRIED, "Lamps", "", "", "")]
    for act, fewest in (
        (lambda tell: between(many, sides, True, tell), 50),
        (lambda tell: against(many, sides, TRIED, "mine", True, tell), 50),
        (lambda tell: against_benchmarks(many, sides, known, tell), 10),
        (lambda tell: shared_questions(many, sides, tell), 10),
        (lambda tell: near_groups(many, tell), 20),
    ):
        stops_wherever(act, fewest)


def test_without_the_rows_that_are_named_nothing_of_the_test_is_left():
    """Several may say the same, and more are named than are listed."""
    chance = random.Random(3)
    said = [" ".join(f"{chance.randrange(10**9):x}" for _ in range(12)) for _ in range(250)]
    near = [text.replace(text[5], "", 1) for text in said]
    learned = [example(text, "Yes.") for text in [*said, *said[:40], *near[:30], *near[:30]]]
    learned += [example(f"Is lamp {n} lit?", "Yes.") for n in range(20)]
    mine = [one.model_copy(update={"source_row": n}) for n, one in enumerate(learned, start=2)]
    exam, sides = [example(text, "Yes.") for text in said], ["train"] * len(mine)
    report = against(mine, sides, exam, "exam.csv")
    assert report.learned_keys == [str(n) for n in range(2, 352)]
    left = mine[350:]
    assert against(left, sides[350:], exam, "exam.csv").count == 0
    public = take_fingerprints(exam, "exam", "MIT", "here", "0" * 64)
    (found,) = against_benchmarks(mine, sides, [public])
    assert found.learned_keys == [str(n) for n in range(2, 292)]
    assert (found.count, len(found.leaks)) == (250, 200)
