"""Job folders: made once, refused in words when they can't be read."""

import json

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.jobs.folder import JobFolder, create_job


def test_a_job_describes_itself(tmp_path):
    folder = create_job(tmp_path, "train", "Support – tone v4!", {"a": 1}, tmp_path / "w")
    spec = folder.spec()
    assert (spec.id, spec.kind, spec.payload) == (folder.id, "train", {"a": 1})
    assert "support-tone-v4" in folder.id
    assert spec.name == "Support – tone v4!"


def test_two_jobs_of_one_second_do_not_meet(tmp_path):
    assert create_job(tmp_path, "train", "x", {}).id != create_job(tmp_path, "train", "x", {}).id


@pytest.mark.parametrize(
    ("change", "code"), [({"schema_version": 99}, "job_too_new"), ({"kind": "?"}, "job_unreadable")]
)
def test_unreadable_and_newer_jobs_are_refused(tmp_path, change, code):
    folder = create_job(tmp_path, "train", "x", {})
    path = folder.path / "job.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    with pytest.raises(StudioError) as caught:
        folder.spec()
    assert caught.value.code == code


def test_a_folder_without_its_file_is_refused(tmp_path):
    with pytest.raises(StudioError, match=r"job\.json is missing"):
        JobFolder(tmp_path).spec()
