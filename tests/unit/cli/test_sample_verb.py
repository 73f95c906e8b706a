"""The bundled example in the terminal, with the training and the answers played."""

from __future__ import annotations

from typing import Any

import pytest

from ftstudio.adapters import shelf
from ftstudio.adapters.card import AdapterCard
from ftstudio.cli import sample_verb
from ftstudio.core.paths import Workspace
from ftstudio.jobs import launch
from ftstudio.jobs.events import Failed, Finished, Started, Validation
from ftstudio.jobs.folder import JobFolder
from ftstudio.jobs.status import fold

STARTED = Started(t=1, pid=1, device="cpu")


class Parrot:
    def __init__(self, *folders: Any) -> None: ...

    def __enter__(self) -> Parrot:
        return self

    def __exit__(self, *_: object) -> None: ...

    def answer(self, question: str, which: str, **how: Any) -> str:
        return f"{which} on {question}"


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[JobFolder]:
    folders: list[JobFolder] = []
    monkeypatch.setattr(launch, "start", lambda folder, module="": folders.append(folder) or 1)
    monkeypatch.setattr(sample_verb, "Talk", Parrot)
    return folders


def test_from_spreadsheet_to_answers(
    command, started, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def finish(folder: JobFolder, screen: object) -> Any:
        spec = folder.spec()
        name = spec.payload["name"]
        card = shelf.add(folder.path, workspace, AdapterCard(name=name, base=spec.payload["model"]))
        losses = [Validation(t=2, step=0, loss=3.0), Validation(t=3, step=9, loss=1.0)]
        return fold([STARTED, *losses, Finished(t=9, shelf_id=card.id)])

    monkeypatch.setattr(sample_verb, "follow", finish)
    said = command("sample")
    assert said.code == 0, said.err
    for expected in ("examples to learn from", "3.000 before, 1.000 after", "before: base on",
                     "after:  tuned on", "The adapter lies in"):  # fmt: skip
        assert expected in said.out
    scripted = command("sample", "--json", "--questions", "2").json
    assert len(scripted["answers"]) == 2
    assert scripted["folder"].startswith(str(workspace.adapters))


def test_a_failed_training_is_the_end(command, started, monkeypatch: pytest.MonkeyPatch) -> None:
    failed = Failed(t=2, what="It broke.", why="So.", remedy="Mend it.")
    monkeypatch.setattr(sample_verb, "follow", lambda *_: fold([STARTED, failed]))
    said = command("sample")
    assert said.code == 1
    assert "Mend it." in said.err
