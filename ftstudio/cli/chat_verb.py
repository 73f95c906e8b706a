"""`ftstudio chat --prompt …`: one question to the original, to an adapter, or to both."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from ftstudio.adapters import shelf
from ftstudio.adapters.base import find_base
from ftstudio.adapters.foreign import foreign_card
from ftstudio.cli.choose import choose_model
from ftstudio.cli.options import Verbs, with_json
from ftstudio.cli.screen import Screen
from ftstudio.cli.talk import Talk
from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace


def add(verbs: Verbs) -> None:
    chat = verbs.add_parser("chat", help="ask a model or an adapter one question")
    chat.add_argument("--prompt", required=True, help="the question; “-” reads it from stdin")
    chat.add_argument("--adapter", help="its id or name, or a folder")
    chat.add_argument("--model", help="a folder, a name or “starter”; else the adapter's base")
    chat.add_argument("--system", default="", help="a system message before the question")
    chat.add_argument("--temperature", type=float, default=0.7, help="0: always the likeliest word")
    chat.add_argument("--max-tokens", type=int, default=256, help="of the answer (256)")
    chat.add_argument("--seed", type=int, help="the same seed, the same answer")
    chat.add_argument("--compare", action="store_true", help="ask the original as well")
    with_json(chat).set_defaults(run=_chat)


def _chat(arguments: argparse.Namespace, screen: Screen) -> int:
    question = sys.stdin.read() if arguments.prompt == "-" else arguments.prompt
    if not question.strip():
        raise StudioError(
            "There is no question.", "The prompt is empty.", "Type one.", code="no_prompt"
        )
    messages = [{"role": "user", "content": question}]
    if arguments.system:
        messages.insert(0, {"role": "system", "content": arguments.system})
    base, tuned = _voices(arguments)
    how = {
        "temperature": arguments.temperature,
        "max_tokens": arguments.max_tokens,
        "seed": arguments.seed,
    }
    asked = ["base", "tuned"] if tuned and arguments.compare else ["tuned" if tuned else "base"]
    answers: dict[str, Any] = {}
    with Talk(base, tuned) as talk:
        for which in asked:
            if len(asked) > 1:
                screen.say("The original:" if which == "base" else "\nYour version:")
            text = ""
            for piece in talk.ask(messages, which, **how):
                text += piece
                screen.write(piece)
            screen.say()
            answers[which] = {**talk.done, "text": text.strip()}
    last = answers[asked[-1]]
    screen.result(
        {
            "answer": last["text"],
            "tokens": last["tokens"],
            "seconds": last["seconds"],
            "ended": last["reason"],
            "model": str(base),
            "adapter": str(tuned) if tuned else None,
            **({"original": answers["base"]["text"]} if len(asked) > 1 else {}),
        }
    )
    return 0


def _voices(arguments: argparse.Namespace) -> tuple[Path, Path | None]:
    """The folders of the base and of what was made from it."""
    workspace = Workspace.current()
    if not arguments.adapter:
        return Path(choose_model(workspace, arguments.model or "starter").ref.path), None
    given = Path(arguments.adapter).expanduser()
    if given.is_dir():
        card, tuned = foreign_card(given), given.resolve()
    else:
        card = shelf.find(workspace, arguments.adapter)
        tuned = shelf.folder(workspace, card.id)
    if card.is_full_model and not arguments.compare and not arguments.model:
        return tuned, None
    if arguments.model:
        return Path(choose_model(workspace, arguments.model).ref.path), tuned
    return Path(find_base(workspace, card).path), tuned
