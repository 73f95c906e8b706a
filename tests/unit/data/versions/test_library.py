"""A version is whole or not there, never changes, and its id follows from its content."""

import json
import os
import signal
import stat
import subprocess
import sys
import time

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.core.example import Example, Message
from ftstudio.core.paths import Workspace
from ftstudio.data.sides.split import SplitChoice, assign
from ftstudio.data.versions.library import (
    content_hash,
    delete_version,
    freeze,
    list_versions,
    load_version,
    restore_version,
)
from ftstudio.data.versions.stored import merkle_root
from tests.unit.data.conftest import example
from tests.unit.data.stopping import stops_wherever

MANIFEST = {"name": "Lamps", "layout": "question_answer"}


def lamps(count=30):
    return [example(f"Is lamp {i} lit?", f"Lamp {i} is.", i + 2) for i in range(count)]


def frozen(workspace, examples=None, name="Lamps"):
    examples = examples or lamps()
    sides = assign(examples, SplitChoice())
    return freeze(
        examples, sides, {**MANIFEST, "name": name}, datasets=workspace.datasets, few=True
    )


def test_each_caller_says_whether_little_to_check_with_will_do(workspace):
    with pytest.raises(TypeError, match="few"):
        freeze(lamps(), ["train"] * 30, MANIFEST, datasets=workspace.datasets)
    with pytest.raises(StudioError) as stopped:
        freeze(lamps(), ["train"] * 30, MANIFEST, datasets=workspace.datasets, few=False)
    assert stopped.value.code == "few_to_check"
    assert list(workspace.datasets.iterdir()) == []


def test_what_was_frozen_comes_back(workspace):
    call = {"type": "function", "function": {"name": "light", "arguments": {"n": 1}}}
    talk = Example(
        messages=[
            Message(role="system", content="Kürze."),
            Message(role="user", content="Light one."),
            Message(role="assistant", tool_calls=[call]),
            Message(role="tool", content="ok", name="light"),
            Message(role="assistant", content="Done 🙂"),
        ],
        tools=[{"type": "function", "function": {"name": "light"}}],
        source_row=99,
        meta={"from": "test"},
    )
    examples = [*lamps(), talk]
    version = frozen(workspace, examples)
    back = [e for side in ("train", "validation", "test") for e in version.examples(side)]
    by_row = {e.source_row: e for e in back}
    assert len(back) == len(examples) == version.total
    assert by_row[99].messages == talk.messages
    assert by_row[99].tools == talk.tools
    assert by_row[99].meta == talk.meta
    assert by_row[2].content_hash() == examples[0].content_hash()
    version.verify()


def test_the_row_id_is_the_examples_own_hash(workspace):
    import pyarrow.parquet as parquet

    version = frozen(workspace)
    ids = parquet.read_table(version.path / "validation.parquet").column("row_id").to_pylist()
    assert ids == [e.content_hash() for e in version.examples("validation")]


def test_the_manifest_is_complete(workspace):
    manifest = frozen(workspace).manifest
    assert manifest["schema"] == 1
    assert manifest["kind"] == "chat"
    assert manifest["id"] == f"ds-{manifest['hash'][:12]}"
    assert sum(manifest["counts"].values()) == 30
    assert set(manifest["files"]) == {"train.parquet", "validation.parquet", "test.parquet"}


def test_the_same_content_is_the_same_version(workspace):
    one, two = frozen(workspace), frozen(workspace, name="Another name")
    assert one.id == two.id
    assert two.name == "Lamps"
    changed = frozen(workspace, [*lamps()[:-1], example("Other?", "Yes.", 5)])
    assert changed.id != one.id
    assert {v.id for v in list_versions(workspace)} == {one.id, changed.id}


def test_the_hash_counts_sides_and_order():
    examples = lamps(10)
    sides = ["train"] * 9 + ["validation"]
    assert content_hash(examples, sides) != content_hash(examples, ["train"] * 10)
    assert content_hash(examples, sides) != content_hash(examples[::-1], sides)


def test_files_are_read_only_and_changes_are_found(workspace):
    version = frozen(workspace)
    train = version.path / "train.parquet"
    assert not train.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH)
    train.chmod(0o600)
    train.write_bytes(train.read_bytes() + b" ")
    with pytest.raises(StudioError) as caught:
        version.verify()
    assert caught.value.code == "dataset_changed"


def test_a_damaged_or_newer_version_is_left_out_of_the_list(workspace):
    good = frozen(workspace)
    (workspace.datasets / "ds-000000000000").mkdir()
    newer = workspace.datasets / "ds-111111111111"
    newer.mkdir()
    (newer / "version.json").write_text(json.dumps({**good.manifest, "schema": 9}), "utf-8")
    assert [v.id for v in list_versions(workspace)] == [good.id]
    with pytest.raises(StudioError) as caught:
        load_version(newer)
    assert caught.value.code == "dataset_too_new"


def test_delete_and_undo(workspace):
    version = frozen(workspace)
    token = delete_version(version, workspace)
    assert list_versions(workspace) == []
    again = restore_version(token, workspace)
    assert again.id == version.id
    again.verify()
    with pytest.raises(StudioError) as caught:
        restore_version(token, workspace)
    assert caught.value.code == "not_in_trash"


