"""What would let a run go on: reckoned from the plan, and from what the card itself said."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.core.example import Example, Message
from ftstudio.core.paths import Workspace
from ftstudio.core.plan import DatasetRef
from ftstudio.core.training_settings import TrainingSettings
from ftstudio.data.versions.library import freeze
from ftstudio.jobs.easing import may_ease
from ftstudio.jobs.folder import create_job
from ftstudio.planning.foretelling import foretold
from ftstudio.planning.machine import Machine
from ftstudio.planning.measured import keep_estimate
from ftstudio.planning.rescue import rescue, shortage_of
from tests.shapes import LLAMA_3B
from tests.unit.planning.test_measured import a_plan

LOG = """Traceback (most recent call last):
torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 512.00 MiB. GPU 0 has a total
capacity of 7.77 GiB of which 200.00 MiB is free. Including non-PyTorch memory, this process has
5.50 GiB memory in use. Of the allocated memory 5.01 GiB is allocated by PyTorch."""
CARD = Machine("cuda", "RTX 4090", 24 * 10**9, 24 * 10**9, 8, "Ada")


@pytest.fixture
def failed(tmp_path, monkeypatch):
    """A workspace, the folder of a run, and its plan: eight long rows at a time on 3B."""
    workspace = Workspace(tmp_path / "ws").create()
    plan = a_plan(workspace)
    rows = [
        Example(messages=[Message(role="user", content=f"Question {i}?"),
                          Message(role="assistant", content="The answer is long. " * 400)])
        for i in range(20)
    ]  # fmt: skip
    data = freeze(rows, ["train"] * 18 + ["validation"] * 2, {"name": "Long", "sources": []},
                  datasets=workspace.datasets, few=True)  # fmt: skip
    plan = plan.model_copy(update={
        "dataset": DatasetRef(id=data.id, path=str(data.path), name=data.name),
        "training": TrainingSettings(batch_size=8, max_length=1_024),
    })  # fmt: skip
    for room in ("rescue", "foretelling"):
        monkeypatch.setattr(
            f"ftstudio.planning.{room}.find_model", lambda path: SimpleNamespace(shape=LLAMA_3B)
        )
    folder = create_job(workspace.jobs, "train", plan.name, plan.model_dump(mode="json"))
    return workspace, folder, plan


def test_the_card_s_own_words_are_read():
    said = shortage_of("an older one: Tried to allocate 1.00 GiB\n" + LOG.replace("\n", " "))
    assert said.asked == 512 * 2**20
    assert said.free == 200 * 2**20
    assert said.held == int(5.5 * 2**30)
    assert said.needed == said.held + said.asked
    assert said.room == said.held + said.free
    silent = shortage_of("Killed")
    assert (silent.asked, silent.needed, silent.room) == (0, 0, 0)


def test_without_a_word_of_the_card_the_forecast_holds(failed):
    workspace, folder, plan = failed
    found = rescue(workspace, folder, plan, CARD, 0, "")
    assert found.proposal.memory.shown == foretold(plan, "cuda", card="RTX 4090").shown
    smaller = next(rung for rung in found.rungs if rung.key == "smaller")
    assert smaller.total < found.proposal.memory.shown
    assert may_ease(plan, smaller.changes)


def test_a_run_that_needed_more_than_was_foretold_raises_every_rung(failed):
    workspace, folder, plan = failed
    calm = rescue(workspace, folder, plan, CARD, 0, "")
    words = LOG.replace("\n", " ").replace("5.50 GiB", "45.00 GiB")
    told = rescue(workspace, folder, plan, CARD, 0, words)
    needed = shortage_of(words).needed
    assert told.proposal.memory.shown == pytest.approx(needed, rel=0.01)
    before = {rung.key: rung.total for rung in calm.rungs}
    again = [rung for rung in told.rungs if rung.key in ("selective", "twice", "smaller")]
    assert len(again) == 3
    for rung in again:
        assert rung.total > before[rung.key] or rung.key == "smaller"  # fewer at a time then
        assert rung.total < told.proposal.memory.shown, rung.key


def test_what_its_steps_were_seen_to_hold_counts_too(failed):
    workspace, folder, plan = failed
    found = rescue(workspace, folder, plan, CARD, 50 * 10**9, "")
    assert found.proposal.memory.shown >= 50 * 10**9


def test_what_was_counted_at_the_start_is_what_the_rungs_start_from(failed):
    workspace, folder, plan = failed
    quick = rescue(workspace, folder, plan, CARD, 0, "")
    counted = replace(foretold(plan, "cuda", card="RTX 4090").plus("model", 10**9), how="exact")
    keep_estimate(folder, counted)
    found = rescue(workspace, folder, plan, CARD, 0, "")
    assert found.proposal.memory.shown == counted.shown
    assert [rung.total - 10**9 for rung in found.rungs if not rung.method] == [
        rung.total for rung in quick.rungs if not rung.method
    ]


def test_what_it_ran_with_already_is_told_and_not_proposed(failed):
    workspace, folder, plan = failed
    changes = {"activation_checkpointing": "full", "optimizer": "adamw_8bit"}
    training = plan.training.model_copy(update=changes)
    sparing = plan.model_copy(update={"training": training})
    found = rescue(workspace, folder, sparing, CARD, 0, "")
    assert found.used == ("twice", "8bit")
    assert not {"selective", "twice", "8bit"} & {rung.key for rung in found.rungs}


def test_of_a_plan_whose_data_are_gone(failed, tmp_path):
    workspace, folder, plan = failed
    dataset = plan.dataset.model_copy(update={"path": str(tmp_path / "gone")})
    with pytest.raises(StudioError):
        rescue(workspace, folder, plan.model_copy(update={"dataset": dataset}), CARD, 0, "")
