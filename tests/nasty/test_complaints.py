"""What users of other tools suffered, each as a test that it does not happen here.

In brackets behind the name of a complaint: where it was told. What is tested elsewhere: masks that
train nothing (tests/unit/worker/test_preview.py), files larger than memory
(tests/bench/data/test_import.py), near duplicates without a graphics card
(tests/unit/data/finding/test_duplicates.py), a wizard that resets (tests/journeys).
"""

from __future__ import annotations

import csv
import io
import json
import socket
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.core.example import Example
from ftstudio.core.paths import Workspace
from ftstudio.data.draft import Draft
from ftstudio.data.drafting.session import DraftSession
from ftstudio.data.prepare import inspect
from ftstudio.data.prepare import prepare as prepare_it
from ftstudio.data.sides.split import SIDES, SplitChoice
from ftstudio.data.versions import drops
from ftstudio.data.versions.library import DatasetVersion
from tests.nasty.reading_here import read_here
from tests.nasty.shared_data import SHARED, needs_shared

prepare = partial(prepare_it, few=True)  # small files: there is little to check with

COUNT = 30


@pytest.fixture(autouse=True)
def _read_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    def read(path: Path, into: Path, options: Any = None, *more: Any, **others: Any) -> object:
        chosen = {} if options is None else vars(options)
        return read_here(path, into, **chosen)

    monkeypatch.setattr("ftstudio.data.drafting.readings.read_file", read)
    monkeypatch.setattr("ftstudio.data.prepare.read_file", read)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "workspace").create()


def rows(version: DatasetVersion) -> list[Example]:
    return [example for side in SIDES for example in version.examples(side)]


def said(version: DatasetVersion) -> set[tuple[str, str]]:
    return {(example.question, example.answer) for example in rows(version)}


def as_csv(path: Path, head: list[str], body: list[list[object]], **dialect: Any) -> Path:
    into = io.StringIO(newline="")
    writer = csv.writer(into, **dialect)
    writer.writerows([head, *body])
    path.write_text(into.getvalue(), "utf-8")
    return path


def as_lines(path: Path, values: list[Any]) -> Path:
    path.write_text("".join(json.dumps(value) + "\n" for value in values), "utf-8")
    return path


# ---- “My columns must be called X” (Kiln 560, LLaMA-Factory 1312, 5341, 5503, 3018)
NAMES = [("Frage", "Antwort"), ("prompt", "completion"), ("User Query", "Agent Reply"),
         ("Kundenanfrage", "Unsere Antwort"), ("q", "a"), ("input", "output")]  # fmt: skip


@pytest.mark.parametrize("names", NAMES)
def test_my_columns_had_to_be_called_input_and_output(names, workspace, tmp_path) -> None:
    body = [[f"Where is my parcel {n}?", f"It is on its way, {n}."] for n in range(COUNT)]
    made = prepare(as_csv(tmp_path / "t.csv", list(names), body), workspace)
    assert said(made) == {(question, answer) for question, answer in body}


def test_a_table_without_speaking_names_was_refused(workspace, tmp_path) -> None:
    body = [[f"w{n}", f"Where is my parcel {n}?", f"It is on its way, {n}."] for n in range(COUNT)]
    path = as_csv(tmp_path / "t.csv", ["c1", "c2", "c3"], body)
    made = prepare(path, workspace, layout="question_answer",
                   mapping={"c2": "question", "c3": "answer"})  # fmt: skip
    assert len(rows(made)) == COUNT


def test_the_table_that_excel_wrote_was_refused(workspace, tmp_path) -> None:
    body = [f"Wo ist Päckchen {n}?;Es kömmt – {n} €" for n in range(COUNT)]
    path = tmp_path / "excel.csv"
    path.write_bytes("\r\n".join(["Frage;Antwort", *body]).encode("cp1252"))
    assert ("Wo ist Päckchen 3?", "Es kömmt – 3 €") in said(prepare(path, workspace))


@needs_shared
def test_the_tool_s_own_example_file_could_not_be_loaded(workspace) -> None:
    # LLaMA-Factory 10365
    path = SHARED / "hiyouga__LLaMA-Factory" / "reason_tool_use_demo_50.jsonl"
    made = prepare(path, workspace)
    assert len(rows(made)) == 50
    assert any(message.tool_calls for example in rows(made) for message in example.messages)


