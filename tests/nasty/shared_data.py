"""Where the shared data lies, and how a test says that it is absent."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("FTSTUDIO_SHARED", ROOT.parent / "shared")) / "data"
needs_shared = pytest.mark.skipif(
    not SHARED.is_dir(), reason=f"no shared data at {SHARED} (set FTSTUDIO_SHARED)"
)
