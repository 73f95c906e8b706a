"""What was written or said of a row goes with it, whatever it says, and of no other row."""

import json

from ftstudio.data.draft import Draft
from ftstudio.data.recipe import AppliedStep
from ftstudio.data.versions.forgotten import in_draft, in_manifest, in_round, in_steps, rounds

EDITS = {"edits": json.dumps({"3": {"answer": "By the harbour."}, "4.2": {"answer": "x"},
                              "5": {"remove": "No."}}),
         "seen": json.dumps({"3": "k:1", "4.2": "k:2", "5": "k:3"})}  # fmt: skip
SAID = {"verdicts": json.dumps([{"row": 3, "hash": "a", "answer": "Here."},
                                {"row": 5, "hash": "b", "answer": "There."}]),
        "unsettled": json.dumps(["3:c", "6:d"])}  # fmt: skip
STEPS = [
    {"key": "edit_rows", "params": EDITS}, {"key": "judge_rows", "params": SAID},
    {"key": "trim", "params": {}}, {"key": "of_next_year", "params": {"rows": "3"}},
]  # fmt: skip


def meant(key: str) -> bool:
    return key.partition(".")[0] in ("3", "4")


def test_changes_and_judgements_of_a_row_leave_the_recipe():
    edit, judge, trim, unknown = in_steps(STEPS, meant)
    assert json.loads(edit["params"]["edits"]) == {"5": {"remove": "No."}}
    assert json.loads(edit["params"]["seen"]) == {"5": "k:3"}
    assert [one["row"] for one in json.loads(judge["params"]["verdicts"])] == [5]
    assert json.loads(judge["params"]["unsettled"]) == ["6:d"]
    assert (trim, unknown) == (STEPS[2], STEPS[3])
    told = in_manifest({"steps": STEPS, "recipe": {"steps": STEPS}, "name": "x"}, meant)
    assert "harbour" not in json.dumps(told)
    torn = [{"key": "edit_rows", "params": {"edits": "{"}}]
    assert in_steps(torn, meant) == torn


def test_a_draft_without_them_is_still_a_draft(workspace):
    draft = Draft(name="desk", steps=[AppliedStep(key="edit_rows", params=EDITS)])
    draft.save(workspace)
    path = workspace.drafts / f"{draft.id}.json"
    path.write_text(in_draft(path, meant), "utf-8")
    assert "harbour" not in path.read_text("utf-8")
    (step,) = Draft.load(workspace, draft.id).steps
    assert json.loads(step.params["edits"]) == {"5": {"remove": "No."}}


def test_a_round_keeps_what_was_said_of_other_rows(workspace):
    home = workspace.root / "judging" / "r1"
    home.mkdir(parents=True)
    (home / "task.json").write_text(json.dumps({"id": "r1", "source_id": "ds-1"}))
    lines = [{"said": {"row": 3, "answer": "Here."}}, {"withdrawn": "x"}, {"said": {"row": 5}}]
    log = "".join(json.dumps(line) + "\n" for line in lines) + '{"said": {"ro'
    (home / "judgements.jsonl").write_text(log)
    (home / "answers.json").write_text(json.dumps({"3:a": "Here.", "5:b": "There."}))
    assert list(rounds(workspace)) == [(home, "ds-1")]
    new = {path.name: text for path, text in in_round(home, meant)}
    assert new["judgements.jsonl"] == log.partition("\n")[2]
    assert json.loads(new["answers.json"]) == {"5:b": "There."}
