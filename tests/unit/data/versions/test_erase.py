"""A person is found everywhere, erased for good, and a kill in between loses nothing."""

import contextlib
import json
import os
import re
import stat
from pathlib import Path

import pytest
from pyarrow import parquet

from ftstudio.core.errors import Cancelled, StudioError
from ftstudio.data.annotation.log import Judgement, JudgementLog
from ftstudio.data.annotation.task import JudgingTask
from ftstudio.data.draft import Draft, bring_back, list_drafts
from ftstudio.data.drafting.session import DraftSession
from ftstudio.data.versions import erase, text_files
from ftstudio.data.versions.erase import erase_person, find_person
from ftstudio.data.versions.library import (
    delete_version,
    freeze,
    list_versions,
    load_version,
    remove_for_good,
)
from ftstudio.data.versions.mix import freeze_mix, shares_of
from tests.nasty.reading_here import read_here
from tests.unit.data.conftest import example
from tests.unit.data.stopping import stops_wherever

ANN = "ann@lamps.org"


def version(workspace, name, first, with_ann, beside=None):
    examples = [example(f"Is lamp {i} lit?", "Yes.", i) for i in range(first, first + 30)]
    for place in with_ann:
        said = f"Write to {ANN}, she knows."
        examples[place] = example(f"Who knows lamp {first + place}?", said, first + place)
    sides = ["validation" if i % 6 == 0 else "train" for i in range(30)]
    manifest = {"name": name, "sources": [{"name": f"{name}.csv", "sha256": name, "size": 1}]}
    return freeze(examples, sides, manifest, datasets=workspace.datasets, beside=beside, few=True)


@pytest.fixture
def full(workspace, tmp_path, monkeypatch):
    """Ann is in two versions, one in the trash, a draft, its source copy, a run and feedback."""
    monkeypatch.setattr(
        "ftstudio.data.drafting.readings.read_file", lambda path, into, *more: read_here(path, into)
    )
    may = version(workspace, "may", 0, [0, 3])
    june = version(workspace, "june", 100, [], {"dropped.csv": f"row,said\n1,{ANN}\n2,x\n"})
    freeze_mix(workspace, shares_of([may, june]), "both", few=True)
    delete_version(version(workspace, "old", 300, [2]), workspace)
    path = tmp_path / "desk.csv"
    lines = "".join(f"Is lamp {i} lit?,Yes {i}.\n" for i in range(20))
    path.write_text(f"question,answer\n{lines}Who?,Ask {ANN.upper()}\n{ANN},a,b\n", "utf-8")
    session = DraftSession.open(workspace, Draft(name=f"Desk of {ANN}"))
    session.choose_file(path)
    job = workspace.jobs / "run-1"
    job.mkdir()
    (job / "events.jsonl").write_text(json.dumps({"answer": f"Ask {ANN}!"}) + "\n", "utf-8")
    (job / "labelled.xlsx").write_bytes(b"PK")
    feedback = workspace.root / "feedback"
    feedback.mkdir()
    (feedback / "notes.jsonl").write_text(json.dumps({"good": f"by {ANN}"}) + "\n", "utf-8")
    return workspace


def bytes_with(root: Path) -> list[Path]:
    """Independent of the app: files below that still spell her address, Parquet opened too."""
    import pyarrow.parquet as parquet

    found = []
    for path in root.rglob("*"):
        if path.is_file():
            text = path.read_bytes().decode("utf-8", "replace")
            if path.suffix == ".parquet":
                text += str(parquet.read_table(path).to_pylist())
            if ANN in text.lower():
                found.append(path)
    return found


def test_a_look_lists_every_place_and_changes_nothing(full):
    before = {path: path.read_bytes() for path in full.root.rglob("*") if path.is_file()}
    found = find_person(full, ANN)
    assert [(p.kind, p.name, p.rows) for p in found.places if p.kind in ("version", "trash")] == [
        ("version", "may", 2), ("version", "june", 1), ("version", "both", 2), ("trash", "old", 1)
    ]  # fmt: skip
    assert len(found.versions) == 3
    kinds = [place.kind for place in found.places]
    assert (kinds.count("source"), kinds.count("draft"), kinds.count("file")) == (1, 1, 2)
    assert (found.rows, found.copies) == (4, 8)  # the mixture and the table of drops hold copies
    assert [path.name for path in found.own_files] == ["desk.csv"]
    assert [path.name for path in found.unsearched] == ["labelled.xlsx"]
    assert before == {path: path.read_bytes() for path in before}


