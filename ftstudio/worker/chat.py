"""The conversation: `python -m ftstudio.worker.chat`, JSON lines in and out over the pipes.

In: {"load": {"base", "adapter"}}, {"ask": {"id", "messages", "temperature", "max_tokens",
"which", "seed"}}, {"stop": {"id"}}. Out: {"ready": …}, {"token": {"id", "text"}},
{"done": {"id", …}}, {"error": {"id", "what", "why", "remedy", "code"}}. It ends when its input
ends, even in the middle of a word: it must not outlive the window.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ftstudio.worker.environment import settle

if __name__ == "__main__":  # before anything heavy: libraries read these once
    settle()

from ftstudio.adapters.heads import demand_writes, head_of
from ftstudio.core.errors import StudioError

if TYPE_CHECKING:
    from ftstudio.worker.answering import Question

Line = dict[str, Any]
Say = Callable[[Line], None]
_END = {"end": True}


class Voices:
    """The base model and the tuned one: one set of weights with the adapter off or on, or two."""

    def __init__(self, base: Path, tuned: Path | None) -> None:
        from ftstudio.worker.device import choose_device
        from ftstudio.worker.model import load_model, load_tokenizer

        for folder in (base, tuned):
            if folder is not None:
                demand_writes(folder.name, head_of(folder))
        self.device = choose_device(os.environ.get("FTSTUDIO_DEVICE", ""))
        self._tokenizers = {"base": load_tokenizer(base)}
        self._models = {"base": load_model(base, self.device).eval()}
        self._adapter = tuned is not None and (tuned / "adapter_config.json").is_file()
        if tuned is None:
            return
        has_own = (tuned / "tokenizer.json").is_file()
        self._tokenizers["tuned"] = _load_own_tokenizer(tuned) if has_own else self._tokenizers[
            "base"
        ]  # fmt: skip
        if not self._tokenizers["base"].chat_template:  # a base model: ask both in one format
            self._tokenizers["base"].chat_template = self._tokenizers["tuned"].chat_template
        if self._adapter:
            self._models["base"] = self._models["tuned"] = _attach(self._models["base"], tuned)
        else:
            self._models["tuned"] = load_model(tuned, self.device).eval()

    @property
    def names(self) -> list[str]:
        return list(self._models)

    def context_length(self) -> int:
        from ftstudio.worker.answering import context_length

        return context_length(self._models["base"])

    def answer(
        self,
        which: str,
        question: Question,
        say: Callable[[str], None],
        stopped: Callable[[], bool],
    ) -> Line:
        """Let one of them answer. Raises StudioError."""
        from ftstudio.worker.answering import answer

        if which not in self._models:
            raise StudioError(
                "There is only the original model.",
                "No adapter was loaded beside it.",
                "Choose an adapter first.",
                code="no_adapter",
            )
        began = time.monotonic()
        model = self._models[which]
        with self._switched(which):
            end = answer(model, self._tokenizers[which], question, say, stopped)
        return {"reason": end.reason, "tokens": end.tokens, "seconds": time.monotonic() - began}

    def _switched(self, which: str) -> AbstractContextManager[Any]:
        if which == "base" and self._adapter:
            switched: AbstractContextManager[Any] = self._models["base"].disable_adapter()
            return switched
        return nullcontext()


def _load_own_tokenizer(folder: Path) -> Any:
    """An adapter's own tokenizer: it lies beside no model, so the folder check does not apply."""
    from transformers import AutoTokenizer

    from ftstudio.worker.model import load_tokenizer

    if (folder / "config.json").is_file():
        return load_tokenizer(folder)
    try:
        tokenizer = AutoTokenizer.from_pretrained(
            str(folder), local_files_only=True, trust_remote_code=False, use_fast=True
        )
    except (OSError, ValueError, KeyError) as error:
        raise StudioError(
            f"The tokenizer of {folder.name} can't be read.",
            f"Its files are damaged: {str(error)[:200]}",
            "Import the adapter again from where it came from.",
            code="tokenizer_unreadable",
        ) from error
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer


