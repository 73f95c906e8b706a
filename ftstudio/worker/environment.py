"""What a worker sets before anything heavy is imported: libraries read these once."""

from __future__ import annotations

import os
import sys

from ftstudio.planning.machine import freest_card

_ALLOCATOR, _GROWING = "PYTORCH_CUDA_ALLOC_CONF", "expandable_segments:True"


def settle() -> None:
    """Offline, quiet, without secrets, and on one card."""
    os.environ.update(
        HF_HUB_OFFLINE="1",
        HF_DATASETS_OFFLINE="1",
        TRANSFORMERS_OFFLINE="1",
        HF_HUB_DISABLE_TELEMETRY="1",
        DO_NOT_TRACK="1",
        TOKENIZERS_PARALLELISM="false",
        HF_HUB_DISABLE_PROGRESS_BARS="1",
        TRANSFORMERS_VERBOSITY="error",
    )
    os.environ.pop("HF_TOKEN", None)
    if segments_grow():
        os.environ.setdefault(_ALLOCATOR, _GROWING)
    _take_one_card()


def segments_grow() -> bool:
    """Whether the card's memory is asked for in pieces that can grow: less of it lies idle, and
    what is taken can be foretold better. PyTorch has that on Linux only."""
    return sys.platform == "linux" and os.environ.get(_ALLOCATOR, _GROWING) == _GROWING


def _take_one_card() -> None:
    """The one that the plan was made for: the freest of those that may be used.

    Cards that someone named in another way than by number, or hid, are left as they are.
    """
    os.environ.setdefault("CUDA_DEVICE_ORDER", "PCI_BUS_ID")  # the order in which they are listed
    named = os.environ.get("CUDA_VISIBLE_DEVICES")
    if named is not None and not named.replace(",", "").replace(" ", "").isdigit():
        return
    card = freest_card()
    if card is not None or named is None:
        os.environ["CUDA_VISIBLE_DEVICES"] = str(card.index) if card else "0"