def test_ones_own_file_is_named_though_no_draft_of_it_is_left(full):
    for draft in full.drafts.glob("*.json"):
        draft.unlink()
    assert [path.name for path in find_person(full, ANN).own_files] == ["desk.csv"]


def test_her_file_brought_again_says_that_rows_are_missing(full, tmp_path):
    erase_person(full, ANN)
    table = DraftSession.open(full, Draft()).choose_file(tmp_path / "desk.csv")
    assert table.row_count == 20
    assert table.remarks[-1].reason == "1 row was erased here with a person, and is not read again."
    erase_person(full, "Bob Nobody")
    assert DraftSession.open(full, Draft()).choose_file(table.path).remarks == table.remarks


def test_afterwards_she_is_nowhere(full):
    old = {one.name: one for one in list_versions(full)}
    done = erase_person(full, ANN)
    assert (done.rows, done.copies) == (4, 6)
    assert bytes_with(full.root) == []
    assert find_person(full, ANN).places == []
    new = {one.name: one for one in list_versions(full)}
    assert new.keys() == old.keys()
    for name, lost in (("may", 2), ("june", 0), ("both", 2)):
        assert done.replaced[old[name].id] == new[name].id
        assert done.names[old[name].id] == name
        assert new[name].total == old[name].total - lost
        new[name].verify()
    assert new["may"].id != old["may"].id
    assert new["may"].manifest["erased"]["rows"] == 2
    assert new["both"].manifest["made_from"][0]["id"] == new["may"].id
    assert "erased" in (new["may"].path / "README.md").read_text("utf-8")
    assert not old["may"].path.exists()
    (draft,) = list_drafts(full)
    session = DraftSession.open(full, draft)
    assert len(session.examples()) == 20
    assert draft.name == "Desk of [erased]"
    event = json.loads((full.jobs / "run-1" / "events.jsonl").read_text("utf-8"))
    assert event == {"answer": "Ask [erased]!"}
    assert done.left == []
    assert erase_person(full, ANN).rows == 0


def test_what_models_made_of_rows_goes_too(full):
    full.vectors.mkdir()
    (full.vectors / "abc.npz").write_bytes(b"PK")
    full.previews.mkdir()
    pieces = [{"text": ANN[:5], "cut": False}, {"text": ANN[5:], "cut": True}]
    (full.previews / "abc.json").write_text(json.dumps({"rows": pieces}), "utf-8")
    erase_person(full, ANN)
    assert not full.vectors.exists()
    assert not full.previews.exists()  # a limit can cut a name in two, so no search finds it there


def test_what_a_drive_does_not_let_go_of_is_told(full, monkeypatch):
    full.vectors.mkdir()
    monkeypatch.setattr(erase.shutil, "rmtree", lambda path, ignore_errors=False: None)
    assert [place.path for place in erase_person(full, ANN).left] == [full.vectors]


@pytest.mark.skipif(os.name != "posix", reason="permissions are of another kind there")
def test_what_lies_beside_the_folders_is_searched_too(full):
    beside, settings = full.root / "notes.txt", full.settings_file
    beside.write_text(f"Ask {ANN} about lamps.", "utf-8")
    settings.write_text(json.dumps({"last_model": f"/home/{ANN}/model"}), "utf-8")
    (full.root / ".window.json").write_text(json.dumps({"by": ANN}), "utf-8")  # the window's own
    names = {place.name for place in find_person(full, ANN).places}
    assert {"notes.txt", "settings.json"} <= names
    assert ".window.json" not in names
    done = erase_person(full, ANN)
    assert beside.read_text("utf-8") == "Ask [erased] about lamps."
    assert ANN in settings.read_text("utf-8")  # a folder's name: without it no model is found
    assert [place.path for place in done.left] == [settings]


