"""Whatever is typed wrong is told in plain words, with an exit status, and starts nothing."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from ftstudio.core.paths import Workspace
from ftstudio.jobs import launch

# How libraries speak to programmers.
FOREIGN = re.compile(r"Traceback|Error\b|Errno|Input should|Extra inputs|codec|pydantic|None\b")


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files of all kinds, right and wrong."""
    root = tmp_path_factory.mktemp("files")
    rows = [f"where is order {n},it is on its way {n}" for n in range(100)]
    (root / "good.csv").write_text("\n".join(["question,answer", *rows]) + "\n")
    pairs = [{"prompt": f"q {n}", "chosen": f"a {n}", "rejected": f"b {n}"} for n in range(100)]
    (root / "pairs.jsonl").write_text("".join(json.dumps(pair) + "\n" for pair in pairs))
    (root / "empty.csv").touch()
    (root / "head.csv").write_text("question,answer\n")
    (root / "binary.csv").write_bytes(bytes(range(256)) * 12)
    (root / "page.pdf").write_bytes(b"%PDF-1.4 nothing")
    (root / "half.json").write_text('{"a":')
    (root / "latin.txt").write_bytes("süß".encode("latin-1"))
    (root / "blank.txt").write_text(" \n \n")
    (root / "folder").mkdir()
    return root


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("workspace")


@pytest.fixture
def workspace(root: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """One for all: what is right is read only once."""
    monkeypatch.setenv("FTSTUDIO_WORKSPACE", str(root))
    monkeypatch.setenv("FTSTUDIO_DEVICE", "cpu")
    return Workspace.current()


TRY = ["rewards try --answer x --reward " + rule for rule in (
    "beauty", "contains", "contains:sorry", "contains:word=x", "contains:text=a,count=some",
    "contains:text=a*nan", "contains:text=a*1e999", "contains:text=a*0", "number_equals:number=nan",
    "number_equals:number=abc", "number_equals", "length_between:least=x",
    "length_between:least=9,most=2", "regular_expression:pattern=(", "valid_json:others=false",
    "valid_json:shape=a:what", "model", "model:/nowhere",
)]  # fmt: skip
TRY += ["rewards try", "rewards try --answer x", "rewards try --reward contains:text=a"]
TRY += [
    f"rewards try --reward contains:text=a --file {file}"
    for file in ("nowhere", "folder", "latin.txt", "blank.txt", "binary.csv")
]
TRAIN = [f"train --data {file}" for file in (
    "nowhere.csv", "empty.csv", "head.csv", "binary.csv", "page.pdf", "half.json", "folder",
)]  # fmt: skip
TRAIN += ["train", "train nowhere.json", "train half.json", "train latin.txt", "train folder"]
TRAIN += ["train --data good.csv " + rest for rest in (
    "--more-data pairs.jsonl", "--more-data good.csv", "--reward contains:text=a",
    "--objective multi_task", "--objective multi_task --more-data nowhere.csv",
    "--objective multi_task --more-data empty.csv", "--objective multi_task --more-data folder",
    "--objective multi_task --more-data pairs.jsonl",
    "--objective multi_task --more-data good.csv:0",
    "--objective multi_task --more-data good.csv:nan",
    "--objective multi_task --more-data good.csv:3",
    "--protect replay", "--protect =good.csv", "--protect magic=good.csv",
    "--protect replay=nowhere.csv", "--protect replay=binary.csv", "--protect replay=pairs.jsonl",
    "--protect replay=good.csv:share=x", "--protect replay=good.csv:share=9",
    "--protect replay=good.csv:nope=1", "--protect ewc=good.csv:strength=nan",
    "--objective grpo", "--objective grpo --reward beauty",
    "--objective grpo --reward model:folder",
    "--objective grpo --reward contains:text=a*inf",
    "--objective grpo --reward regular_expression:pattern=((a{99}){99}){9}",
    "--set training.epochs=nan", "--set training.batch_size=2.5", "--set method.rank=0",
    "--set training.nope=1", "--set x", "--method magic", "--objective magic", "--objective dpo",
    "--model nowhere", "--model folder",
)]  # fmt: skip
PATH = ["path", "path magic", "path show nobody", "path resume nobody", "path rlhf"]
PATH += [f"path rlhf --answers {answers} --pairs {pairs}" for answers, pairs in (
    ("nowhere.csv", "pairs.jsonl"), ("good.csv", "nowhere.csv"), ("good.csv", "good.csv"),
    ("pairs.jsonl", "pairs.jsonl"), ("empty.csv", "pairs.jsonl"), ("good.csv", "folder"),
    ("binary.csv", "pairs.jsonl"),
)]  # fmt: skip
PATH += ["path rlhf --answers good.csv --pairs pairs.jsonl " + rest for rest in (
    "--method magic", "--method prefix", "--model folder", "--questions nowhere.csv", "--set x",
    "--set magic.training.epochs=3", "--set instruct.training.epochs=x",
    "--set ppo.objective.kl_target=3",
)]  # fmt: skip
LABEL = [f"label {file} --adapter nobody --out out.csv" for file in ("good.csv", "folder")]
LABEL += [f"label good.csv --adapter nobody --out {out}" for out in (
    "out.pdf", "folder", "good.csv", "good.csv/out.csv", "n" * 300 + ".csv",
)]  # fmt: skip
LABEL += ["label", "label good.csv", "label good.csv --adapter nobody"]


@pytest.mark.parametrize("line", [*TRY, *TRAIN, *PATH, *LABEL])
def test_it_is_told(command, shelf: Path, monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    def never(*given: object) -> int:
        raise AssertionError("it was started")

    monkeypatch.setattr(launch, "start", never)
    monkeypatch.chdir(shelf)
    said = command(*line.split(" "))
    assert said.code in (1, 2), said.out + said.err
    assert not FOREIGN.search(said.err), said.err
    assert said.err.strip().splitlines()[-1].endswith((".", "--help"))
    assert said.out == ""


def test_an_unreadable_file_is_told(command, shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(path: Path, *rest: object) -> str:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_text", locked)
    said = command("rewards", "try", "--reward", "contains:text=a", "--file", shelf / "blank.txt")
    assert said.code == 1
    assert "The system says: Permission denied." in said.err
    said = command("train", shelf / "half.json")
    assert said.code == 1
    assert "The system says: Permission denied." in said.err
