"""What a worker sets before anything heavy is imported: libraries read these once."""

from __future__ import annotations

import os

from ftstudio.planning.machine import freest_card


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
    _take_one_card()


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
