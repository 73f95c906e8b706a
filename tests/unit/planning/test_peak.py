"""What a run took is told as measured, with the card that it was measured on."""

import pytest

from ftstudio.jobs.events import Finished, Started, Taken
from ftstudio.jobs.folder import JobFolder
from ftstudio.jobs.status import fold
from ftstudio.planning.measured import keep_estimate
from ftstudio.planning.memory_estimate import MemoryEstimate
from ftstudio.planning.peak import kept_estimate, peak_of

GB = 10**9
FORETOLD = MemoryEstimate({"model": 16 * GB, "context": GB, "margin": 2 * GB})
ON_CARD = Taken(
    card="NVIDIA GeForce RTX 4090", card_bytes=24 * GB, reserved=15 * GB, context=GB, ram=3 * GB
)  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    return JobFolder(tmp_path)


def ended(taken, lives=1):
    started = [Started(pid=n, device="cuda") for n in range(lives)]
    return fold([*started, Finished(taken=taken)])


def test_on_a_card_it_is_what_its_own_tools_show(folder):
    keep_estimate(folder, FORETOLD)
    found = peak_of(folder, ended(ON_CARD))
    assert (found.took, found.card, found.foretold) == (16 * GB, "RTX 4090", FORETOLD.shown)
    assert found.in_words() == (
        "16.0 GB on RTX 4090 (of 24.0 GB); 19.0 GB were foretold, 17.0 GB without margin."
    )


def test_without_a_card_it_is_the_computer_s_memory(folder):
    found = peak_of(folder, ended(Taken(ram=2 * GB)))
    assert (found.took, found.card, found.foretold) == (2 * GB, "", 0)
    assert found.in_words() == "2.0 GB of the computer's memory."


def test_a_run_that_was_resumed_says_of_what_it_tells(folder):
    assert "since it was resumed" in peak_of(folder, ended(ON_CARD, lives=2)).in_words()


def test_nothing_is_told_where_nothing_was_measured(folder):
    assert peak_of(folder, ended(None)) is None
    assert peak_of(folder, ended(Taken())) is None
    assert kept_estimate(folder) is None
    (folder.path / "estimate.json").write_text("{")
    assert kept_estimate(folder) is None
