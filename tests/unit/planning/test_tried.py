from pathlib import Path

import pytest

from ftstudio.core.paths import Workspace
from ftstudio.jobs.events import Taken
from ftstudio.planning import tried
from ftstudio.planning.duration import trial
from ftstudio.planning.lengths import Lengths
from ftstudio.planning.machine import Machine
from ftstudio.planning.memory_estimate import MemoryEstimate
from ftstudio.planning.proposal import Proposal, Situation, propose
from ftstudio.planning.tried import Tried, left_out, measured, timed
from ftstudio.techniques import methods
from tests.shapes import QWEN_8B, STARTER

SCORES = {"step_seconds": 1.5, "tokens": 4096.0, "longest": 1024.0}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "ws").create()


def test_on_a_card_it_is_what_its_own_tools_have_shown() -> None:
    taken = Taken(card="RTX 4090", reserved=10_000, context=500, allocated=9_000, ram=77_000)
    made = Tried.of(taken, SCORES)
    assert (made.device, made.peak, made.allocated) == ("cuda", 10_500, 9_000)
    assert (made.step_seconds, made.tokens, made.longest) == (1.5, 4096, 1024)


def test_on_the_processor_it_is_the_memory_of_the_process() -> None:
    made = Tried.of(Taken(ram=900), {})
    assert (made.device, made.peak, made.ran) == ("cpu", 900, True)


@pytest.fixture
def situation() -> Situation:
    machine = Machine("cpu", "2 processor cores", 16 << 30, 12 << 30, 2)
    lengths = Lengths(900, 100, 120.0, 300, 400, 200, 250, 80.0)
    return Situation(STARTER, lengths, machine, Path.home())


@pytest.mark.parametrize("faster", [0.5, 1.0, 4.0])
def test_what_steps_took_here_corrects_the_duration(situation: Situation, faster: float) -> None:
    """As a finished run does: steps in half the time, so half the time of training and looks."""
    wished = {"batch_size": 2, "accumulation": 4, "max_length": 512}
    made = propose(situation, methods()["lora"], training=wished)
    short = made.training.model_copy(update={"accumulation": 2})  # as a trial is run
    guessed = trial(
        situation.shape, made.method, made.params, short, situation.machine, 400, 1.0,
        made.objective, made.objective_params,
    ).guessed  # fmt: skip
    measured = Tried("cpu", 1, step_seconds=guessed / faster, tokens=2 * 2 * 400, longest=400)
    after = timed(made, situation, measured)
    for phase in ("train", "looks"):
        assert after.forecast.phases[phase] * faster == pytest.approx(made.forecast.phases[phase])
    assert after.forecast.phases["load"] == made.forecast.phases["load"]
    assert "trial" in after.forecast.learned_from
    assert after.forecast.spread < made.forecast.spread
    assert after.memory == made.memory


def test_a_trial_without_a_time_corrects_nothing(situation: Situation) -> None:
    made = propose(situation, methods()["lora"])
    assert timed(made, situation, Tried("cpu", 0)) is made


def test_is_kept_and_forgotten(workspace: Workspace) -> None:
    assert tried.load(workspace) == {}
    first, second = Tried("cuda", 5, when=1.0), Tried("cuda", 0, when=2.0)
    tried.keep(workspace, "a", first)
    tried.keep(workspace, "b", second)
    assert tried.load(workspace) == {"a": first, "b": second}
    assert not second.ran
    tried.forget(workspace)
    tried.forget(workspace)
    assert tried.load(workspace) == {}


def test_the_oldest_are_let_go(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tried, "_MOST", 2)
    for when, key in enumerate("abc"):
        tried.keep(workspace, key, Tried("cpu", 1, when=float(when)))
    assert set(tried.load(workspace)) == {"b", "c"}


@pytest.mark.parametrize("written", ["", "[]", '{"a": 1}', '{"a": {}}', '{"a": {"peak": 1}}'])
def test_a_damaged_file_is_as_if_nothing_was_tried(workspace: Workspace, written: str) -> None:
    file = workspace.root / "cache" / "tried.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(written, "utf-8")
    assert tried.load(workspace) == {}


def test_figures_of_other_types_do_not_take_the_others_with_them(workspace: Workspace) -> None:
    file = workspace.root / "cache" / "tried.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(
        '{"a": {"device": "cpu", "peak": "3"}, "b": {"device": "cpu", "peak": NaN}, "c": 3, '
        '"d": {"device": "cpu", "peak": 3, "when": 1}}',
        "utf-8",
    )
    assert tried.load(workspace) == {"d": Tried("cpu", 3, when=1)}


def test_what_a_newer_version_has_added_is_passed_over(workspace: Workspace) -> None:
    file = workspace.root / "cache" / "tried.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text('{"a": {"device": "cpu", "peak": 3, "new": 1, "when": 1}}', "utf-8")
    assert tried.load(workspace)["a"].peak == 3


FORETOLD = MemoryEstimate(
    {"model": 500, "activations": 300, "rounding": 40, "context": 100, "margin": 60},
    least=900, low=950, high=1_200, why=["Calculated.", "60 B of margin: none ran here."],
)  # fmt: skip


@pytest.mark.parametrize("peak", [700, 940, 1_300, 120])
def test_what_was_measured_takes_the_place_of_what_was_foretold(peak: int) -> None:
    made = measured(FORETOLD, Tried("cuda", peak))
    assert made.how == "measured"
    assert made.shown == made.peak == made.low == made.high == peak
    assert all(size >= 0 for size in made.parts.values())
    assert made.least <= peak
    assert "Measured" in made.why[0]
    assert not any("margin:" in sentence for sentence in made.why)
    assert MemoryEstimate.load(made.dump()) == made


def test_a_trial_that_ran_out_measures_nothing() -> None:
    assert measured(FORETOLD, Tried("cuda", 0)) is FORETOLD


def test_what_a_trial_leaves_out_is_added_where_a_check_is_the_fullest_moment() -> None:
    """Long questions, answered many at once, where steps keep little on the card."""
    machine = Machine("cuda", "RTX 4090", 24 * 10**9, 22 * 10**9, 8, "Ada")
    given = Situation(QWEN_8B, Lengths(900, 100, 2_000.0, 3_900, 4_000), machine, Path.home())

    def made(questions: int) -> Proposal:
        wish = {"batch_size": 4, "max_length": 4_096, "sample_questions": questions,
                "activation_checkpointing": "full", "activation_offload": True}  # fmt: skip
        return propose(given, methods()["qlora"], training=wish)

    assert left_out(made(0), given) == 0
    many = made(4)
    beside = left_out(many, given)
    assert beside > 0
    steps = 9_000_000_000
    shown = measured(many.memory, Tried("cuda", steps), beside)
    assert (shown.shown, shown.low, shown.high) == (steps + beside,) * 3
    assert sum(shown.parts.values()) == steps + beside
    assert "were added" in shown.why[0]
    assert "added" not in measured(many.memory, Tried("cuda", steps)).why[0]