# ---- The wizard does nothing, resets, or ends in a traceback (H2O 526, 259, 257, 452)
def test_what_i_had_chosen_was_gone(workspace, tmp_path) -> None:
    body = [[f"Where is {n}?", f"Here {n}."] for n in range(COUNT)]
    session = DraftSession.open(workspace, Draft())
    session.choose_file(as_csv(tmp_path / "t.csv", ["one", "two"], body))
    session.set_layout("question_answer")
    session.set_mapping({"one": "question", "two": "answer"})
    session.apply("trim")
    session.set_split(SplitChoice(validation=0.2, seed=3))
    again = DraftSession.open(workspace, Draft.load(workspace, session.draft.id))
    assert again.draft == session.draft
    assert again.examples() == session.examples()


@pytest.mark.parametrize("text", ["", "\n\n", "a,b\n", "\x00\x00\x00", "{", "[]", "null", "a"])
def test_a_file_with_nothing_in_it_ended_in_a_traceback(text, workspace, tmp_path) -> None:
    for name in ("t.csv", "t.json", "t.jsonl"):
        path = tmp_path / name
        path.write_text(text)
        with pytest.raises(StudioError) as caught:
            prepare(path, workspace)
        assert caught.value.what.endswith(".")
        assert caught.value.remedy


def test_a_row_that_was_its_own_parent_ran_for_hours(workspace, tmp_path) -> None:
    body = [[n, n, f"Where is {n}?", f"Here is {n}."] for n in range(COUNT)]
    path = as_csv(tmp_path / "t.csv", ["id", "parent_id", "instruction", "output"], body)
    assert len(rows(prepare(path, workspace))) == COUNT


@pytest.mark.parametrize("count", [10, 12, 25, 60, 100, 130])
def test_validation_had_no_rows(count, workspace, tmp_path) -> None:
    body = [[f"Where is parcel {n}?", f"Here is {n}."] for n in range(count)]
    made = prepare(as_csv(tmp_path / "t.csv", ["question", "answer"], body), workspace)
    assert made.counts["validation"] >= (20 if count >= 100 else 2)


# ---- The same data works as JSON and not as CSV (Unsloth 4470, 1769, 5193, 7585, 321, 337)
def test_the_same_data_worked_as_json_and_not_as_csv(workspace, tmp_path) -> None:
    body = [[n, f"Where is, “{n}”?\nNow.", f"Here; {n}"] for n in range(COUNT)]
    pairs = [{"question": q, "answer": a} for _, q, a in body]
    files = [
        as_csv(tmp_path / "index.csv", ["Unnamed: 0", "question", "answer"], body),
        as_csv(tmp_path / "bare.csv", ["", "question", "answer"], body),
        as_csv(tmp_path / "semi.csv", ["question", "answer"], [r[1:] for r in body], delimiter=";"),
        as_lines(tmp_path / "lines.jsonl", pairs),
    ]
    (tmp_path / "whole.json").write_text(json.dumps(pairs))
    (tmp_path / "nested.json").write_text(json.dumps({"version": 1, "data": pairs}))
    files += [tmp_path / "whole.json", tmp_path / "nested.json"]
    made = [prepare(path, workspace) for path in files]
    assert [said(one) for one in made[1:]] == [said(made[0])] * (len(files) - 1)
    assert {one.manifest["merkle"]["rows"] for one in made} == {made[0].manifest["merkle"]["rows"]}


def test_answers_that_are_numbers_emptied_the_dataset(workspace, tmp_path) -> None:
    values = [{"question": f"How much is {n} and 1?", "answer": n + 1} for n in range(COUNT)]
    wanted = {(one["question"], str(one["answer"])) for one in values}
    lines = as_lines(tmp_path / "t.jsonl", values)
    table = as_csv(tmp_path / "t.csv", ["question", "answer"], [[*one.values()] for one in values])
    for path in (lines, table):
        made = prepare(path, workspace, layout="question_answer",
                       mapping={"question": "question", "answer": "answer"})  # fmt: skip
        assert said(made) == wanted


def test_what_pandas_wrote_by_columns_hung_for_ever(workspace, tmp_path) -> None:
    questions = {str(n): f"Where is {n}?" for n in range(COUNT)}
    answers = {str(n): f"Here is {n}." for n in range(COUNT)}
    for shape in (lambda one: one, lambda one: list(one.values())):
        path = tmp_path / "t.json"
        path.write_text(json.dumps({"question": shape(questions), "answer": shape(answers)}))
        assert said(prepare(path, workspace)) == set(
            zip(questions.values(), answers.values(), strict=True)
        )