def test_a_token_can_not_lead_out_of_the_trash(workspace):
    with pytest.raises(StudioError):
        restore_version("../../etc", workspace)


def test_out_is_written_exactly_there_and_never_over_anything(workspace, tmp_path):
    examples = lamps()
    sides = assign(examples, SplitChoice())
    target = tmp_path / "here"
    target.mkdir()
    version = freeze(examples, sides, MANIFEST, out=target, few=True)
    assert version.path == target
    with pytest.raises(StudioError) as caught:
        freeze(examples, sides, MANIFEST, out=target, few=True)
    assert caught.value.code == "target_exists"


def test_a_full_disk_leaves_nothing_behind(workspace, monkeypatch):
    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ftstudio.data.versions.library._flush", full)
    with pytest.raises(StudioError) as caught:
        frozen(workspace)
    assert caught.value.code == "disk_full"
    assert list(workspace.datasets.iterdir()) == []


KILLED = """
import sys, time
from pathlib import Path
from ftstudio.data.versions import library
from ftstudio.core.example import Example, Message
point, root = sys.argv[1], Path(sys.argv[2])
real = getattr(library, point)
def stuck(*args):
    result = real(*args) if point != "_publish" else None
    print("here", flush=True)
    time.sleep(60)
setattr(library, point, stuck)
rows = [Example(messages=[Message(role="user", content=str(i)),
                          Message(role="assistant", content="a")]) for i in range(20)]
library.freeze(rows, ["train"] * 20, {"name": "x"}, datasets=root, few=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="kills a process")
@pytest.mark.parametrize("point", ["write_sides", "_flush", "_write_manifest", "_publish"])
def test_a_kill_at_any_point_leaves_no_half_version(workspace, point):
    child = subprocess.Popen(
        [sys.executable, "-c", KILLED, point, str(workspace.datasets)], stdout=subprocess.PIPE
    )
    assert child.stdout.readline() == b"here\n"
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    assert len(list(workspace.datasets.iterdir())) == 1
    assert list_versions(workspace) == []
    assert list(workspace.datasets.iterdir()) == []  # nobody writes it: it goes at once
    version = frozen(workspace)
    assert list(workspace.datasets.iterdir()) == [version.path]


def test_the_trash_keeps_thirty_days(workspace, monkeypatch):
    version = frozen(workspace)
    now = time.time()
    monkeypatch.setattr("ftstudio.data.versions.library.time.time", lambda: now - 31 * 86400)
    old = delete_version(version, workspace)
    monkeypatch.setattr("ftstudio.data.versions.library.time.time", lambda: now - 29 * 86400)
    version = frozen(workspace)
    kept = delete_version(version, workspace)
    monkeypatch.setattr("ftstudio.data.versions.library.time.time", lambda: now)
    version = frozen(workspace)
    new = delete_version(version, workspace)
    trash = workspace.root / "trash" / "datasets"
    assert {path.name for path in trash.iterdir()} == {kept, new}
    with pytest.raises(StudioError):
        restore_version(old, workspace)
    assert restore_version(kept, workspace).id == version.id


def test_a_version_that_went_away_is_explained(workspace):
    version = frozen(workspace)
    delete_version(version, workspace)
    with pytest.raises(StudioError) as caught:
        next(version.examples("train"))
    assert caught.value.code == "dataset_unreadable"
    with pytest.raises(StudioError) as caught:
        delete_version(version, workspace)
    assert caught.value.code == "disk"


@pytest.mark.parametrize("lost", ["version.json", "train.parquet"])
def test_a_damaged_version_can_be_made_again(workspace, lost):
    version = frozen(workspace)
    (version.path / lost).unlink()
    assert list_versions(workspace) == []
    again = frozen(workspace)
    assert again.id == version.id
    again.verify()
    assert len(list_versions(workspace)) == 1
    (kept,) = workspace.datasets.glob("damaged-*")
    assert (kept / "validation.parquet").is_file()


BEYOND_CHAT = {
    "text": Example(text="A whole page."),
    "preference": Example(
        messages=[Message(role="user", content="Hi?")],
        chosen=[Message(role="assistant", content="Hello!")],
        rejected=[Message(role="assistant", content="What.")],
    ),
    "feedback": Example(
        messages=[Message(role="user", content="Hi?"), Message(role="assistant", content="Yes.")],
        good=False,
    ),
    "label": Example(messages=[Message(role="user", content="My card is lost")], labels=["card"]),
    "number": Example(messages=[Message(role="user", content="Lovely")], number=4.5),
}


@pytest.mark.parametrize("kind", BEYOND_CHAT)
def test_every_kind_comes_back_as_it_was(tmp_path, kind):
    example = BEYOND_CHAT[kind]
    other = example.model_copy(update={"source_row": 2, "group": "another"})
    version = freeze(
        [example, other], ["train", "validation"], {"name": kind}, out=tmp_path / "v", few=True
    )
    assert version.facts.kind == kind == example.kind
    (back,) = version.examples("train")
    assert back.model_copy(update={"group": None}) == example
    assert version.facts.labels == ({"card": 2} if kind == "label" else {})


def test_a_mixture_of_kinds_is_refused(tmp_path):
    with pytest.raises(ValueError, match="one kind"):
        freeze(
            list(BEYOND_CHAT.values()),
            ["train"] * 5,
            {"name": "mixed"},
            out=tmp_path / "v",
            few=True,
        )


def test_what_is_beyond_a_chat_changes_the_hash(tmp_path):
    good, bad = (BEYOND_CHAT["feedback"].model_copy(update={"good": g}) for g in (True, False))
    assert good.content_hash() != bad.content_hash()
    ids = {
        freeze([e], ["train"], {"name": "x"}, out=tmp_path / str(e.good), few=True).id
        for e in (good, bad)
    }
    assert len(ids) == 2


def test_whether_there_are_answers_is_known_before_any_row_is_read(tmp_path):
    asked = [Example(messages=[Message(role="user", content=f"Is lamp {i} lit?")]) for i in "ab"]
    sides = ["train", "validation"]
    bare = freeze(asked, sides, {"name": "asked"}, out=tmp_path / "asked", few=True)
    assert not bare.facts.answers
    for kind in ("preference", "feedback"):
        one = BEYOND_CHAT[kind]
        two = [one, one.model_copy(update={"source_row": 2})]
        assert freeze(two, sides, {"name": kind}, out=tmp_path / kind, few=True).facts.answers
    assert freeze(
        [asked[0], lamps(1)[0]], sides, MANIFEST, out=tmp_path / "some", few=True
    ).facts.answers
    manifest = {k: v for k, v in bare.manifest.items() if k != "answers"}  # of an older version
    (bare.path / "version.json").write_text(json.dumps(manifest), "utf-8")
    assert load_version(bare.path).facts.answers


def test_a_version_has_roots_cards_and_what_belongs_to_it(tmp_path):
    examples, sides = lamps(12), ["train"] * 9 + ["validation"] * 3
    beside = {"dropped.csv": "row,stage\n1,trim\n"}
    version = freeze(examples, sides, MANIFEST, out=tmp_path / "v", beside=beside, few=True)
    assert {path.name for path in version.path.iterdir()} == {
        "version.json", "README.md", "croissant.json", "dropped.csv",
        "train.parquet", "validation.parquet", "test.parquet",
    }  # fmt: skip
    roots = version.manifest["merkle"]
    assert roots["rows"] == merkle_root(e.content_hash() for e in examples)
    assert roots["validation"] == merkle_root(e.content_hash() for e in examples[9:])
    turned = freeze(examples[::-1], sides, MANIFEST, out=tmp_path / "turned", few=True)
    assert turned.id != version.id
    assert turned.manifest["merkle"]["rows"] == roots["rows"]
    version.verify()
    dropped = version.path / "dropped.csv"
    dropped.chmod(0o600)
    dropped.write_text("other", "utf-8")
    with pytest.raises(StudioError):
        version.verify()


@pytest.mark.parametrize("schema", [1, 2])
def test_versions_of_older_apps_are_still_read(workspace, schema):
    version = frozen(workspace)
    old = {k: v for k, v in version.manifest.items() if k not in ("merkle", "kind", "answers")}
    for name in ("README.md", "croissant.json", "version.json"):
        (version.path / name).unlink()
    old["schema"] = schema
    (version.path / "version.json").write_text(json.dumps(old), "utf-8")
    again = load_version(version.path)
    again.verify()
    assert (again.facts.kind, again.total) == ("chat", 30)
    assert len(list(again.examples("train"))) == again.counts["train"]


def test_freezing_ends_when_it_is_told_to_and_leaves_nothing(tmp_path):
    examples = lamps(640)
    sides = assign(examples, SplitChoice())
    home = tmp_path / "datasets"

    def act(tell):
        if home.exists():
            assert not list(home.iterdir())  # of what was stopped before
        version = freeze(examples, sides, MANIFEST, datasets=home, progress=tell, few=True)
        delete_version(version, Workspace(tmp_path / "w").create())

    stops_wherever(act, fewest=100)
    assert not list(home.iterdir())


@pytest.mark.parametrize(
    "change",
    [{"counts": {}}, {"counts": 3}, {"files": None}, {"sources": 5}, {"sources": [None]},
     {"made_from": [{}]}, {"steps": [5]}, {"split": 3}],
)  # fmt: skip
def test_a_manifest_that_somebody_edited_hides_no_other_version(workspace, change):
    whole = freeze([example("a", "b", 1)], ["train"], {"name": "whole"},
                   datasets=workspace.datasets, few=True)  # fmt: skip
    broken = freeze([example("c", "d", 1)], ["train"], {"name": "broken"},
                    datasets=workspace.datasets, few=True)  # fmt: skip
    file = broken.path / "version.json"
    file.chmod(0o600)
    file.write_text(json.dumps({**broken.manifest, **change}), "utf-8")
    assert [version.id for version in list_versions(workspace)] == [whole.id]
    with pytest.raises(StudioError) as caught:
        load_version(broken.path)
    assert caught.value.code == "dataset_unreadable"
