"""The tiny model and dataset, and the process that forks workers."""

from __future__ import annotations

from pathlib import Path

import pytest

from ftstudio.data.versions.library import DatasetVersion
from tests import models
from tests.nursery import nursery

__all__ = ["nursery"]


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return models.tiny_model(tmp_path_factory.mktemp("tiny") / "model")


@pytest.fixture(scope="session")
def deliveries(tmp_path_factory: pytest.TempPathFactory) -> DatasetVersion:
    return models.tiny_dataset(tmp_path_factory.mktemp("deliveries") / "dataset")