def test_a_file_beside_the_data_broke_the_folder(workspace, tmp_path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    pairs = [{"question": f"Where is {n}?", "answer": f"Here is {n}."} for n in range(COUNT)]
    as_lines(folder / "train.jsonl", pairs)
    (folder / "dataset_infos.json").write_text('{"default": {"features": {"a": 1}}}')
    (folder / "README.md").write_text("# Parcels\n")
    assert len(rows(prepare(folder, workspace))) == COUNT


def test_conversations_as_bare_lists_were_refused(workspace, tmp_path) -> None:
    talks = [
        [{"from": "human", "value": f"Where is {n}?"}, {"from": "gpt", "value": f"Here {n}."},
         {"from": "human", "value": "And now?"}, {"from": "gpt", "value": "Still."}]
        for n in range(COUNT)
    ]  # fmt: skip
    path = tmp_path / "t.json"
    path.write_text(json.dumps(talks))
    made = prepare(path, workspace)
    assert [len(example.messages) for example in rows(made)] == [4] * COUNT


# ---- Parts of the data are lost without a word (Easy Dataset 564, 549, 661, 528, 589, 244)
def test_the_input_of_my_instructions_was_dropped(workspace, tmp_path) -> None:
    values = [
        {"instruction": f"Sum up no. {n}.", "input": f"A long letter {n}.", "output": f"Short {n}."}
        for n in range(COUNT)
    ]
    made = prepare(as_lines(tmp_path / "t.jsonl", values), workspace)
    for example in rows(made):
        number = example.answer.removeprefix("Short ").removesuffix(".")
        assert f"Sum up no. {number}." in example.question
        assert f"A long letter {number}." in example.question


def test_only_the_first_turn_of_a_conversation_was_kept(workspace, tmp_path) -> None:
    talks = [
        {"messages": [{"role": "system", "content": "Be kind."},
                      *({"role": role, "content": f"{role} {n}.{turn}"}
                        for turn in range(3) for role in ("user", "assistant"))]}
        for n in range(COUNT)
    ]  # fmt: skip
    made = prepare(as_lines(tmp_path / "t.jsonl", talks), workspace)
    assert {len(example.messages) for example in rows(made)} == {7}


def test_944_errors_were_counted_and_none_was_told(workspace, tmp_path) -> None:
    good = [json.dumps({"question": f"Where is {n}?", "answer": f"Here {n}."}) for n in range(56)]
    bad = [f'{{"question": "Where is {n}?", "answer": "He' for n in range(944)]
    path = tmp_path / "t.jsonl"
    path.write_text("\n".join(text for pair in zip(bad, [*good, *[""] * 888], strict=True)
                              for text in pair if text))  # fmt: skip
    found = inspect(path)
    assert (found["rows_in_file"], found["rows"], found["rows_with_problems"]) == (1000, 56, 944)
    assert all(one["reason"] and one["text"] and one["line"] for one in found["problems"])
    assert len({one["line"] for one in found["problems"]}) == 944
    made = prepare(path, workspace)
    told = list(csv.DictReader(io.StringIO((made.path / drops.FILE).read_text("utf-8"))))
    assert len(told) == 944
    assert all(row["reason"] for row in told)


def test_it_could_not_read_what_it_had_written_itself(workspace, tmp_path) -> None:
    body = [[f"Where is {n}?", f"Here is {n}."] for n in range(COUNT)]
    made = prepare(as_csv(tmp_path / "t.csv", ["question", "answer"], body), workspace)
    for place in (made.path, made.path / "train.parquet"):
        again = prepare(place, workspace, name="again")
        own = set(said(made)) if place == made.path else {
            (example.question, example.answer) for example in made.examples("train")
        }  # fmt: skip
        assert said(again) == own


def test_a_few_thousand_rows_were_too_many(workspace, tmp_path) -> None:
    body = [[f"Where is {n}?", f"Here is {n}."] for n in range(2_600)]
    made = prepare(as_csv(tmp_path / "t.csv", ["question", "answer"], body), workspace)
    assert len(said(made)) == made.total == 2_600


def test_rows_that_i_had_taken_out_came_back(workspace, tmp_path) -> None:
    body = [[f"Where is {n}?", f"Here is {n}."] for n in range(COUNT)]
    session = DraftSession.open(workspace, Draft())
    session.choose_file(as_csv(tmp_path / "t.csv", ["question", "answer"], body))
    edits = {"3": {"remove": "Not ours."}, "5": {"answer": "Mended."}}
    session.apply("edit_rows", {"edits": json.dumps(edits)})
    session.go_on_with_few()
    made = session.freeze(name="chosen")
    assert len(rows(made)) == COUNT - 1
    assert "Where is 1?" not in {question for question, _ in said(made)}
    assert ("Where is 3?", "Mended.") in said(made)
    assert "Not ours." in (made.path / drops.FILE).read_text("utf-8")


# ---- What a column holds is guessed from its beginning (datasets 7222, 7092, 6845)
def test_a_column_was_another_thing_further_down(workspace, tmp_path) -> None:
    values: list[dict[str, Any]] = [
        {"question": f"How many are {n}?", "answer": n, "note": None} for n in range(3_000)
    ]
    values += [{"question": f"Why {n}?", "answer": f"Because {n}.", "note": {"by": ["Ann", n]}}
               for n in range(50)]  # fmt: skip
    made = prepare(as_lines(tmp_path / "t.jsonl", values), workspace, layout="question_answer",
                   mapping={"question": "question", "answer": "answer"})  # fmt: skip
    assert made.total == 3_050
    assert ("Why 49?", "Because 49.") in said(made)


def test_tools_with_different_arguments_were_refused(workspace, tmp_path) -> None:
    values = [
        {"messages": [
            {"role": "user", "content": f"Call {n}"},
            {"role": "assistant", "content": "", "tool_calls": [{
                "type": "function", "id": f"c{n}", "function": {
                    "name": "go", "arguments": {f"x{n}": n} if n % 2 else {"y": [str(n)]}}}]},
            {"role": "tool", "content": "done", "tool_call_id": f"c{n}"},
            {"role": "assistant", "content": f"Done {n}."}]}
        for n in range(COUNT)
    ]  # fmt: skip
    made = prepare(as_lines(tmp_path / "t.jsonl", values), workspace)
    assert len(rows(made)) == COUNT
    for example in rows(made):
        number = int(example.answer.removeprefix("Done ").removesuffix("."))
        (call,) = example.messages[1].tool_calls or []
        said_with = call["function"]["arguments"]
        told = json.loads(said_with) if isinstance(said_with, str) else said_with
        assert told == ({f"x{number}": number} if number % 2 else {"y": [str(number)]})


# ---- Size, and a preview that is not the result (OpenRefine 6723, 1125)
def test_more_than_512_columns_were_too_many(workspace, tmp_path) -> None:
    head = [*(f"c{n}" for n in range(600)), "question", "answer"]
    body = [[*range(600), f"Where is {n}?", f"Here is {n}."] for n in range(COUNT)]
    path = as_csv(tmp_path / "t.csv", head, body)
    made = prepare(path, workspace, layout="question_answer",
                   mapping={"question": "question", "answer": "answer"})  # fmt: skip
    assert len(said(made)) == COUNT


def test_the_preview_was_not_what_came_out(workspace, tmp_path) -> None:
    body = [[f" Where is {n % 25}? ", f"Here is {n % 25}."] for n in range(COUNT)]
    session = DraftSession.open(workspace, Draft())
    session.choose_file(as_csv(tmp_path / "t.csv", ["question", "answer"], body))
    for key in ("trim", "drop_exact_duplicates"):
        preview = session.preview(key)
        session.apply(key)
        step = session.draft.steps[-1]
        told = (preview.rows_in, preview.removed, preview.changed)
        assert told == (step.rows_in, step.removed, step.changed)
    shown, counts = session.examples(), session.counts()
    session.go_on_with_few()
    made = session.freeze()
    assert sorted(e.content_hash() for e in shown) == sorted(e.content_hash() for e in rows(made))
    assert made.counts == counts


# ---- What is tried was learned (H2O 422, recipe-chatbot 36)
def test_the_same_question_stood_in_training_and_validation(workspace, tmp_path) -> None:
    from ftstudio.data.drafting.leak import between

    body = [[f" Where  is PARCEL {n % 40}? " if n > 40 else f"where is parcel {n % 40}?",
             f"Here is {n}."] for n in range(160)]  # fmt: skip
    made = prepare(as_csv(tmp_path / "t.csv", ["question", "answer"], body), workspace)
    assert made.counts["validation"] > 0
    examples = [(example, side) for side in SIDES for example in made.examples(side)]
    found = between([e for e, _ in examples], [side for _, side in examples], near=False)
    assert found.count == 0


# ---- Looking for personal data ended the program where it was offline (presidio 1447)
def test_looking_for_personal_data_ended_the_program(workspace, tmp_path, monkeypatch) -> None:
    def no_network(*given: object) -> None:
        raise AssertionError("it reached for the network")

    monkeypatch.setattr(socket.socket, "connect", no_network)
    body = [[f"Where is {n}?", f"Write to ann{n}@example.org, John."] for n in range(COUNT)]
    session = DraftSession.open(workspace, Draft())
    session.choose_file(as_csv(tmp_path / "t.csv", ["question", "answer"], body))
    found = session.find("hide_personal")
    assert found.count == COUNT
    assert "names" in found.sentence.lower()  # it says what it can't find
    session.apply("hide_personal")
    assert not any("@" in example.answer for example in session.examples())
