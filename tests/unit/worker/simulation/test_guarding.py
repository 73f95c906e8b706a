"""What is handed to a safeguard in a rehearsal, and as what its keepings count."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from ftstudio.core.params import Params
from ftstudio.core.plan import DatasetRef, SafeguardChoice
from ftstudio.core.safeguard import Protecting, Safeguard
from ftstudio.worker.simulation import guarding
from ftstudio.worker.simulation.fakes import Fakes
from ftstudio.worker.simulation.tracker import Tracker


def chosen(key: str) -> SafeguardChoice:
    return SafeguardChoice(key=key, dataset=DatasetRef(id="", path="", name=""))


def declared(key: str, **more: Any) -> Safeguard:
    return Safeguard(key, key, "", "", "", Params, **more)


def test_what_stays_counts_to_the_optimizer_and_what_goes_does_not(tmp_path: Path, monkeypatch):
    kept, seen = [], []

    def protect(given: Protecting) -> None:
        seen.append(given)
        kept.append(torch.zeros(100))
        torch.zeros(1000)

    known = {"keeps": declared("keeps", protect=protect), "mixes": declared("mixes")}
    monkeypatch.setattr(guarding, "safeguards", lambda: known)
    tracker, trainer = Tracker("cpu"), object()
    with Fakes(), tracker:
        before = torch.zeros(10)
        guarding.protect([chosen("mixes"), chosen("keeps")], trainer, 7, tmp_path, tracker)
        assert tracker.living() == {"model": before.nbytes, "optimizer": kept[0].nbytes}
    (given,) = seen
    assert given.trainer is trainer
    assert [len(tokens) for tokens, _ in given.general] == [7, 7]
    assert all(all(learned) for _, learned in given.general)
    assert given.file.parent == tmp_path


def test_nothing_is_asked_of_values_and_nothing_written(tmp_path: Path):
    from ftstudio.techniques.engine import ewc

    with guarding._nothing_is_written():
        ewc.demand_some([])
        ewc.write_importance([], tmp_path / "importance")
    assert list(tmp_path.iterdir()) == []


def test_a_look_reads_one_row_without_gradients():
    class Model(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.words = torch.nn.Embedding(20, 4)
            self.head = torch.nn.Linear(4, 20)
            self.asked: list[tuple[int, bool, bool]] = []

        def forward(self, input_ids: Any, **rest: Any) -> Any:
            self.asked.append((input_ids.shape[1], self.training, torch.is_grad_enabled()))
            return type("Said", (), {"logits": self.head(self.words(input_ids))})

    class Trainer:
        def compute_loss_context_manager(self) -> Any:
            return torch.autocast("cpu", torch.bfloat16)

    model = Model().train()
    guarding.look(model, Trainer(), 9)
    assert model.asked == [(9, False, False)]
    assert model.training
