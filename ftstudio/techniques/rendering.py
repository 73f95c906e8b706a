"""A conversation as the model reads it: token ids, and which of them are learned.

The one code path for the preview and for training. The text always comes from the tokenizer's
own chat template. Knows tokenizers only by what they do, so that it imports without torch.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, Literal

from ftstudio.core.errors import StudioError
from ftstudio.core.example import Example, Message
from ftstudio.core.objective import Preparing, Row, TokenRow
from ftstudio.core.params import Params, param
from ftstudio.techniques.token_ids import with_offsets

Learn = Literal["answers", "last_answer"]
Span = tuple[int, int]

Template = Literal["own", "chatml"]
NO_LIMIT = 1 << 40
# For TRL's supervised trainers: our rows are tokens already, none of which it may prepare, cut,
# pack or shuffle.
ROWS_AS_THEY_ARE: dict[str, Any] = {
    "dataset_kwargs": {"skip_prepare_dataset": True},
    "max_length": None,
    "packing": False,
    "completion_only_loss": False,
    "assistant_only_loss": False,
    "shuffle_dataset": False,
    "loss_type": "nll",
}
IGNORED = -100  # torch's own mark for "not counted in the loss"

# For a base model without a template of its own, chosen by the person: ChatML, but an answer ends
# with the model's own end token, which is the only one that stops its generation.
PLAIN_TEMPLATE = (
    "{%- for m in messages %}{{ '<|im_start|>' + m['role'] + '\n' }}"
    "{%- if m['role'] == 'assistant' %}{% generation %}"
    "{{- m['content'] + (m['tool_calls'] | tojson if m.get('tool_calls') else '') + eos_token }}"
    "{%- endgeneration %}{{ '\n' }}"
    "{%- else %}{{ m['content'] + '<|im_end|>\n' }}{% endif %}"
    "{%- endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)

_GENERATION = re.compile(r"\{%-?\s*generation\s*-?%\}")


def render_chat(
    example: Example, tokenizer: Any, limit: int = NO_LIMIT, learn: Learn = "answers"
) -> TokenRow:
    """The example as token ids and a mask of what is learned, cut at `limit` from its end.

    Answers with `train` False are read and not learned, the last one as well.
    Raises StudioError when the model has no chat template, when the template refuses the
    conversation, or when the learned part can't be found in what the template wrote.
    """
    answers = [message for message in example.messages if message.role == "assistant"]
    if learn == "last_answer":
        taken = [True] * len(answers)
    else:
        taken = [message.train is not False for message in answers]
    found = _by_markers(example, tokenizer, taken)
    ids, learned = found or _by_difference(example, tokenizer, taken)
    if learn == "last_answer":
        learned = _only_last_run(learned)
        if answers and answers[-1].train is False:
            learned = [False] * len(ids)
    return TokenRow(ids[:limit], learned[:limit], cut=len(ids) > limit)


def render_prompt(example: Example, tokenizer: Any) -> list[int]:
    """Token ids of everything before the last answer, ready for the model to go on from."""
    messages = example.messages
    if example.chosen is None:  # of a pair, both answers stand apart from the conversation
        last = max((i for i, m in enumerate(messages) if m.role == "assistant"), default=0)
        messages = messages[:last] if last else messages
    text = _text(tokenizer, messages, example.tools, ask=True)
    ids: list[int] = tokenizer(text, add_special_tokens=False)["input_ids"]
    return ids


def one_by_one(
    render: Callable[[Example, Any, Params, int], TokenRow],
) -> Callable[[Iterator[Example], Preparing], Iterator[Row]]:
    """`prepare` of an objective that makes one row of token ids and labels of each example."""

    def prepare(examples: Iterator[Example], given: Preparing) -> Iterator[Row]:
        ends = set(given.tokenizer.all_special_ids)
        for example in examples:
            try:
                row = render(example, given.tokenizer, given.params, given.limit)
            except StudioError as error:
                yield Row({}, refusal=error)
            else:
                yield as_row(row, ends)

    return prepare


def as_row(row: TokenRow, ends: set[int]) -> Row:
    """Token ids with labels; `ends` are the tokens that may end an answer."""
    labels = [
        token if bit else IGNORED for token, bit in zip(row.input_ids, row.learned, strict=True)
    ]
    last = max((i for i, bit in enumerate(row.learned) if bit), default=0)
    return Row(
        {"input_ids": row.input_ids, "labels": labels},
        length=len(row.input_ids),
        cut=row.cut,
        learned=any(row.learned[1:]),  # the first token is never predicted
        open_ended=not row.cut and bool(row.input_ids) and row.input_ids[last] not in ends,
    )


def template_param() -> Any:
    """The setting of the goals that learn from conversations."""
    return param(
        "own",
        title="Chat format",
        term="chat template",
        level="all",
        labels={"own": "The model's own", "chatml": "A plain one (ChatML)"},
        help="A chat model must keep its own. A base model has none and takes the plain one.",
    )


def choose_template(tokenizer: Any, name: str) -> None:
    """Give the tokenizer the plain template when the person chose it over the model's own."""
    if name == "chatml":
        tokenizer.chat_template = PLAIN_TEMPLATE


