"""Stands in for the chat child: the same JSON lines over the same pipes, and no model.

Questions decide what it does: "slow" takes its time, "fail" gives an error, "die" ends it.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time

ANSWERS = {
    "base": "I apologize for the inconvenience. To request a refund you will need to contact the "
    "customer service department, who can guide you through the refund process.",
    "tuned": "Sorry about that, Ana. I have opened refund R-2231 for you. You will see the money "
    "within 5 working days. Is there anything else I can fix today?",
}
_stopped: set[int] = set()
_lock = threading.Lock()
ERROR = {"what": "The question is too long.", "why": "It has 9,000 tokens; the model reads 512.",
         "remedy": "Ask something shorter.", "code": "too_long"}  # fmt: skip


def say(line: dict) -> None:
    with _lock:
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()


def answer(ask: dict) -> None:
    question = ask["messages"][-1]["content"]
    if "die" in question:
        print("killed by the test", file=sys.stderr, flush=True)
        os._exit(9)
    if "fail" in question:
        say({"error": {"id": ask["id"], **ERROR}})
        return
    words = ANSWERS[ask["which"]].split(" ")
    if "echo" in question:
        words = [json.dumps({key: ask[key] for key in ("temperature", "max_tokens", "seed")}),
                 str(len(ask["messages"])), ask["messages"][0]["role"]]  # fmt: skip
    for word in words:
        if ask["id"] in _stopped:
            break
        say({"token": {"id": ask["id"], "text": word + " "}})
        if "slow" in question:
            time.sleep(0.1)
    say({"done": {"id": ask["id"], "reason": "end", "tokens": len(words), "seconds": 0.1}})


def work(waiting: list[dict], came: threading.Semaphore) -> None:
    while True:
        came.acquire()
        line = waiting.pop(0)
        if "load" in line:
            if "missing" in str(line["load"]["adapter"]):
                say({"error": {"id": None, **ERROR}})
            else:
                say({"ready": {"voices": ["base", "tuned"], "device": "cpu"}})
        else:
            answer(line["ask"])


def main() -> None:
    waiting: list[dict] = []
    came = threading.Semaphore(0)
    threading.Thread(target=work, args=(waiting, came), daemon=True).start()
    for raw in sys.stdin:
        line = json.loads(raw)
        if "stop" in line:
            _stopped.add(line["stop"]["id"])
        else:
            waiting.append(line)
            came.release()
    os._exit(0)


if __name__ == "__main__":
    main()
