import errno
from types import SimpleNamespace

import pytest

from ftstudio.basemodels.hub_errors import explain


class Answered(Exception):
    def __init__(self, status):
        super().__init__(f"{status} from the server")
        self.response = SimpleNamespace(status_code=status)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Answered(401), "hub_gated"),
        (Answered(403), "hub_gated"),
        (Answered(404), "hub_not_found"),
        (Answered(429), "hub_busy"),
        (Answered(503), "hub_busy"),
        (ConnectionRefusedError(), "hub_offline"),
        (TimeoutError(), "hub_offline"),
        (OSError(errno.ENOSPC, "No space left on device"), "disk_full"),
        (ValueError("odd"), "hub_failed"),
    ],
)
def test_every_failure_has_a_sentence(error, code):
    told = explain(error, "org/small", with_token=False)
    assert told.code == code
    assert told.what
    assert told.why
    assert told.remedy


def test_a_failed_connection_deep_inside():
    outer = RuntimeError("gave up")
    outer.__cause__ = ConnectionResetError()
    assert explain(outer, "a/b", False).code == "hub_offline"


def test_with_a_token_the_way_out_is_another_one():
    without, with_one = (explain(Answered(403), "a/b", token) for token in (False, True))
    assert "enter an access token" in without.remedy
    assert "token's account" in with_one.remedy