def _attach(model: Any, adapter: Path) -> Any:
    from ftstudio.worker.attaching import attach_adapter

    return attach_adapter(model, adapter).eval()


class Conversation:
    """Reads asks from a queue, one after the other; stops arrive beside it."""

    def __init__(self, say: Say) -> None:
        self.lines: queue.Queue[Line] = queue.Queue()
        self._say = say
        self._voices: Voices | None = None
        self._stopped: set[Any] = set()

    def hear(self, raw: bytes) -> None:
        """Called by the reading thread: a stop counts at once, everything else in its turn."""
        try:
            line = json.loads(raw)
            if not isinstance(line, dict):
                raise ValueError("not an object")
        except (ValueError, RecursionError):
            self._say({"error": {"id": None, **_misheard("It is not JSON.").to_dict()}})
            return
        if isinstance(line.get("stop"), dict):
            self._stopped.add(line["stop"].get("id"))
        else:
            self.lines.put(line)

    def run(self) -> None:
        """Answer until the end."""
        while (line := self.lines.get()) is not _END:
            ask = line.get("ask")
            ask_id = ask.get("id") if isinstance(ask, dict) else None
            try:
                self._do(line)
            except Exception as error:  # noqa: BLE001 - one failed answer must not end the talk
                from ftstudio.worker.diagnose import explain

                if not isinstance(error, StudioError):
                    import traceback

                    traceback.print_exc()
                self._say({"error": {"id": ask_id, **explain(error).to_dict()}})

    def _do(self, line: Line) -> None:
        if isinstance(line.get("load"), dict):
            self._load(line["load"])
        elif isinstance(line.get("ask"), dict):
            self._ask(line["ask"])
        else:
            raise _misheard("It is neither load, ask nor stop.")

    def _load(self, load: Line) -> None:
        self._voices = None
        tuned = load.get("adapter")
        voices = self._voices = Voices(Path(load["base"]), Path(tuned) if tuned else None)
        self._say(
            {
                "ready": {
                    "voices": voices.names,
                    "device": voices.device.kind,
                    "device_name": voices.device.name,
                    "context": voices.context_length(),
                }
            }
        )

    def _ask(self, ask: Line) -> None:
        from ftstudio.worker.answering import Question

        if self._voices is None:
            raise _misheard("No model was loaded yet.")
        ask_id = ask.get("id")
        question = Question(
            messages=list(ask["messages"]),
            temperature=float(ask.get("temperature", 0.7)),
            max_tokens=max(1, int(ask.get("max_tokens", 256))),
            seed=ask.get("seed"),
        )
        if ask_id in self._stopped:
            done: Line = {"reason": "stopped", "tokens": 0, "seconds": 0.0}
        else:
            done = self._voices.answer(
                str(ask.get("which", "tuned" if "tuned" in self._voices.names else "base")),
                question,
                lambda text: self._say({"token": {"id": ask_id, "text": text}}),
                lambda: ask_id in self._stopped,
            )
        self._stopped.discard(ask_id)
        self._say({"done": {"id": ask_id, **done}})


def _misheard(why: str) -> StudioError:
    return StudioError(
        "The chat did not understand a request.",
        why,
        "Close the playground and open it again.",
        code="bad_request",
    )


def _own_output() -> Say:
    """Keep the real stdout for the protocol alone; whatever prints goes to the log instead."""
    descriptor = os.dup(1)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    lock = threading.Lock()

    def say(line: Line) -> None:
        data = json.dumps(line, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
        with lock:
            while data:
                data = data[os.write(descriptor, data) :]

    return say


def _listen(conversation: Conversation) -> None:
    for raw in sys.stdin.buffer:
        if raw.strip():
            conversation.hear(raw)
    os._exit(0)  # the window is gone: nothing is worth finishing, not even a generation


def main() -> int:
    """Talk until the input ends."""
    os.umask(0o077)
    conversation = Conversation(_own_output())
    threading.Thread(target=_listen, args=(conversation,), daemon=True).start()
    try:
        conversation.run()
    except BrokenPipeError:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
