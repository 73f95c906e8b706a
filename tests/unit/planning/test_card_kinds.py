"""The table of cards: whole, plausible, and found by the names that drivers and people use."""

from __future__ import annotations

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.planning.card_kinds import (
    GIB,
    MIB,
    card_kinds,
    context,
    cublas_workspace,
    find_kind,
    kind_of,
)


def test_the_table_is_whole_and_plausible() -> None:
    kinds = card_kinds()
    assert len(kinds) >= 50
    assert len({kind.key for kind in kinds}) == len(kinds)
    for kind in kinds:
        assert 5 * GIB < kind.total_bytes < 200 * GIB, kind.key
        assert 2e11 < kind.bandwidth < 1e13, kind.key
        assert 1e13 < kind.flops < 3e15, kind.key
        assert 50 < kind.watts <= 1200, kind.key
        # What a card does per byte it reads grew over the years, within these bounds.
        assert 20 < kind.flops / kind.bandwidth < 450, kind.key
        assert "; techpowerup.com/gpu-specs/" in kind.source
        assert ("float32 rate" in kind.source) == ("flops" in kind.guessed)
        assert find_kind(kind.key) is kind


def test_what_the_makers_publish_is_not_called_guessed() -> None:
    sure = {kind.key for kind in card_kinds() if not kind.guessed}
    assert {"t4", "a100-80gb", "h100-80gb", "h200", "b200", "rtx-3090", "rtx-4090",
            "rtx-5090", "rtx-a6000", "l40s"} <= sure  # fmt: skip
    assert find_kind("rtx-3060").guessed == ("flops",)
    assert find_kind("rtx-5070").guessed == ("memory", "flops")


def test_where_two_sources_differ_it_is_said() -> None:
    assert "150 W" in find_kind("a10g").source
    assert "(" not in find_kind("rtx-4090").source


@pytest.mark.parametrize(
    ("name", "size", "key"),
    [
        ("Tesla T4", 0, "t4"),
        ("NVIDIA GeForce RTX 3060", 12, "rtx-3060"),
        ("NVIDIA GeForce RTX 4060 Ti", 16, "rtx-4060-ti-16gb"),
        ("NVIDIA GeForce RTX 4060 Ti", 8, "rtx-4060-ti"),
        ("NVIDIA GeForce RTX 4070 Ti SUPER", 16, "rtx-4070-ti-super"),
        ("NVIDIA GeForce RTX 5090", 32, "rtx-5090"),
        ("NVIDIA A100-SXM4-40GB", 40, "a100-40gb"),
        ("NVIDIA A100-SXM4-80GB", 80, "a100-80gb"),
        ("NVIDIA A100 80GB PCIe", 80, "a100-80gb-pcie"),
        ("Tesla V100-SXM2-32GB", 32, "v100-32gb"),
        ("NVIDIA H100 80GB HBM3", 80, "h100-80gb"),
        ("NVIDIA H100 PCIe", 80, "h100-80gb-pcie"),
        ("NVIDIA H200", 141, "h200"),
        ("NVIDIA L40S", 48, "l40s"),
        ("NVIDIA RTX A6000", 48, "rtx-a6000"),
        ("NVIDIA RTX 6000 Ada Generation", 48, "rtx-6000-ada"),
        ("NVIDIA RTX PRO 6000 Blackwell Workstation Edition", 96, "rtx-pro-6000"),
    ],
)
def test_cards_are_known_by_the_names_their_driver_gives(name: str, size: int, key: str) -> None:
    found = kind_of(name, "", size * 10**9)
    assert found is not None
    assert (found.key, found.guessed) == (key, found.guessed)


def test_an_unknown_card_is_a_middling_one_of_its_architecture_with_its_own_memory() -> None:
    found = kind_of("NVIDIA GeForce RTX 4090 Laptop GPU", "Ada", 16 * GIB)
    assert found is not None
    assert (found.key, found.total_bytes) == ("", 16 * GIB)
    assert "flops" in found.guessed
    assert found.flops < find_kind("rtx-4090").flops
    assert kind_of("Something", "") is None


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("h100-80gb", "h100-80gb"),
        ("H100", "h100-80gb"),
        ("RTX 4090", "rtx-4090"),
        ("rtx 4060 ti 16 GB", "rtx-4060-ti-16gb"),
        ("GeForce RTX 3060", "rtx-3060"),
        ("A100 80GB", "a100-80gb"),
        ("v100 32gb", "v100-32gb"),
    ],
)
def test_people_name_a_card_as_they_like(said: str, key: str) -> None:
    assert find_kind(said).key == key


@pytest.mark.parametrize("said", ["", "gb", "RTX 9999", "a card"])
def test_what_is_no_card_is_said_with_those_that_are(said: str) -> None:
    with pytest.raises(StudioError) as caught:
        find_kind(said)
    assert "rtx-4090" in caught.value.why


def test_what_was_measured_and_what_is_assumed_stays_apart() -> None:
    assert find_kind("t4").context_bytes == int(140.9 * MIB)
    assert find_kind("t4").context_measured
    for kind in card_kinds():
        assert kind.context_measured == (kind.architecture == "Turing")
        assert context(kind.architecture)[1].startswith("assumed") != kind.context_measured


def test_workspaces_follow_the_capability() -> None:
    assert cublas_workspace((7, 5)) == 8_519_680  # :4096:2:16:8 in KiB
    assert cublas_workspace((9, 0)) == cublas_workspace((12, 0)) == 32 * MIB
    assert find_kind("t4").workspace_bytes == 2 * 8_519_680


def test_names_read_well() -> None:
    names = {kind.key: kind.name for kind in card_kinds()}
    assert names["rtx-4060-ti-16gb"] == "RTX 4060 Ti 16 GB"
    assert names["h100-80gb"] == "H100 80 GB"
    assert names["rtx-6000-ada"] == "RTX 6000 Ada"