def _by_markers(
    example: Example, tokenizer: Any, taken: list[bool]
) -> tuple[list[int], list[bool]] | None:
    """By the template's own generation marks; None where it has none, where they mark nothing,
    or where the answers that are not taken can't be told from the others."""
    if not _has_marks(_template(tokenizer)):
        return None
    try:
        encoded = tokenizer.apply_chat_template(
            _for_template(example.messages),
            tools=example.tools,
            tokenize=True,
            return_dict=True,
            return_assistant_tokens_mask=True,
        )
    except Exception as error:
        raise _refused(error) from error
    ids: list[int] = list(encoded["input_ids"])
    learned = [bool(bit) for bit in encoded["assistant_masks"]]
    runs = _runs(learned)
    if not runs or (not all(taken) and len(runs) != len(taken)):
        return None
    for (start, end), keep in zip(runs, taken, strict=False):
        learned[start:end] = [keep or all(taken)] * (end - start)
    # The token that ends a turn must be learned even where the marks leave it out: a model that
    # never sees it learned never learns to stop.
    ends = [i for i in range(1, len(ids)) if learned[i - 1] and not learned[i]]
    special = set(tokenizer.all_special_ids) if ends else set()
    for i in ends:
        if ids[i] in special and ids[i - 1] not in special:
            learned[i] = True
    return ids, learned


def _runs(marked: list[bool]) -> list[Span]:
    """The stretches that are marked, each as its beginning and the place behind its end."""
    starts = [i for i, bit in enumerate(marked) if bit and (i == 0 or not marked[i - 1])]
    ends = [i + 1 for i, bit in enumerate(marked) if bit and not any(marked[i + 1 : i + 2])]
    return list(zip(starts, ends, strict=True))


@lru_cache(maxsize=8)
def _has_marks(template: str) -> bool:
    return _GENERATION.search(template) is not None


def _by_difference(
    example: Example, tokenizer: Any, taken: list[bool]
) -> tuple[list[int], list[bool]]:
    """By comparing what the template writes with and without each answer."""
    full = _text(tokenizer, example.messages, example.tools)
    ids, offsets = with_offsets(full, tokenizer)
    learned = [False] * len(ids)
    special = set(tokenizer.all_special_ids)
    spans = list(_answer_spans(example, tokenizer, full))
    for (start, end), keep in zip(spans, taken, strict=True):
        if not keep:
            continue
        inside = [i for i, (a, b) in enumerate(offsets) if b > start and a < end]
        # The line break that many templates put after the end token is not the model's to say.
        while (
            len(inside) > 1
            and any(ids[i] in special for i in inside)
            and ids[inside[-1]] not in special
            and not full[slice(*offsets[inside[-1]])].strip()
        ):
            inside.pop()
        for i in inside:
            learned[i] = True
    return ids, learned


