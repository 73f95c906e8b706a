"""The description for machines is read by MLCommons' own library without a complaint."""

import json
import logging

import pytest

from ftstudio.data.versions.croissant import croissant
from tests.unit.data.versions.test_card import frozen

REQUIRED = ("@context", "@type", "name", "description", "license", "url", "creator",
            "datePublished", "conformsTo", "distribution", "recordSet")  # fmt: skip


def test_it_says_all_that_the_standard_asks_for(tmp_path):
    version = frozen(tmp_path)
    told = json.loads((version.path / "croissant.json").read_text("utf-8"))
    assert told == croissant(version.manifest)
    assert all(told[name] for name in REQUIRED)
    assert told["conformsTo"] == "http://mlcommons.org/croissant/1.0"
    assert [one["sha256"] for one in told["distribution"]] == [
        version.manifest["files"][f"{side}.parquet"] for side in ("train", "validation")
    ]
    assert "by-nc/4.0" in told["license"]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_mlcroissant_validates_it_and_reads_the_rows(tmp_path, caplog):
    mlcroissant = pytest.importorskip("mlcroissant")
    version = frozen(tmp_path)
    with caplog.at_level(logging.WARNING):
        dataset = mlcroissant.Dataset(jsonld=version.path / "croissant.json")
    assert not dataset.metadata.issues.errors
    assert not dataset.metadata.issues.warnings
    rows = list(dataset.records("validation"))
    assert len(rows) == 3
    assert {row["validation/source_row"] for row in rows} == {27, 28, 29}