def test_who_could_not_read_a_file_before_can_not_afterwards(full):
    events = full.jobs / "run-1" / "events.jsonl"
    events.chmod(0o640)
    (old,) = [one for one in list_versions(full) if one.name == "june"]
    erase_person(full, ANN)
    assert stat.S_IMODE(events.stat().st_mode) == 0o640
    for path in [*full.drafts.glob("*.json"), *old.path.iterdir()]:
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path


def test_a_text_file_too_large_to_search_is_told(full, monkeypatch):
    monkeypatch.setattr(text_files, "LARGEST", 10)
    unsearched = {path.name for path in find_person(full, ANN).unsearched}
    assert {"events.jsonl", "notes.jsonl"} <= unsearched


def test_a_run_at_work_is_left_alone_and_told(full):
    done = erase_person(full, ANN, busy=[full.jobs / "run-1"])
    assert [Path(place.name).name for place in done.left] == ["events.jsonl"]
    assert ANN in (full.jobs / "run-1" / "events.jsonl").read_text("utf-8")


def test_a_version_of_one_person_alone_goes(workspace):
    rows = [example(f"Who {i}?", ANN, i) for i in range(3)]
    only = freeze(rows, ["train"] * 3, {"name": "hers"}, datasets=workspace.datasets, few=True)
    assert erase_person(workspace, ANN).replaced == {only.id: ""}
    assert list_versions(workspace) == []


@pytest.mark.parametrize("point", ["freeze", "remove_for_good", "_clean_table", "replace"])
@pytest.mark.parametrize("after", [0, 1, 2])
def test_broken_off_anywhere_every_version_is_whole_and_it_can_be_done_again(
    full, monkeypatch, point, after
):
    real, calls = getattr(erase, point), []

    def breaks(*args, **more):
        if len(calls) == after:
            raise StudioError("The disk is full.", "It is.", "Free it.", code="disk_full")
        calls.append(1)
        return real(*args, **more)

    names = {one.name for one in list_versions(full)}
    monkeypatch.setattr(erase, point, breaks)
    with contextlib.suppress(StudioError):  # some are not called that often
        erase_person(full, ANN)
    assert {one.name for one in list_versions(full)} == names
    for one in list_versions(full):
        load_version(one.path)
        assert sum(1 for side in ("train", "validation") for _ in one.examples(side)) == one.total
    monkeypatch.setattr(erase, point, real)
    erase_person(full, ANN)
    assert bytes_with(full.root) == []
    assert {one.name for one in list_versions(full)} == names
    for one in list_versions(full):
        one.verify()


def test_looking_ends_when_it_is_told_to(full):
    stops_wherever(lambda tell: find_person(full, ANN, tell), fewest=8)


@pytest.mark.parametrize("last", [1, 5, 12, 30, 60])
def test_stopped_anywhere_every_version_is_whole_and_it_can_be_done_again(full, last):
    told = []

    def tell(share):
        told.append(share)
        if len(told) == last:
            raise Cancelled

    names = {one.name for one in list_versions(full)}
    with contextlib.suppress(Cancelled):  # it may be done by then
        erase_person(full, ANN, tell=tell)
    assert len(told) >= last
    assert {one.name for one in list_versions(full)} == names
    for folder in (full.datasets, full.sources):
        assert not [path for path in folder.rglob("*") if ".new" in path.name]
    erase_person(full, ANN)
    assert bytes_with(full.root) == []
    for one in list_versions(full):
        one.verify()


@pytest.mark.parametrize("name", ["a.yaml", "a.yml", "a.toml", "a.xml"])
def test_every_kind_of_text_is_looked_into(full, name):
    file = full.exports / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"by: {ANN}\n", "utf-8")
    assert file in {place.path for place in find_person(full, ANN).places}
    erase_person(full, ANN)
    assert file.read_text("utf-8") == "by: [erased]\n"


