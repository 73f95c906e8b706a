"""Conversations in whatever shape they come, as Messages: OpenAI's, ShareGPT's, tools included."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable
from typing import Any

from ftstudio.core.example import Message, Role

_ROLES: dict[str, Role] = {}
for _role, _names in {
    "user": "user human usr customer client prompter question instruction kunde",
    "assistant": "assistant gpt model bot chatbot chatgpt ai agent answer function_call tool_call "
    "tool_calls",
    "system": "system developer",
    "tool": "tool function observation ipython function_response tool_response tool_result "
    "function_result",
}.items():
    for _name in _names.split():
        _ROLES[_name] = _role  # type: ignore[assignment]
_CALLS = {"function_call", "tool_call", "tool_calls"}
_WHO = ("role", "from", "speaker", "sender")
_WHAT = ("content", "value", "text", "message", "parts", "utterance")
_THOUGHT = ("reasoning_content", "reasoning", "thinking", "thought")
_LEARNED = ("weight", "train", "training")  # OpenAI's name, and others'
_NO_TEXT = {"image", "image_url", "video", "video_url", "audio", "audio_url", "input_audio", "file"}
_LONGEST_LITERAL = 2_000_000  # characters
_MOST_BRACKETS = 5_000
_SPEAKER = re.compile(r"(?:\A|\n)[ \t]*(Human|User|Assistant|System):(?=\s|\Z)")
_PLACES = ("<image>", "<video>", "<audio>")


class Unusable(ValueError):
    """Why a conversation can't be learned from, as a sentence."""


def is_turn(value: Any) -> bool:
    """An object that says who speaks and what (or which tool is called)."""
    if not isinstance(value, dict):
        return False
    what = (*_WHAT, "tool_calls", "function_call")
    if any(who in value for who in _WHO) and any(name in value for name in what):
        return True
    return bool(_spoken_by_name(value))


def is_talk(value: Any, fewest: int = 1) -> bool:
    """A list of turns, so many at least."""
    if not isinstance(value, list) or len(value) < fewest:
        return False
    return all(is_turn(turn) for turn in value[:50])


def in_turns(value: Any) -> Any:
    """["question", "answer", …] as turns of two people in turn; anything else as it is."""
    if isinstance(value, list) and len(value) > 1 and all(isinstance(t, str) for t in value):
        who = ("user", "assistant")
        return [{"role": who[i % 2], "content": text} for i, text in enumerate(value)]
    return value


def _spoken_by_name(value: dict[str, Any]) -> list[dict[str, Any]]:
    """{"user": "…", "assistant": "…"}: turns whose names say who speaks."""
    turns = [
        {"role": name, "content": text}
        for name, text in value.items()
        if name.casefold() in _ROLES and isinstance(text, str)
    ]
    return turns if len(turns) == len(value) else []


def parse_json(text: str | None) -> Any:
    """JSON in a cell, or None where it is none."""
    if not text or text.lstrip()[:1] not in ("[", "{"):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return _python_literal(text.strip())


def _python_literal(text: str) -> Any:
    """Lists as pandas writes them into CSV: [{'role': 'user', …}]."""
    if "'" not in text[:80] or len(text) > _LONGEST_LITERAL or text[-1] not in "]}":
        return None
    if text.count("[") + text.count("{") > _MOST_BRACKETS:
        return None
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return None


def read_turns(value: Any, answered: bool = True, pictured: bool = False) -> list[Message]:
    """All the turns; `answered`: one of them must be an answer; `pictured`: they may hold the
    marks of pictures. Raises Unusable with the first reason."""
    if not isinstance(value, list):
        raise Unusable("The cell holds no conversation (a list of turns).")
    if not value:
        raise Unusable("The conversation is empty.")
    turns = [said for turn in value for said in _one_each(turn)]
    messages = [_message(turn, number, pictured) for number, turn in enumerate(turns, start=1)]
    if answered and not any(message.role == "assistant" for message in messages):
        raise Unusable("Nobody answers in this conversation, so there is nothing to learn.")
    if answered and all(m.train is False for m in messages if m.role == "assistant"):
        raise Unusable("Every answer has the weight 0, so there is nothing to learn.")
    _check_tool_answers(messages)
    return messages


def read_dialogue(text: str) -> list[Message] | None:
    """The turns of "Human: … Assistant: …", each on a new line; None where it is something else."""
    marks = list(_SPEAKER.finditer(text))
    if not marks or text[: marks[0].start()].strip():
        return None
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    return [
        Message(role=_ROLES[mark[1].casefold()], content=text[mark.end() : end].strip())
        for mark, end in zip(marks, ends, strict=True)
    ]


def read_tools(text: str | None) -> list[dict[str, Any]] | None:
    """The tools a conversation may call, from JSON text, in OpenAI's shape."""
    if text is None or text.strip() in ("", "[]", "null", "None"):
        return None
    value = parse_json(text)
    if isinstance(value, str):
        value = parse_json(value)
    if isinstance(value, dict):
        value = [value]
    if not isinstance(value, list) or not all(isinstance(tool, dict) for tool in value):
        raise Unusable("The description of the tools is not JSON.")
    return [_tool(tool) for tool in value]


def check_tools(messages: Iterable[Message], tools: list[dict[str, Any]] | None) -> None:
    """Every function that is called must be among the tools, where tools are given."""
    if not tools:
        return
    known = {str(tool["function"].get("name")) for tool in tools}
    for message in messages:
        for call in message.tool_calls or []:
            name = str(call["function"]["name"])
            if name not in known:
                raise Unusable(f"It calls the function {name}, which its tools don't describe.")


