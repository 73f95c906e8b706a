"""The preview shows, token for token, what training reads."""

from __future__ import annotations

import json

import pytest

from ftstudio.core.assets import starter_model
from ftstudio.core.dataset_facts import DatasetFacts
from ftstudio.core.errors import StudioError
from ftstudio.core.example import Example, Message
from ftstudio.core.objective import Preparing
from ftstudio.core.rendered import RenderedRow
from ftstudio.jobs.commands import Stop
from ftstudio.jobs.folder import create_job
from ftstudio.techniques.objectives.classify import CLASSIFY
from ftstudio.techniques.objectives.dpo import DPO
from ftstudio.techniques.objectives.kto import KTO
from ftstudio.techniques.objectives.score import SCORE
from ftstudio.techniques.rendering import render_chat
from ftstudio.worker import preview
from ftstudio.worker.model import load_tokenizer


def chat(*turns: str, system: str = "", row: int = 2) -> Example:
    roles = ["user", "assistant"]
    messages = [Message(role=roles[i % 2], content=words) for i, words in enumerate(turns)]
    first = [Message(role="system", content=system)] if system else []
    return Example(messages=[*first, *messages], source_row=row)


EXAMPLES = [
    chat("Where is my parcel?", "On its way, it comes on Monday.", system="Be brief."),
    chat("発送はいつですか？", "ご注文から二営業日以内に発送いたします。", row=3),
    chat("Hi", "Hello!", "Where is it?", "Under Orders, then Invoices.\nYou get an e-mail.", row=5),
    chat("مرحبا، كيف أغير اللغة؟", "افتح الإعدادات ثم اختر اللغة. 🙂", row=6),
]


@pytest.fixture(scope="module")
def tokenizer():
    return load_tokenizer(starter_model())


@pytest.fixture
def job(tmp_path):
    def make(examples=EXAMPLES, **payload):
        lines = "\n".join(example.model_dump_json() for example in examples)
        (tmp_path / "examples.jsonl").write_text(lines, "utf-8")
        values = {"dataset": str(tmp_path), "model": str(starter_model()), "longest": 512,
                  "rows": 300}  # fmt: skip
        return create_job(tmp_path / "jobs", "preview", "preview", values | payload)

    return make


def result(folder):
    assert preview.run(folder) == 0
    lines = (folder.output / "preview.jsonl").read_text("utf-8").splitlines()
    head, *parts = map(json.loads, lines)
    for part in parts:
        for name, values in part.items():
            head.setdefault(name, []).extend(values)
    return head


@pytest.mark.parametrize("example", EXAMPLES, ids=["system", "cjk", "turns", "arabic"])
def test_pieces_are_the_tokens_that_training_reads(example, tokenizer):
    row = render_chat(example, tokenizer)
    pieces = list(preview.pieces(row, example, tokenizer))
    assert "".join(piece.text for piece in pieces) == tokenizer.decode(row.input_ids)
    # The text on green is the learned tokens, in their order and without a gap.
    learned = "".join(piece.text for piece in pieces if piece.learned)
    ids = [token for token, bit in zip(row.input_ids, row.learned, strict=True) if bit]
    assert learned.lstrip() == tokenizer.decode(ids).lstrip()
    for message in example.messages:
        if message.role == "assistant":
            assert message.content in learned


def test_a_piece_says_what_the_template_wrote(tokenizer):
    example = EXAMPLES[0]
    pieces = list(preview.pieces(render_chat(example, tokenizer), example, tokenizer))
    own = [piece.text for piece in pieces if not piece.special]
    assert own == [message.content for message in example.messages]


def test_the_part_beyond_the_limit_is_cut(tokenizer):
    example = EXAMPLES[0]
    row = render_chat(example, tokenizer)
    whole = len(row.input_ids)
    shown = preview.describe(0, row, example, tokenizer, [*range(1, whole + 2)])
    assert shown.tokens == whole
    for limit in range(1, whole + 2):
        pieces = list(shown.pieces_at(limit))
        kept = "".join(piece.text for piece in pieces if not piece.cut)
        assert kept == tokenizer.decode(row.input_ids[:limit])
        assert any(piece.cut for piece in pieces) == shown.is_cut(limit) == (limit < whole)
        assert shown.learned_within(limit) == sum(row.learned[:limit])


def test_a_row_s_several_examples_have_a_key_each(job):
    several = [EXAMPLES[0].model_copy(update={"meta": {"case": case}}) for case in (1, 2)]
    found = result(job(several, rows=2))
    assert found["row_keys"] == ["2.1", "2.2"]


def test_a_job_counts_all_rows_and_shows_some(job, tokenizer):
    found = result(job(EXAMPLES * 10, rows=8))
    assert (
        found["lengths"]
        == [len(render_chat(example, tokenizer).input_ids) for example in EXAMPLES] * 10
    )
    assert [row["place"] for row in found["rows"]] == [0, 5, 10, 15, 20, 25, 30, 35]
    assert found["source_rows"][:4] == [2, 3, 5, 6]
    assert found["row_keys"][:4] == ["2", "3", "5", "6"]
    rendered = [render_chat(example, tokenizer).learned for example in EXAMPLES] * 10
    assert found["first_learned"] == [learned.index(True) for learned in rendered]
    ends = [len(learned) - 1 - learned[::-1].index(True) for learned in rendered]
    assert found["stop_mark"] == ends
    assert found["limit"] == preview.default_limit(found["lengths"], 512)
    assert found["limits"] == sorted({64, 128, 256, 512, found["limit"]})


def test_a_row_tells_where_its_answer_begins(job):
    long = chat("word " * 300, "never read", row=9)
    found = result(job([*EXAMPLES, long]))
    assert [place for place, at in enumerate(found["first_learned"]) if at >= 256] == [4]
    row = RenderedRow.from_json(found["rows"][4])
    assert row.is_cut(256)
    assert row.learned_within(256) == 0
    assert row.learned_within(10_000) > 0


