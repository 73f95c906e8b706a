"""The access token for Hugging Face: from the environment, or a file that only the person can
read. It lies beside the app's settings, never in the workspace, which may be copied and shared."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import platformdirs

_VARIABLE = "HF_TOKEN"


def token_file() -> Path:
    return Path(platformdirs.user_config_dir("ftstudio", appauthor=False)) / "huggingface_token"


def read_token() -> str | None:
    """None where there is none, or where other people could read the file."""
    token = os.environ.get(_VARIABLE, "").strip()
    if token:
        return token
    file = token_file()
    try:
        if os.name == "posix" and stat.S_IMODE(file.stat().st_mode) & 0o077:
            return None
        return file.read_text("utf-8").strip() or None
    except OSError:
        return None


def save_token(token: str) -> None:
    """Written with mode 0600 from the first byte; an empty token removes the file."""
    file = token_file()
    if not token.strip():
        file.unlink(missing_ok=True)
        return
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    file.unlink(missing_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(token.strip())