def spelled(root: Path, *words: str) -> list[str]:
    """Independent of the app: files below that hold one of these, however JSON spells it."""
    found = []
    for path in root.rglob("*"):
        if path.is_file():
            text = path.read_bytes().decode("utf-8", "replace")
            for _ in range(2):
                text += re.sub(r"\\\\+u([0-9a-f]{4})", lambda one: chr(int(one[1], 16)), text)
            if path.suffix == ".parquet":
                text += str(parquet.read_table(path).to_pylist())
            if any(word in text for word in words):
                found.append(path.relative_to(root).as_posix())
    return found


ZOE, HOME = "Zoë Grün", "by the harbour"  # what was said of her without her name


def test_twenty_places_in_which_rows_of_a_person_could_survive(workspace, tmp_path, monkeypatch):
    monkeypatch.setattr(
        "ftstudio.data.drafting.readings.read_file", lambda path, into, *more: read_here(path, into)
    )
    path = tmp_path / "desk.csv"
    lines = "".join(f"Where is parcel {i}?,It comes on day {i}.\n" for i in range(40))
    path.write_text(f"question,answer\nWhere is “{ZOE}”?,Unknown.\n{lines}", "utf-8")
    session = DraftSession.open(workspace, Draft(name="desk"))
    session.choose_file(path)
    hers = {"2": {"answer": f"She lives {HOME}."}}
    session.apply("edit_rows", {"edits": json.dumps(hers)})  # an edit without her name
    hidden = {"pattern": ZOE, "by": "[NAME_1]"}
    judged = session.draft.model_copy(deep=True)
    session.apply("replace_text", hidden)
    session.go_on_with_few()
    version = session.freeze(name="hidden")  # a step hid her name, her row is there
    judged.save(workspace)
    assert ZOE not in str([one.question for one in version.examples("train")])
    told = {name: version.manifest[name] for name in ("sources", "details", "steps", "recipe")}
    child = {**told, "name": "child", "made_from": [{"id": version.id, "name": "hidden"}]}
    rows = [one for side in ("train", "validation", "test") for one in version.examples(side)]
    freeze(rows[:39], ["train"] * 39, child, datasets=workspace.datasets, few=True)
    freeze_mix(workspace, shares_of(list_versions(workspace)), "both", few=True)
    freeze(rows, ["train"] * 41, child, out=workspace.exports / "taken" / "away", few=True)
    damaged = workspace.sources / "read-damaged"
    (damaged / "rows").mkdir(parents=True)
    (damaged / "rows" / "a.txt").write_text(ZOE, "utf-8")
    broken = workspace.sources / ".reading-x1"
    broken.mkdir()
    (broken / "rows.txt").write_text(ZOE, "utf-8")
    os.utime(broken / "rows.txt", (1, 1))
    os.utime(broken, (1, 1))
    task = JudgingTask(source="draft", source_id=judged.id, judging="mend")
    task.save(workspace)
    task.save_answers(workspace, {"2:aa": f"{HOME}.", "3:bb": "On day 0."})
    log = JudgementLog(task.log_path(workspace))
    log.add(Judgement(row=2, hash="aa", answer=f"{HOME}."))
    log.add(Judgement(row=3, hash="bb", answer="On day 0."))
    job = workspace.jobs / "run"
    job.mkdir()
    said = f"“{ZOE}” and {ZOE.upper()}, {ZOE.replace(' ', chr(160))}"
    (job / "events.jsonl").write_text(json.dumps({"answer": said}) + "\n", "utf-8")
    (job / "nested.json").write_text(json.dumps({"params": json.dumps({"by": said})}), "utf-8")
    (job / "log.txt.1").write_text(said, "utf-8")
    (job / "metrics").write_text(said, "utf-8")
    for place in ("feedback/a.jsonl", "chats/a.json", "cache/a.json", "shapes/a.json",
                  "erased/a.md", "trash/jobs/run/log.txt", "ftstudio.log.2", "crashes/a.txt",
                  "drafts/.d.json.77777-abcdefgh"):  # fmt: skip
        file = workspace.root / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(said, "utf-8")
    assert len(spelled(workspace.root, ZOE, HOME)) >= 20
    found = find_person(workspace, ZOE)
    assert found.rows == 1
    assert found.copies == 6  # of the file, of three datasets, and twice in the mixture
    done = erase_person(workspace, ZOE)
    assert (done.rows, done.copies, done.left) == (1, 6, [])
    assert spelled(workspace.root, ZOE, ZOE.upper(), HOME) == []
    assert find_person(workspace, ZOE).places == []
    assert [one.row for one in JudgementLog(task.log_path(workspace)).taken] == [3]
    assert task.answers(workspace) == {"3:bb": "On day 0."}
    for one in [*list_versions(workspace), load_version(workspace.exports / "taken" / "away")]:
        one.verify()
        left = [row.question for side in ("train", "validation") for row in one.examples(side)]
        assert not [said for said in left if "[NAME_1]" in said]
    assert len(DraftSession.open(workspace, judged).examples()) == 40


