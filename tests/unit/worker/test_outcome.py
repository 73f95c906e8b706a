"""Without a step that changed anything, and without a whole version, there is no result."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.data.versions.library import DatasetVersion
from ftstudio.worker.loop import Progress
from ftstudio.worker.outcome import save
from tests import models
from tests.unit.worker.test_run import run_of


def after(progress: Progress) -> Any:
    return SimpleNamespace(loop=SimpleNamespace(progress=progress))


@pytest.mark.parametrize(
    ("progress", "code"),
    [
        (Progress(), "nothing_learned"),
        (Progress(gradient_seen=True, best_step=5), "no_checkpoint"),
    ],
)
def test_what_is_no_result_is_said(
    tmp_path: Path, tiny: Path, deliveries: DatasetVersion, progress: Progress, code: str
) -> None:
    job = run_of(models.make_plan(tiny, deliveries), tmp_path, deliveries)
    with pytest.raises(StudioError) as caught:
        save(job, after(progress))
    assert caught.value.code == code
    assert not job.folder.output.exists()
