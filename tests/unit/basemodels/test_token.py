import os
import stat

import pytest

from ftstudio.basemodels import token


@pytest.fixture(autouse=True)
def own_place(tmp_path, monkeypatch):
    monkeypatch.delenv("HF_TOKEN", raising=False)
    monkeypatch.setattr(token, "token_file", lambda: tmp_path / "settings" / "huggingface_token")


def test_kept_for_the_person_alone():
    token.save_token(" hf_abc \n")
    assert token.read_token() == "hf_abc"
    if os.name == "posix":
        assert stat.S_IMODE(token.token_file().stat().st_mode) == 0o600


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")
def test_a_file_others_can_read_is_not_used():
    token.save_token("hf_abc")
    token.token_file().chmod(0o644)
    assert token.read_token() is None


def test_the_environment_wins(monkeypatch):
    token.save_token("hf_file")
    monkeypatch.setenv("HF_TOKEN", "hf_env")
    assert token.read_token() == "hf_env"


def test_an_empty_one_removes_it():
    token.save_token("hf_abc")
    token.save_token("")
    assert token.read_token() is None
    assert not token.token_file().exists()
