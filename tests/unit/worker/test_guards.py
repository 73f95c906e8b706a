"""The safeguards of a plan: their data verified, refused in words, several joined side by side."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from ftstudio.core.dataset_facts import DatasetFacts
from ftstudio.core.errors import StudioError
from ftstudio.core.example import Example, Message
from ftstudio.core.plan import DatasetRef, SafeguardChoice
from ftstudio.data.versions.library import DatasetVersion, load_version
from ftstudio.techniques import methods, objectives
from ftstudio.worker.guards import Guard, guards_of, joined, joins
from tests import models


def talks(mark: str, count: int) -> list[Example]:
    """Conversations that nobody else has."""
    said = [f"{mark} {number}?" for number in range(count)]
    turns = [[Message(role="user", content=t), Message(role="assistant", content=t)] for t in said]
    return [Example(messages=messages) for messages in turns]


@pytest.fixture(scope="module")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> list[DatasetVersion]:
    """Two versions of earlier data, told apart by their rows."""
    home = tmp_path_factory.mktemp("earlier")
    return [
        models.tiny_dataset(home / name, examples=talks(name, 30)) for name in ("first", "second")
    ]


def choice(dataset: DatasetVersion, key: str = "replay", **params: float) -> SafeguardChoice:
    ref = DatasetRef(id=dataset.id, path=str(dataset.path), name=dataset.name)
    return SafeguardChoice(key=key, params=params, dataset=ref)


def guards(*choices: SafeguardChoice, method: str = "lora") -> tuple[Guard, ...]:
    own = DatasetFacts()
    return guards_of(list(choices), objectives()["instruct"], methods()[method], own)


def test_each_share_is_of_the_runs_own_examples(earlier: list[DatasetVersion]) -> None:
    both = guards(choice(earlier[0], share=0.5), choice(earlier[1], share=0.25))
    own = talks("own", 40)
    found = [e.content_hash() for e in joined(both, iter(own), 40, seed=7)]
    assert joins(both, 40) == 30
    assert len(found) == 70
    for examples, count in ((own, 40), (_train(earlier[0]), 20), (_train(earlier[1]), 10)):
        hashes = {e.content_hash() for e in examples}
        assert sum(text in hashes for text in found) == count


def _train(version: DatasetVersion) -> list:
    return list(version.examples("train"))


def test_the_same_seed_joins_the_same(earlier: list[DatasetVersion]) -> None:
    def order(seed: int) -> list[str]:
        own = talks("own", 20)
        one = guards(choice(earlier[0], share=0.5))
        return [e.content_hash() for e in joined(one, iter(own), 20, seed)]

    assert order(1) == order(1)
    assert order(1) != order(2)


def test_each_keeps_a_file_of_its_own(earlier: list[DatasetVersion], tmp_path: Path) -> None:
    both = guards(choice(earlier[0], "ewc"), choice(earlier[1], "ewc"))
    assert len({guard.file(tmp_path) for guard in both}) == 2


def test_damaged_earlier_data_are_refused(earlier: list[DatasetVersion], tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(earlier[0].path, copy)
    (copy / "train.parquet").write_bytes((copy / "train.parquet").read_bytes() + b"x")
    with pytest.raises(StudioError) as caught:
        guards(choice(load_version(copy)))
    assert caught.value.code == "dataset_changed"


def test_earlier_data_of_another_kind_are_refused(
    earlier: list[DatasetVersion], tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(earlier[0].path, copy)
    manifest = json.loads((copy / "version.json").read_text())
    (copy / "version.json").write_text(json.dumps({**manifest, "kind": "label"}))
    with pytest.raises(StudioError, match="texts with labels") as caught:
        guards(choice(load_version(copy)))
    assert caught.value.code == "safeguard_refused"


def colours(folder: Path, *names: str, several: bool = False) -> DatasetVersion:
    texts = [[Message(role="user", content=f"number {row}")] for row in range(24)]
    kinds = [[names[row % len(names)]] for row in range(24)]
    if several:
        kinds[8] = list(names[:2])
    examples = [Example(messages=t, labels=k) for t, k in zip(texts, kinds, strict=True)]
    return models.tiny_dataset(folder, examples=examples, validation=4)


def test_earlier_data_of_foreign_classes_are_refused_by_name(tmp_path: Path) -> None:
    """There is no output for them: not one of their texts could be rehearsed."""
    own = colours(tmp_path / "own", "red", "blue").facts
    goal, lora = objectives()["classify"], methods()["lora"]
    foreign = colours(tmp_path / "foreign", "red", "green", "gold")
    with pytest.raises(StudioError, match="“gold”, “green”") as caught:
        guards_of([choice(foreign)], goal, lora, own)
    assert caught.value.code == "safeguard_refused"
    several = colours(tmp_path / "several", "red", "blue", several=True)
    with pytest.raises(StudioError, match="several classes"):
        guards_of([choice(several)], goal, lora, own)
    assert guards_of([choice(colours(tmp_path / "some", "red", "blue"))], goal, lora, own)


def test_without_examples_there_is_nothing_to_protect(tmp_path: Path) -> None:
    empty = models.tiny_dataset(tmp_path / "empty", examples=models.make_examples(4), validation=4)
    with pytest.raises(StudioError, match="no examples"):
        guards(choice(empty))


def test_a_protection_of_a_newer_version_is_named(earlier: list[DatasetVersion]) -> None:
    with pytest.raises(StudioError, match="privacy") as caught:
        guards(choice(earlier[0], "privacy"))
    assert caught.value.code == "unknown_safeguard"
