"""Acts on datasets in a child that is killed, or whose disk is full, at one touch of the disk after
another; then a look whether all is whole. Run as a program, so that forking is safe: this process
itself never touches a row.

    python -m tests.faults.killed_acts HOME ACT killed|full COUNT
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import sys
import traceback
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace
from ftstudio.data.draft import Draft, list_drafts
from ftstudio.data.drafting import readings
from ftstudio.data.drafting.session import DraftSession
from ftstudio.data.layout import layouts
from ftstudio.data.step import steps
from ftstudio.data.versions.erase import erase_person, find_person
from ftstudio.data.versions.erase_report import erase_with_report
from ftstudio.data.versions.library import freeze, list_versions
from ftstudio.data.versions.mix import freeze_mix, shares_of
from ftstudio.data.versions.stored import merkle_root, row_id
from tests.nasty.reading_here import read_here
from tests.unit.data.conftest import example

ANN = "ann@lamps.org"
_TOUCHES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod"}
_MAKES = {"os.rename", "os.mkdir"}
_LOADED = ("pyarrow.parquet", "pyarrow.compute", "pandas", "psutil")  # once, not in every child


def prepare(workspace: Workspace) -> None:
    """Two versions, one of them with Ann, and a draft of a file in which she stands."""
    for name, first in (("may", 0), ("june", 100)):
        rows = [
            example(f"Is lamp {i} lit?", f"{name} says yes.", i) for i in range(first, first + 30)
        ]
        if name == "may":
            rows[3] = example("Who knows lamp 3?", f"Write to {ANN}.", 3)
        sides = ["validation" if i % 6 == 0 else "train" for i in range(30)]
        freeze(rows, sides, {"name": name}, datasets=workspace.datasets, few=True)
    path = workspace.root.parent / "desk.csv"
    lines = "".join(f"Is lamp {i} lit?,Yes {i}.\n" for i in range(24))
    path.write_text(f"question,answer\n{lines}Who?,Ask {ANN}.\n", "utf-8")
    session = DraftSession.open(workspace, Draft(name="desk"))
    session.choose_file(path)
    session.apply("trim")
    session.go_on_with_few()
    (workspace.jobs / "run").mkdir()
    (workspace.jobs / "run" / "events.jsonl").write_text(json.dumps({"said": ANN}) + "\n", "utf-8")


def opened(workspace: Workspace) -> DraftSession:
    (draft,) = list_drafts(workspace)
    return DraftSession.open(workspace, draft)


def do_freeze(workspace: Workspace) -> None:
    opened(workspace).freeze(name="desk")


def do_mix(workspace: Workspace) -> None:
    freeze_mix(workspace, shares_of(list_versions(workspace)), "both", few=True)


def do_erase(workspace: Workspace) -> None:
    erase_with_report(workspace, find_person(workspace, ANN), [])


def do_save(workspace: Workspace) -> None:
    session = opened(workspace)
    session.apply("drop_empty")
    session.leave_out([2], "it is not ours")
    session.undo(0)


ACTS: dict[str, Callable[[Workspace], None]] = {
    "freeze": do_freeze, "mix": do_mix, "erase": do_erase, "save": do_save,
}  # fmt: skip
STEPS = ([], ["trim"], ["trim", "drop_empty"], ["trim", "drop_empty", "edit_rows"],
         ["drop_empty", "edit_rows"])  # fmt: skip


def check(workspace: Workspace, act: str) -> None:
    """As the next start finds it. Raises where anything is not whole."""
    versions = list_versions(workspace)
    for one in versions:
        one.verify()
        ids = [
            row_id(row) for side in ("train", "validation", "test") for row in one.examples(side)
        ]
        assert merkle_root(ids) == one.manifest["merkle"]["rows"], one.name
        assert len(ids) == one.total
    names = sorted(one.name for one in versions)
    earlier = ["june", "may"]
    assert set(earlier) <= set(names) <= {*earlier, "desk", "both"}, names
    assert len(names) == len(set(names)) or act == "erase", names
    drafts = list_drafts(workspace)
    assert len(drafts) == 1 or (act == "freeze" and "desk" in names), "the draft is gone"
    for draft in drafts:
        assert [step.key for step in draft.steps] in STEPS
        assert len(DraftSession.open(workspace, draft).examples()) in (23, 24, 25)
    left = [str(path) for path in workspace.root.rglob("*") if path.name.startswith(".")]
    assert not left, left
    if act == "erase":
        erase_person(workspace, ANN)
        assert find_person(workspace, ANN).places == []
        table = opened(workspace).table
        assert table is not None
        assert table.row_count == len(table.rows())
        assert sorted(one.name for one in list_versions(workspace)) == earlier
    else:
        ACTS[act](workspace) if drafts else None  # it can be done again
    assert list_versions(workspace)


def watch(root: Path, last: int, manner: str) -> Callable[[], int]:
    """From now on touches below `root` are counted; at the last one this process ends, or the disk
    is full from then on. How many there were."""
    count = 0

    def hook(event: str, told: tuple[object, ...]) -> None:
        nonlocal count
        writes = (
            event == "open" and isinstance(told[2], int) and told[2] & (os.O_WRONLY | os.O_RDWR)
        )
        if not (writes or event in _TOUCHES) or not str(told[0]).startswith(str(root)):
            return
        count += 1
        if not last or count < last:
            return
        if manner == "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        if writes or event in _MAKES:
            raise OSError(errno.ENOSPC, "No space left on device")

    sys.addaudithook(hook)
    return lambda: count


def in_child(work: Callable[[], object]) -> tuple[int, str]:
    """Its exit status (below 0: the signal) and what it said, or why it failed."""
    reads, writes = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            said, code = str(work()), 0
        except BaseException:  # noqa: BLE001 - told to the parent, whatever it is
            said, code = traceback.format_exc(), 1
        os.write(writes, said[-3_000:].encode())
        os._exit(code)
    os.close(writes)
    with os.fdopen(reads) as pipe:
        said = pipe.read()
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), said


def acted(workspace: Workspace, act: str, last: int, manner: str) -> int:
    count = watch(workspace.root, last, manner)
    try:
        ACTS[act](workspace)
    except StudioError:
        if manner != "full":
            raise
    return count()


def main(home: Path, act: str, manner: str, wanted: int) -> None:
    readings.read_file = lambda path, into, *more: read_here(path, into)  # in this process
    steps()
    layouts()
    for name in _LOADED:
        import_module(name)
    workspace, whole = Workspace(home / "workspace"), home / "whole"
    code, said = in_child(lambda: prepare(workspace.create()))
    assert code == 0, said
    shutil.copytree(workspace.root, whole)
    code, said = in_child(lambda: acted(workspace, act, 0, manner))
    assert code == 0, said
    touches, faults, ended = int(said), [], 0
    places = sorted({1 + round(i * (touches - 1) / max(1, wanted - 1)) for i in range(wanted)})
    for last in places:
        shutil.rmtree(workspace.root)
        shutil.copytree(whole, workspace.root)
        code, said = in_child(lambda last=last: acted(workspace, act, last, manner))
        ended += code == -signal.SIGKILL
        if manner == "full" and code:
            faults.append(f"{last}: not told in words: {said}")
        code, said = in_child(lambda: check(workspace, act))
        if code:
            faults.append(f"{last}: {said}")
    print(json.dumps({"touches": touches, "tried": len(places), "ended": ended, "faults": faults}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]))
