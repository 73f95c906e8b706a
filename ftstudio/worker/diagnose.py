"""From a crash to plain words: what happened, why, and what to do about it."""

from __future__ import annotations

import errno

from ftstudio.core.errors import StudioError

OUT_OF_MEMORY = 17
_NOT_THERE = ("GatedRepoError", "LocalEntryNotFoundError", "OfflineModeIsEnabled")
_LESS = (
    "Choose fewer examples at a time, shorter texts, or “Save memory by computing twice”, "
    "then start a new run from this one."
)


def explain(error: BaseException) -> StudioError:
    """The error in an analyst's words. A StudioError is one already."""
    if isinstance(error, StudioError):
        return error
    if is_out_of_memory(error):
        return _out_of_memory(error)
    if is_disk_full(error):
        return StudioError(
            "The disk is full.",
            "The next version could not be saved; the ones before it are whole.",
            "Free some space, then resume the run.",
            code="disk_full",
        )
    text = str(error)
    if "CUDA" in text or "cuda" in text or type(error).__name__ == "AcceleratorError":
        return _card_trouble(text)
    if isinstance(error, PermissionError):
        return StudioError(
            "A file can't be read or written.",
            f"The system refuses {error.filename or 'it'}.",
            "Make the folder readable and writable for your account.",
            code="no_permission",
        )
    if type(error).__name__ in _NOT_THERE:
        return StudioError(
            "A part of the model is missing.",
            "It would have to be downloaded, and training never uses the network.",
            "Download the model again on the model page; accept its terms if it asks for them.",
            code="model_incomplete",
        )
    if type(error).__name__ == "SafetensorError":
        return StudioError(
            "A file of weights is damaged.",
            f"It can't be opened: {text[:200]}",
            "Copy or download it again.",
            code="file_corrupt",
        )
    return StudioError(
        "The run ended with an error.",
        f"{type(error).__name__}: {text[:300]}" if text else type(error).__name__,
        "The log below tells more. If it happens again, copy the diagnostics and report it.",
        code="unexpected",
    )


def exit_code(error: BaseException) -> int:
    return OUT_OF_MEMORY if is_out_of_memory(error) or _code(error) == "out_of_memory" else 1


def may_resume(error: BaseException) -> bool:
    """Whether going on from the last version can end otherwise: not when the numbers broke."""
    return _code(error) not in ("not_a_number", "nothing_learned", "nothing_to_learn")


def is_out_of_memory(error: BaseException) -> bool:
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    text = str(error)
    return isinstance(error, RuntimeError) and (
        "can't allocate memory" in text or "out of memory" in text
    )


def is_disk_full(error: BaseException) -> bool:
    """Also for the writers that turn the system's error into words of their own."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return True
    text = str(error)
    return any(
        mark in text
        for mark in (
            "No space left on device",
            "File too large",
            "os error 28",
            "os error 27",
            "file write failed",  # torch's zip writer
            "PytorchStreamWriter failed",
            "inline_container.cc",  # the same writer, when closing a file it could not finish
        )
    )


def not_a_number(step: int, what: str) -> StudioError:
    return StudioError(
        f"Training broke down at step {step}.",
        f"The {what} was no longer a number: the steps were too large, or an example is unusual.",
        "Start a new run from this one with a step size three to ten times smaller. "
        "The versions saved before are whole.",
        code="not_a_number",
    )


def nothing_learned(rows: int) -> StudioError:
    return StudioError(
        "There is nothing to learn in these examples.",
        f"In all {rows:,} of them the answer is empty or lies beyond the longest text.",
        "Raise the longest text, or check on the columns page which column holds the answers.",
        code="nothing_to_learn",
    )


def _code(error: BaseException) -> str:
    return error.code if isinstance(error, StudioError) else ""


def _out_of_memory(error: BaseException) -> StudioError:
    where = "graphics card" if "CUDA" in str(error) or "GPU" in str(error) else "computer"
    return StudioError(
        f"The {where} ran out of memory.",
        "Most of it goes to what is remembered of each text between the forward and the "
        "backward pass; it grows with the length of the texts and how many go at a time.",
        _LESS,
        code="out_of_memory",
    )


def _card_trouble(text: str) -> StudioError:
    if "no NVIDIA driver" in text or "not compiled with CUDA" in text or "no kernel image" in text:
        return StudioError(
            "The graphics card can't be used.",
            f"Its driver and this installation don't fit: {text.splitlines()[0][:200]}",
            "Update the NVIDIA driver and start the app again.",
            code="cuda_missing",
        )
    return StudioError(
        "The graphics card stopped answering.",
        f"Its driver says: {text.splitlines()[0][:200] if text else 'nothing'}",
        "Resume the run. If it happens again, restart the computer; on a laptop keep it awake.",
        code="card_lost",
    )