def test_the_default_limit_is_what_training_takes():
    assert preview.default_limit([10] * 999 + [900], 512) == 64
    assert preview.default_limit([300] * 10, 512) == 320
    assert preview.default_limit([5000], 512) == 512
    assert preview.default_limit([], 512) == 64


def test_a_model_without_a_chat_format_says_so(job, tmp_path):
    import shutil

    bare = tmp_path / "bare"
    shutil.copytree(starter_model(), bare)
    (bare / "chat_template.jinja").unlink()
    config = json.loads((bare / "tokenizer_config.json").read_text("utf-8"))
    config.pop("chat_template", None)
    (bare / "tokenizer_config.json").write_text(json.dumps(config), "utf-8")
    with pytest.raises(StudioError, match="no chat format"):
        preview.run(job(model=str(bare)))


def test_it_stops_when_asked(job):
    folder = job(EXAMPLES * 50)
    folder.commands.write_text(Stop(keep=False).model_dump_json() + "\n", "utf-8")
    assert preview.run(folder) == 0
    assert not (folder.output / "preview.jsonl").exists()
    assert '"event":"stopped"' in folder.events.read_text("utf-8")


def user(text: str) -> list[Message]:
    return [Message(role="user", content=text)]


def said(text: str) -> list[Message]:
    return [Message(role="assistant", content=text)]


OTHERS = {
    "label": Example(messages=user("My lamp hums."), labels=["repair"], source_row=2),
    "number": Example(messages=user("My lamp hums."), number=2, source_row=2),
    "text": Example(text="The keeper trims the wick. " * 40, source_row=2),
    "preference": Example(messages=user("Lit?"), chosen=said("Yes, since dusk."),
                          rejected=said("Go away. " * 20), source_row=2),
    "feedback": Example(messages=[*EXAMPLES[2].messages], good=False, source_row=2),
}  # fmt: skip


@pytest.mark.parametrize("kind", OTHERS)
def test_every_kind_is_shown_as_training_reads_it(kind, job, tokenizer):
    example = OTHERS[kind]
    found = result(job([example] * 3))
    assert found["kind"] == kind
    assert found["refused"] == []
    assert all(0 <= first < 64 for first in found["first_learned"])
    row = RenderedRow.from_json(found["rows"][0])
    text = "".join(piece.text for piece in row.pieces)
    learned = "".join(piece.text for piece in row.pieces if piece.learned)
    if kind in ("label", "number"):
        assert "My lamp hums." in text
        assert (learned, row.learned_within(64)) == ("", 0)
    elif kind == "text":
        assert learned == text == tokenizer.decode(tokenizer(example.text)["input_ids"] + [
            tokenizer.eos_token_id])  # fmt: skip
        assert row.tokens > 64
        assert not row.is_cut(64)
        assert row.learned_within(64) == row.tokens
        assert found["stop_mark"] == [0, 0, 0]
    elif kind == "preference":
        assert "Yes, since dusk." in learned
        assert "Go away" not in text
        assert "Lit?" not in learned
        assert found["lengths"][0] > row.tokens  # the worse answer is the longer one
    else:
        assert "You get an e-mail." in learned
        assert "Hello!" not in learned


def test_texts_with_classes_need_no_chat_format(job, tmp_path):
    import shutil

    bare = tmp_path / "bare"
    shutil.copytree(starter_model(), bare)
    (bare / "chat_template.jinja").unlink()
    assert result(job([OTHERS["label"]], model=str(bare)))["lengths"][0] > 0


LONG = "It is lit every evening, and the keeper sees to it. " * 12
JUDGED = {
    "label": (CLASSIFY, [Example(messages=user(f"My lamp hums. {LONG}"), labels=["repair"]),
                         Example(messages=user("Lit?"), labels=["other"])]),
    "number": (SCORE, [Example(messages=user("My lamp hums."), number=2)]),
    "preference": (DPO, [
        Example(messages=user("Lit?"), chosen=said("Yes."), rejected=said(LONG)),
        Example(messages=user("Lit?"), chosen=said(f"{LONG}Yes."), rejected=said(f"{LONG}No.")),
        Example(messages=user(LONG), chosen=said("Yes."), rejected=said("No.")),
    ]),
    "feedback": (KTO, [Example(messages=[*user("Lit?"), *said("Yes.")], good=True),
                       Example(messages=[*user(LONG), *said("No.")], good=False)]),
}  # fmt: skip


@pytest.mark.parametrize("limit", [64, 512])
@pytest.mark.parametrize("kind", JUDGED)
def test_training_reads_what_is_shown_and_leaves_out_what_is_told(kind, limit, job, tokenizer):
    """With the goal's own settings as they are offered."""
    objective, examples = JUDGED[kind]
    head = objective.head(objective.params(), DatasetFacts(labels={"other": 1, "repair": 1}))
    given = Preparing(tokenizer, objective.params(), limit, "train", head, 7)
    rows = list(objective.prepare(iter(examples), given))
    found = result(job(examples))
    learned = [0 <= at < limit for at in found["first_learned"]]
    assert sorted(row.learned for row in rows) == sorted(learned)
    read = [preview.render(example, tokenizer).row.input_ids[:limit] for example in examples]
    given_to_it = [next(iter(row.columns.values())) for row in rows if row.learned]
    assert given_to_it == [ids for ids, bit in zip(read, learned, strict=True) if bit]
    if kind != "feedback":  # there a stranger's answer stands beside it
        lengths = [min(found["lengths"][at], limit) for at, bit in enumerate(learned) if bit]
        assert [row.length for row in rows if row.learned] == lengths