def _tool(tool: dict[str, Any]) -> dict[str, Any]:
    if isinstance(tool.get("function"), dict):
        return {"type": "function", **tool}
    return {"type": "function", "function": tool}


def _one_each(turn: Any) -> list[Any]:
    if isinstance(turn, dict) and not any(who in turn for who in _WHO):
        return _spoken_by_name(turn) or [turn]
    return [turn]


def _message(turn: Any, number: int, pictured: bool = False) -> Message:
    if not is_turn(turn):
        raise Unusable(f"Turn {number} does not say who speaks, or what.")
    said = str(next(turn[who] for who in _WHO if who in turn)).strip()
    role = _ROLES.get(said.casefold())
    if role is None:
        raise Unusable(f"Turn {number} is spoken by an unknown role: {said[:40]}.")
    raw = next((turn[name] for name in _WHAT if name in turn), None)
    train = _is_learned(turn, number) if role == "assistant" else None
    if said.casefold() in _CALLS:
        return Message(role="assistant", tool_calls=_calls(raw, number), train=train)
    content, calls = _content(raw, number, pictured)
    content = _thought(turn) + content
    calls += _calls(turn.get("tool_calls"), number) + _calls(turn.get("function_call"), number)
    name = turn.get("name")
    call_id = turn.get("tool_call_id")
    return Message(
        role=role,
        content=content,
        name=str(name) if name and role == "tool" else None,
        tool_calls=calls or None,
        tool_call_id=str(call_id) if call_id else None,
        train=train,
    )


def _is_learned(turn: dict[str, Any], number: int) -> bool | None:
    """False where the turn says that it is read only; an answer is learned unless it does."""
    name = next((name for name in _LEARNED if turn.get(name) is not None), "")
    if not name:
        return None
    told = str(turn[name]).strip().casefold()
    if told in ("0", "0.0", "false"):
        return False
    if told in ("1", "1.0", "true"):
        return None
    raise Unusable(
        f"Turn {number} has the {name} {told[:20]}. An answer is learned (1) or only read (0)."
    )


def _thought(turn: dict[str, Any]) -> str:
    """What was thought before the answer, where a field of its own keeps it."""
    told = next((turn[name] for name in _THOUGHT if isinstance(turn.get(name), str)), "")
    return _marked_thought(told) if told.strip() else ""


def _marked_thought(text: Any) -> str:
    return f"<think>\n{text}\n</think>\n\n"


def _content(raw: Any, number: int, pictured: bool = False) -> tuple[str, list[dict[str, Any]]]:
    """A turn's text, and the calls among its parts."""
    if raw is None:
        return "", []
    if isinstance(raw, str):
        if any(place in raw for place in _PLACES[pictured:]):
            raise Unusable(f"Turn {number} refers to a picture, sound or film, not only to text.")
        return raw, []
    if isinstance(raw, dict) and "type" not in raw:
        return json.dumps(raw, ensure_ascii=False), []
    texts: list[str] = []
    calls: list[dict[str, Any]] = []
    for part in raw if isinstance(raw, list) else [raw]:
        text, more = _part(part, number)
        texts.append(text)
        calls.extend(more)
    return "".join(texts), calls


def _part(part: Any, number: int) -> tuple[str, list[dict[str, Any]]]:
    if not isinstance(part, dict):
        return str(part), []
    kind = str(part.get("type", "text"))
    value = next((part[key] for key in ("text", "value", "content", kind) if key in part), "")
    if kind in _NO_TEXT:
        raise Unusable(f"Turn {number} holds a picture, sound or film; only text can be learned.")
    if kind in ("reasoning", "thinking"):
        return _marked_thought(value), []
    if kind in _CALLS:
        return "", _calls(value, number)
    return str(value), []


def _calls(raw: Any, number: int) -> list[dict[str, Any]]:
    """Calls of functions in OpenAI's shape, their arguments as objects."""
    if raw is None or raw in ("", []):
        return []
    value = parse_json(raw) if isinstance(raw, str) else raw
    if isinstance(value, dict):
        value = [value]
    if not isinstance(value, list) or not all(isinstance(call, dict) for call in value):
        raise Unusable(f"Turn {number} calls a function, but the call is not JSON.")
    return [_call(call, number) for call in value]


def _call(call: dict[str, Any], number: int) -> dict[str, Any]:
    inner = call.get("function")
    function = inner if isinstance(inner, dict) else call
    name = function.get("name")
    if not name:
        raise Unusable(f"Turn {number} calls a function without naming it.")
    arguments = function.get("arguments", function.get("parameters", {}))
    if isinstance(arguments, str):
        parsed = parse_json(arguments) if arguments.strip() else {}
        if not isinstance(parsed, dict):
            raise Unusable(f"Turn {number} calls {name} with arguments that are not JSON.")
        arguments = parsed
    result: dict[str, Any] = {
        "type": "function",
        "function": {"name": str(name), "arguments": arguments},
    }
    if call.get("id") and function is not call:
        result["id"] = str(call["id"])
    return result


def _check_tool_answers(messages: list[Message]) -> None:
    made: set[str] = set()
    for number, message in enumerate(messages, start=1):
        made |= {str(call["id"]) for call in message.tool_calls or [] if "id" in call}
        if message.role == "tool" and message.tool_call_id and message.tool_call_id not in made:
            raise Unusable(
                f"Turn {number} answers a call that was never made "
                f"(tool_call_id {message.tool_call_id})."
            )
