"""Each maker's form finds what the maker documents, says where that stands, and is found fast."""

import random
import re
import string

import pytest

from ftstudio.data.finding.key_forms import FORMS
from ftstudio.data.finding.keys import keys

_DRAW = random.Random(6)
_LETTERS, _DIGITS, _HEX = string.ascii_letters, string.digits, "0123456789abcdef"


def any_of(count, signs=_LETTERS + _DIGITS):
    return "".join(_DRAW.choices(signs, k=count))


DOCUMENTED = {
    "aws": ["ASIA" + any_of(16, string.ascii_uppercase + _DIGITS)],
    "github": ["gho_" + any_of(36), f"github_pat_{any_of(22)}_{any_of(59)}"],
    "gitlab": ["gldt-" + any_of(20), "glrt-" + any_of(20), "glptt-" + any_of(40, _HEX),
               f"glpat-{any_of(27)}.01.0{any_of(8, _HEX)}"],
    "slack": [f"xoxb-{any_of(12, _DIGITS)}-{any_of(12, _DIGITS)}-{any_of(24)}",
              f"xoxe.xoxp-1-{any_of(140)}",
              f"xapp-1-A{any_of(10, _DIGITS)}-{any_of(13, _DIGITS)}-{any_of(64, _HEX)}"],
    "webhook": [f"https://hooks.slack.com/services/T0{any_of(8)}/B0{any_of(8)}/{any_of(24)}",
                f"https://discord.com/api/webhooks/1{any_of(17, _DIGITS)}/{any_of(68)}"],
    "model_service": [f"sk-proj-{any_of(74)}T3BlbkFJ{any_of(74)}", f"sk-ant-api03-{any_of(93)}AA",
                      "gsk_" + any_of(52), "r8_" + any_of(37), "xai-" + any_of(80)],
    "stripe": ["sk_live_" + any_of(24), "rk_test_" + any_of(99), "whsec_" + any_of(32)],
    "google": ["AIza" + any_of(35), "ya29." + any_of(100), "GOCSPX-" + any_of(28),
               "1//0" + any_of(60)],
    "huggingface": ["hf_" + any_of(34, _LETTERS), "api_org_" + any_of(34, _LETTERS)],
    "twilio": ["SK" + any_of(32, _HEX), "AC" + any_of(32, _HEX)],
    "mail_service": [f"SG.{any_of(22)}.{any_of(43)}", "key-" + any_of(32, _HEX),
                     any_of(32, _HEX) + "-us12"],
    "package_index": ["npm_" + any_of(36), "pypi-AgEIcHlwaS5vcmc" + any_of(150),
                      "rubygems_" + any_of(48, _HEX), "dckr_pat_" + any_of(27)],
    "cloud": ["dop_v1_" + any_of(64, _HEX), "shpat_" + any_of(32, _HEX), "hvs." + any_of(95),
              "dapi" + any_of(32, _HEX), f"{any_of(14)}.atlasv1.{any_of(67)}"],
    "office_service": ["ntn_" + any_of(46), "lin_api_" + any_of(40), "ATATT3" + any_of(180),
                       f"glsa_{any_of(32)}_{any_of(8, _HEX)}", "sntrys_" + any_of(80)],
    "bot": ["123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11",
            f"MTk4{any_of(20)}.Cl2FMQ.{any_of(27)}"],
    "web_token": ["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0." + any_of(43),
                  f"eyJhbGciOiJSU0EifQ.{any_of(80)}.{any_of(16)}.{any_of(60)}.{any_of(22)}"],
    "private_key": ["AGE-SECRET-KEY-1" + any_of(58, "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L")],
}  # fmt: skip


@pytest.mark.parametrize("maker", DOCUMENTED)
@pytest.mark.parametrize("frame", ["use {}.", "KEY='{}'", "{}", "({})"])
def test_what_is_documented_is_found(maker, frame):
    for key in DOCUMENTED[maker]:
        found = [one for one in keys(frame.format(key)) if one.sure]
        assert [(one.text, one.detail) for one in found][:1] == [(key, maker)], key


def test_every_form_has_a_case_and_a_source():
    assert {one.maker for one in FORMS} == set(DOCUMENTED)
    assert all(re.search(r"[a-z]\.(?:com|org|io|co|sh)\b|RFC|docs|GitHub", one.source)
               for one in FORMS)  # fmt: skip


def test_a_hint_stands_in_every_key():
    for keys_of in DOCUMENTED.values():
        for key in keys_of:
            assert any(re.search(one.form, key) and any(hint in key for hint in one.hints)
                       for one in FORMS), key  # fmt: skip


@pytest.mark.parametrize(
    "text",
    ["sk-cube-grid-animation-delay-long-name", "sk_learningratescheduler", "hf_model_name_or_path",
     "12:30:45 and 123456:a-long-slug-of-words-without-digits", "-us1", "the path patient",
     "SK0123 AC-DC", "xoxo-love-and-kisses", "Node.module.function_that_is_long_enough_here"],
)  # fmt: skip
def test_words_that_begin_alike_are_no_keys(text):
    assert list(keys(text)) == []
