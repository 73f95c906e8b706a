"""The one conversation with a model: wraps the chat child, which dies with the window."""

from __future__ import annotations

import json
import sys
from collections import deque
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, QProcess, QProcessEnvironment, QTimer, Signal

from ftstudio.core.errors import StudioError

# Children that were told to end: Qt waits long for one whose object is thrown away before.
_ending: set[QProcess] = set()


class Conversation(QObject):
    """Signals carry the id that `ask` returned. Tokens of one read arrive as one signal."""

    ready = Signal(dict)
    token = Signal(int, str)
    done = Signal(int)
    failed = Signal(object)  # StudioError

    def __init__(self, parent: QObject | None = None, module: str = "ftstudio.worker.chat") -> None:
        super().__init__(parent)
        self._module = module
        self._process: QProcess | None = None
        self._rest = b""
        self._last_words: deque[str] = deque(maxlen=30)
        self._next_id = 1
        self.is_ready = False
        self.asking: set[int] = set()

    def load(self, base: str, adapter: str | None = None) -> None:
        """Start the child if need be, and have it load a base model and maybe an adapter."""
        if self._process is None:
            self._start()
        self.is_ready = False
        self._send({"load": {"base": base, "adapter": adapter}})

    def ask(self, messages: list[dict[str, Any]], which: str = "tuned", *,
            temperature: float = 0.7, max_tokens: int = 256,
            seed: int | None = None) -> int:  # fmt: skip
        """Put a question to the "base" or the "tuned" model; returns the id of the answer."""
        ask_id, self._next_id = self._next_id, self._next_id + 1
        self.asking.add(ask_id)
        question: dict[str, Any] = {
            "id": ask_id,
            "messages": messages,
            "which": which,
            "temperature": temperature,
            "max_tokens": max_tokens,
        }
        if seed is not None:
            question["seed"] = seed
        self._send({"ask": question})
        return ask_id

    def stop(self, ask_id: int) -> None:
        """End one answer early; `done` still comes."""
        self._send({"stop": {"id": ask_id}})

    def close(self, patience_ms: int = 3000) -> None:
        """End the child: end of input first, then by force. The window waits for neither."""
        process, self._process = self._process, None
        self.is_ready = False
        self.asking.clear()
        if process is None:
            return
        process.readyReadStandardOutput.disconnect(self._on_output)
        process.readyReadStandardError.disconnect(self._on_error_output)
        process.finished.disconnect(self._on_finished)
        process.errorOccurred.disconnect(self._on_start_error)
        _let_end(process, patience_ms)

    def is_open(self) -> bool:
        return self._process is not None

    def _start(self) -> None:
        from ftstudio.jobs.launch import child_environment  # not needed for the first frame

        process = QProcess(self)
        environment = QProcessEnvironment()
        for name, value in child_environment().items():
            environment.insert(name, value)
        process.setProcessEnvironment(environment)
        process.setProgram(sys.executable)
        process.setArguments(["-P", "-m", self._module])
        process.readyReadStandardOutput.connect(self._on_output)
        process.readyReadStandardError.connect(self._on_error_output)
        process.finished.connect(self._on_finished)
        process.errorOccurred.connect(self._on_start_error)
        self._rest = b""
        self._last_words.clear()
        self._process = process
        process.start()

    def _send(self, message: dict[str, Any]) -> None:
        if self._process is not None:
            self._process.write((json.dumps(message, ensure_ascii=False) + "\n").encode())

    def _on_output(self) -> None:
        if self._process is None:
            return
        data = self._rest + bytes(self._process.readAllStandardOutput().data())
        *lines, self._rest = data.split(b"\n")
        texts: dict[int, str] = {}
        for line in lines:
            message = _parse(line)
            if message is None:
                self._last_words.append(line.decode("utf-8", "replace"))
            elif "token" in message:
                ask_id = int(message["token"]["id"])
                texts[ask_id] = texts.get(ask_id, "") + str(message["token"]["text"])
            else:
                self._flush(texts)
                self._on_message(message)
        self._flush(texts)

    def _flush(self, texts: dict[int, str]) -> None:
        for ask_id, words in texts.items():
            self.token.emit(ask_id, words)
        texts.clear()

    def _on_message(self, message: dict[str, Any]) -> None:
        if "ready" in message:
            self.is_ready = True
            facts = message["ready"]
            self.ready.emit(facts if isinstance(facts, dict) else {})
        elif "done" in message:
            ask_id = int(message["done"]["id"])
            self.asking.discard(ask_id)
            self.done.emit(ask_id)
        elif "error" in message:
            self._fail(message["error"])

    def _fail(self, failed: dict[str, Any]) -> None:
        ask_id = failed.get("id")
        self.failed.emit(StudioError.from_dict(failed))
        if ask_id is not None:
            self.asking.discard(int(ask_id))
            self.done.emit(int(ask_id))

    def _on_error_output(self) -> None:
        if self._process is not None:
            words = bytes(self._process.readAllStandardError().data()).decode("utf-8", "replace")
            self._last_words.extend(words.splitlines())

    def _on_finished(self, code: int, status: QProcess.ExitStatus) -> None:
        """It must not end by itself while the conversation is open."""
        del status
        self._on_error_output()
        waiting, self._process = set(self.asking), None
        self.is_ready = False
        self.asking.clear()
        tail = "\n".join(self._last_words)[-400:].strip()
        self.failed.emit(
            StudioError(
                self.tr("The model stopped answering."),
                self.tr("Its program ended with code {code}. {tail}").format(code=code, tail=tail),
                self.tr("Load it again; a smaller model needs less memory."),
                code="chat_died",
            )
        )
        for ask_id in waiting:
            self.done.emit(ask_id)

    def _on_start_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._on_finished(-1, QProcess.ExitStatus.CrashExit)


def _let_end(process: QProcess, patience_ms: int) -> None:
    if process.state() == QProcess.ProcessState.NotRunning:
        process.deleteLater()
        return
    process.setParent(QCoreApplication.instance())

    def ended() -> None:
        _ending.discard(process)
        process.deleteLater()

    _ending.add(process)
    process.finished.connect(ended)
    process.closeWriteChannel()
    QTimer.singleShot(patience_ms, process, process.kill)


def end_all(wait_ms: int = 500) -> None:
    """The application ends: what has not left by now is ended by force."""
    for process in list(_ending):
        process.kill()
        process.waitForFinished(wait_ms)


def _parse(line: bytes) -> dict[str, Any] | None:
    try:
        message = json.loads(line)
    except ValueError:
        return None
    return message if isinstance(message, dict) else None