def _answer_spans(example: Example, tokenizer: Any, full: str) -> Iterator[Span]:
    """Where in `full` each answer with its end token stands, in characters."""
    messages, tools = example.messages, example.tools
    position = 0
    for i, message in enumerate(messages):
        if message.role != "assistant":
            continue
        start = _start_of_answer(tokenizer, example, i, full, position)
        if i == len(messages) - 1:
            end = len(full)
        else:
            after = _text(tokenizer, messages[: i + 1], tools)
            end = len(after) if full.startswith(after) and len(after) > start else -1
            if end < 0:
                end = _end_by_content(tokenizer, message, full, start)
        yield start, end
        position = end


def _start_of_answer(tokenizer: Any, example: Example, i: int, full: str, position: int) -> int:
    for ask in (True, False):
        try:
            before = _text(tokenizer, example.messages[:i], example.tools, ask=ask) if i else ""
        except StudioError:
            continue  # some templates refuse the shortened conversation
        if not full.startswith(before) or len(before) < position:
            continue
        if ask and i:
            return len(before)
        at = full.find(example.messages[i].content.strip(), len(before))
        if at >= 0:
            return at
    at = full.find(example.messages[i].content.strip(), position)
    if at < 0 or not example.messages[i].content.strip():
        raise _not_found()
    return at


def _end_by_content(tokenizer: Any, message: Message, full: str, start: int) -> int:
    """For templates that write an earlier answer in another way once more turns follow."""
    content = message.content.strip()
    at = full.find(content, start) if content else -1
    if at < 0:
        raise _not_found()
    end = at + len(content)
    follows = [t for t in tokenizer.all_special_tokens if full.startswith(t, end)]
    return end + max((len(t) for t in follows), default=0)


def _text(
    tokenizer: Any,
    messages: list[Message],
    tools: list[dict[str, Any]] | None,
    ask: bool = False,
) -> str:
    _template(tokenizer)
    try:
        text: str = tokenizer.apply_chat_template(
            _for_template(messages), tools=tools, tokenize=False, add_generation_prompt=ask
        )
    except Exception as error:
        raise _refused(error) from error
    return text


def _template(tokenizer: Any) -> str:
    template = getattr(tokenizer, "chat_template", None)
    if not template:
        raise StudioError(
            "This model has no chat format of its own.",
            "It is a base model: it was never taught where a question ends and an answer begins.",
            "Choose the plain chat format for it, or take the chat version of this model.",
            code="no_chat_template",
        )
    if isinstance(template, dict):
        return str(template.get("default", ""))
    return str(template)


def _for_template(messages: list[Message]) -> list[dict[str, Any]]:
    rows = [m.for_template() for m in messages]
    for row in rows:
        for call in row.get("tool_calls", ()):
            function = call.get("function")
            if isinstance(function, dict) and isinstance(function.get("arguments"), str):
                # OpenAI writes the arguments as JSON text; templates expect the value itself
                # and would quote it a second time.
                try:
                    function["arguments"] = json.loads(function["arguments"])
                except ValueError:
                    continue
    return rows


def _only_last_run(learned: list[bool]) -> list[bool]:
    end = max((i for i, bit in enumerate(learned) if bit), default=-1)
    start = end
    while start > 0 and learned[start - 1]:
        start -= 1
    return [start <= i <= end and end >= 0 for i in range(len(learned))]


def _refused(error: Exception) -> StudioError:
    return StudioError(
        "The model's chat format does not accept this conversation.",
        f"Its template says: {str(error)[:200]}",
        "Leave out system or tool turns, see that question and answer take turns, "
        "or choose another model.",
        code="template_refused",
    )


def _not_found() -> StudioError:
    return StudioError(
        "The learned part of an example can't be told from the rest.",
        "The model's chat format changes the answers when it writes them.",
        "Learn from the last answer only, or choose another model.",
        code="answer_not_found",
    )
