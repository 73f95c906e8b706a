"""What went wrong between here and Hugging Face, in words with a way out."""

from __future__ import annotations

import errno
from typing import Literal

from ftstudio.core.errors import StudioError

Kind = Literal["model", "dataset"]  # what is fetched, in the Hub's own words


def explain(error: Exception, name: str, with_token: bool, kind: Kind = "model") -> StudioError:
    """Any exception of the hub library or of the connection as a StudioError."""
    from huggingface_hub import errors

    if isinstance(error, StudioError):
        return error
    if isinstance(error, errors.GatedRepoError):
        return gated(name, with_token, kind)
    status = _status(error)
    if isinstance(error, errors.RepositoryNotFoundError) or status == 404:
        return StudioError(
            f"{name} was not found on Hugging Face.",
            f"The name may be misspelt, or the {kind} is private.",
            f"Copy the name from the {kind}'s page; a private {kind} needs your access token.",
            code="hub_not_found",
        )
    if status in (401, 403):
        return gated(name, with_token, kind)
    if status == 429 or (status is not None and status >= 500):
        return StudioError(
            "Hugging Face can't answer at the moment.",
            f"Its server says {status}.",
            "Try again in a few minutes; what has arrived is kept.",
            code="hub_busy",
        )
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return StudioError(
            "The disk is full.", f"{name} could not be written any further.",
            "Make room and go on with the download; what has arrived is kept.", code="disk_full",
        )  # fmt: skip
    if _is_connection(error):
        return offline(kind)
    return StudioError(
        f"{name} could not be fetched.",
        f"{type(error).__name__}: {_first_line(error)}",
        "Try again; what has arrived is kept.",
        code="hub_failed",
    )


def gated(name: str, with_token: bool, kind: Kind = "model") -> StudioError:
    page = f"huggingface.co/{'datasets/' * (kind == 'dataset')}{name}"
    if with_token:
        return StudioError(
            f"Your access token may not fetch {name}.",
            "Its licence was not accepted with that account yet, or the token lacks the right to "
            "read.",
            f"Accept the licence on {page} with the token's account, then try again.",
            code="hub_gated",
        )
    return StudioError(
        f"{name} is given only to people who accepted its licence.",
        "Hugging Face wants to know who asks.",
        f"Sign in on {page}, accept the licence, and enter an access token with the right to read.",
        code="hub_gated",
    )


def offline(kind: Kind = "model") -> StudioError:
    return StudioError(
        "Hugging Face can't be reached.",
        "This computer is offline, or a firewall stops the connection.",
        f"Connect and try again, or copy a {kind} folder here and choose it.",
        code="hub_offline",
    )


def _status(error: Exception) -> int | None:
    response = getattr(error, "response", None)
    status = getattr(response, "status_code", None)
    return status if isinstance(status, int) else None


def _is_connection(error: Exception) -> bool:
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ConnectionError | TimeoutError):
            return True
        if type(seen).__module__.startswith(("httpx", "httpcore", "socket", "ssl")):
            return True
        seen = seen.__cause__ or seen.__context__
    return False


def _first_line(error: Exception) -> str:
    return (str(error).strip() or "no reason given").splitlines()[0][:200]
