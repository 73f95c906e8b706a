"""The objective renders with the chosen mask and chat format."""

from __future__ import annotations

from pathlib import Path

from ftstudio.core.example import Example, Message
from ftstudio.techniques import methods, objectives
from ftstudio.techniques.objectives.instruct import INSTRUCT, InstructParams
from ftstudio.worker.model import load_tokenizer
from tests import models

TALK = Example(
    messages=[
        Message(role="user", content="One?"),
        Message(role="assistant", content="First."),
        Message(role="user", content="Two?"),
        Message(role="assistant", content="Second."),
    ]
)


def test_the_params_choose_what_is_learned(tmp_path: Path) -> None:
    tokenizer = load_tokenizer(models.tiny_model(tmp_path / "model"))
    both = INSTRUCT.render(TALK, tokenizer, InstructParams(), 10_000)
    last = INSTRUCT.render(TALK, tokenizer, InstructParams(learn="last_answer"), 10_000)
    assert both.input_ids == last.input_ids
    assert sum(both.learned) > sum(last.learned) > 0
    assert len(INSTRUCT.render(TALK, tokenizer, InstructParams(), 7).input_ids) == 7


def test_a_base_model_takes_the_plain_format(tmp_path: Path) -> None:
    tokenizer = load_tokenizer(models.tiny_model(tmp_path / "model", template=None))
    row = INSTRUCT.render(TALK, tokenizer, InstructParams(template="chatml"), 10_000)
    assert tokenizer.decode(row.input_ids).startswith("<|im_start|>user\nOne?")


def test_the_catalogue_has_them_all_with_help_for_every_setting() -> None:
    assert methods().keys() >= {"lora", "full"}
    assert objectives().keys() >= {"instruct"}
    for offered in (*methods().values(), *objectives().values()):
        assert offered.promise.endswith(".")
        for spec in offered.params.specs():
            assert spec.title, spec.name
            assert len(spec.help) > 30, spec.name
