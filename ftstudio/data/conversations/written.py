"""Conversations written as one text: “Human: …”, ChatML's marks, “### Instruction: …”."""

from __future__ import annotations

import re

from ftstudio.core.example import Message, Role
from ftstudio.data.conversations.turns import read_dialogue

_CHATML = re.compile(
    r"<\|im_start\|>[ \t]*(system|user|assistant|tool)[ \t]*\n(.*?)(?:<\|im_end\|>|\Z)", re.DOTALL
)
_LLAMA = re.compile(
    r"<\|start_header_id\|>\s*(system|user|assistant|ipython)\s*<\|end_header_id\|>(.*?)"
    r"(?:<\|eot_id\|>|<\|end_of_text\|>|\Z)",
    re.DOTALL,
)
_HEADING = re.compile(
    r"(?:\A|\n)[ \t]*###[ \t]*(Instruction|Question|Human|User|Input|Context|System|Response|"
    r"Answer|Output|Assistant|Result)[ \t]*:?[ \t]*(?=\n|\S)",
    re.IGNORECASE,
)
_BRACKETS = re.compile(
    r"\[INST\](.*?)\[/INST\](.*?)(?=(?:</s>\s*)?(?:<s>)?\s*\[INST\]|\Z)", re.DOTALL
)
_MOST_TURNS = 2_000
_SYSTEM = re.compile(r"<<SYS>>(.*?)<</SYS>>", re.DOTALL)
_ANSWERS = {"response", "answer", "output", "assistant", "result"}


def read_written(text: str) -> list[Message] | None:
    """The turns of a conversation that is one text; None where the text is something else."""
    for read in (_marked, _headed, _bracketed, read_dialogue):
        turns = read(text)
        if turns:
            return turns
    return None


def is_written_talk(text: str) -> bool:
    """At least a question and an answer to it."""
    turns = read_written(text)
    if not turns:
        return False
    said = {turn.role for turn in turns if turn.content.strip()}
    return {"user", "assistant"} <= said


def _marked(text: str) -> list[Message] | None:
    for pattern, opening in ((_CHATML, "<|im_start|>"), (_LLAMA, "<|start_header_id|>")):
        if opening in text:
            found = [(mark[1], mark[2]) for mark in pattern.finditer(text)]
            return [Message(role=_role(who), content=said.strip()) for who, said in found] or None
    return None


def _role(who: str) -> Role:
    names: dict[str, Role] = {
        "system": "system", "assistant": "assistant", "tool": "tool", "ipython": "tool",
    }  # fmt: skip
    return names.get(who, "user")


def _headed(text: str) -> list[Message] | None:
    """What stands before the first heading is the word of the system, as in Alpaca's prompt."""
    marks = list(_HEADING.finditer(text))
    if len(marks) < 2:
        return None
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    turns: list[Message] = []
    if before := text[: marks[0].start()].strip():
        turns.append(Message(role="system", content=before))
    for mark, end in zip(marks, ends, strict=True):
        who, said = mark[1].casefold(), text[mark.end() : end].strip()
        role: Role = "assistant" if who in _ANSWERS else "system" if who == "system" else "user"
        if turns and turns[-1].role == role == "user":  # an instruction and its text
            joined = f"{turns[-1].content}\n\n{said}".strip()
            turns[-1] = Message(role="user", content=joined)
        else:
            turns.append(Message(role=role, content=said))
    return turns


def _bracketed(text: str) -> list[Message] | None:
    if "[/INST]" not in text or text.count("[INST]") > _MOST_TURNS:
        return None
    turns: list[Message] = []
    for mark in _BRACKETS.finditer(text):
        asked = mark[1]
        if system := _SYSTEM.search(asked):
            turns.append(Message(role="system", content=system[1].strip()))
            asked = asked[system.end() :]
        answer = mark[2].replace("</s>", "").replace("<s>", "").strip()
        turns.append(Message(role="user", content=asked.strip()))
        if answer:
            turns.append(Message(role="assistant", content=answer))
    return turns or None
