"""A trash: what was deleted lies in it for thirty days, so that each thing can come back.

What lies there is known by a token alone: when it was put there, and a few letters by chance.
"""

from __future__ import annotations

import secrets
import shutil
import time
from pathlib import Path

from ftstudio.core.errors import StudioError

_DAYS = 30


def put_into(trash: Path, folder: Path) -> str:
    """Move a folder or file there; the token brings it back. What is older goes. Raises OSError."""
    _empty_old(trash)
    token = f"{int(time.time())}-{secrets.token_hex(2)}"
    home = trash / token
    home.mkdir(parents=True)
    folder.rename(home / folder.name)
    return token


def take_out(trash: Path, token: str, target: Path) -> Path | None:
    """Move it back into `target`; None where it is gone, or another one has taken its place."""
    name = Path(token).name
    home = trash / name
    kept = next(home.iterdir(), None) if name and home.is_dir() else None
    if kept is None or (target / kept.name).exists():
        return None
    back = kept.rename(target / kept.name)
    home.rmdir()
    return back


def bring_back(
    trash: Path, token: str, target: Path, what: str, remedy: str, code: str = "trash_empty"
) -> Path:
    """The same; raises StudioError, with these words, where it can't come back."""
    back = take_out(trash, token, target)
    if back is None:
        why = "It is no longer in the trash, or another one has taken its place."
        raise StudioError(what, why, remedy, code=code)
    return back


def lying_in(trash: Path) -> list[Path]:
    """All that can come back."""
    return sorted(trash.glob("*-*/*"))


def _empty_old(trash: Path) -> None:
    limit = time.time() - _DAYS * 86400
    for path in trash.glob("*-*"):
        when = path.name.partition("-")[0]
        if when.isdigit() and int(when) < limit:
            shutil.rmtree(path, ignore_errors=True)
