"""The app's own files are found in a checkout and in an installed package, or missed in words."""

import pytest

from ftstudio.core import assets
from ftstudio.core.errors import StudioError


def test_the_checkout_has_them():
    assert (assets.starter_model() / "config.json").is_file()
    assert (assets.samples() / "support_desk.xlsx").is_file()


def test_an_installed_package_comes_first(tmp_path, monkeypatch):
    (tmp_path / "ftstudio" / "_resources").mkdir(parents=True)
    (tmp_path / "resources").mkdir()
    monkeypatch.setattr(assets, "_PACKAGE", tmp_path / "ftstudio")
    assert assets.resources() == tmp_path / "ftstudio" / "_resources"


def test_missing_files_are_told(tmp_path, monkeypatch):
    monkeypatch.setattr(assets, "_PACKAGE", tmp_path / "ftstudio")
    with pytest.raises(StudioError) as caught:
        assets.resources()
    assert caught.value.code == "resources_missing"
