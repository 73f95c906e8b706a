"""Every crash gets a cause, a reason and a way out."""

from __future__ import annotations

import errno

import pytest
import torch
from safetensors import SafetensorError

from ftstudio.core.errors import StudioError
from ftstudio.worker.diagnose import (
    exit_code,
    explain,
    is_disk_full,
    may_resume,
    not_a_number,
    nothing_learned,
)


class GatedRepoError(Exception):
    pass


@pytest.mark.parametrize(
    ("error", "code", "exits"),
    [
        (torch.OutOfMemoryError("CUDA out of memory. Tried …"), "out_of_memory", 17),
        (MemoryError(), "out_of_memory", 17),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory"), "out_of_memory", 17),
        (OSError(errno.ENOSPC, "No space left on device"), "disk_full", 1),
        (SafetensorError("I/O error: File too large (os error 27)"), "disk_full", 1),
        (RuntimeError("CUDA error: unspecified launch failure"), "card_lost", 1),
        (AssertionError("Torch not compiled with CUDA enabled"), "cuda_missing", 1),
        (SafetensorError("Error while deserializing header"), "file_corrupt", 1),
        (GatedRepoError("401"), "model_incomplete", 1),
        (PermissionError(errno.EACCES, "denied", "/x"), "no_permission", 1),
        (ZeroDivisionError("division by zero"), "unexpected", 1),
        (not_a_number(3, "error"), "not_a_number", 1),
    ],
)
def test_explains(error: Exception, code: str, exits: int) -> None:
    told = explain(error)
    assert told.code == code
    assert exit_code(error) == exits
    for sentence in (told.what, told.why, told.remedy):
        assert len(sentence) > 8
    assert told.what.endswith(".")


def test_says_which_memory() -> None:
    assert "graphics card" in explain(torch.OutOfMemoryError("CUDA out of memory")).what
    assert "computer" in explain(MemoryError()).what


def test_broken_numbers_can_not_be_resumed() -> None:
    assert not may_resume(not_a_number(3, "error"))
    assert not may_resume(nothing_learned(10))
    assert may_resume(MemoryError())
    assert may_resume(StudioError("a", "b", "c"))


def test_an_ordinary_error_is_no_full_disk() -> None:
    assert not is_disk_full(RuntimeError("size mismatch"))
    assert not is_disk_full(FileNotFoundError(errno.ENOENT, "no such file"))