def test_a_deleted_draft_comes_back_without_what_was_erased_meanwhile(
    workspace, tmp_path, monkeypatch
):
    monkeypatch.setattr(
        "ftstudio.data.drafting.readings.read_file", lambda path, into, *more: read_here(path, into)
    )
    path = tmp_path / "desk.csv"
    lines = "".join(f"Where is parcel {i}?,It comes on day {i}.\n" for i in range(40))
    path.write_text(f"question,answer\nWhere is “{ZOE}”?,Unknown.\n{lines}", "utf-8")
    session = DraftSession.open(workspace, Draft(name=f"Desk of {ZOE}"))
    session.choose_file(path)
    hers = {"2": {"answer": f"She lives {HOME}."}}
    session.apply("edit_rows", {"edits": json.dumps(hers)})  # an edit without her name
    session.apply("replace_text", {"pattern": ZOE, "by": "[NAME_1]"})
    token = session.draft.put_aside(workspace)
    found = find_person(workspace, ZOE)
    assert [place.rows > 0 for place in found.places if place.kind == "draft"] == [True]
    erase_person(workspace, ZOE)
    back = bring_back(workspace, token)
    assert back.name == "Desk of [erased]"
    told = back.model_dump_json()
    assert (ZOE in told, HOME in told) == (False, False)
    assert len(DraftSession.open(workspace, back).examples()) == 40
    assert spelled(workspace.root, ZOE, HOME) == []


def test_who_learned_from_any_version_that_ever_had_the_rows_is_named(workspace):
    first = version(workspace, "may", 0, [0, 3])
    other = version(workspace, "june", 100, [])
    both = freeze_mix(workspace, shares_of([first, other]), "both", few=True)
    erase_person(workspace, "Who knows lamp 3?")  # an earlier one: hers are there under a new id
    second = next(one for one in list_versions(workspace) if one.name == "may")
    erase_person(workspace, "Is lamp 7 lit?")
    third = next(one for one in list_versions(workspace) if one.name == "may")
    assert {first.id, second.id, third.id, both.id} <= set(find_person(workspace, ANN).versions)
    remove_for_good(third)  # gone, but a mixture has its rows
    named = set(find_person(workspace, ANN).versions)
    assert {third.id, both.id} <= named
    assert other.id not in named  # it never had them


def test_a_copy_of_another_file_with_the_same_number_stays(workspace):
    may = version(workspace, "may", 0, [0])
    copies = [example("Is lmap 0 lit?", "Yes.", -1, meta={"copy_of": 0})]
    june = [example("Is door 0 shut?", "No.", 0), *copies]
    sources = [{"name": "june.csv", "sha256": "june", "size": 1}]
    other = freeze(june, ["train"] * 2, {"name": "june", "sources": sources},
                   datasets=workspace.datasets, few=True)  # fmt: skip
    freeze_mix(workspace, shares_of([may, other]), "both", few=True)
    erase_person(workspace, ANN)
    mixed = next(one for one in list_versions(workspace) if one.name == "both")
    assert mixed.total == 31  # hers went, and no copy of the other file's row
