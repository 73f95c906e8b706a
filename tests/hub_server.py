"""A stand-in for Hugging Face on 127.0.0.1: one model or dataset, ranges, gates, slowness."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

REVISION = "0123456789abcdef0123456789abcdef01234567"


class HubServer:
    """Serves the files of a folder as the model (or `kind`) `name`. `requests` keeps what was
    asked."""

    def __init__(self, folder: Path, name: str = "org/small", kind: str = "model") -> None:
        self.files = {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file()
        }
        self.api = f"/api/{kind}s/{name}"
        self.resolve = f"/datasets/{name}/resolve/" if kind == "dataset" else f"/{name}/resolve/"
        self.stalls = ".safetensors" if kind == "model" else ".csv"
        self.promised: dict[str, bytes] = {}  # where the listing differs from what is sent
        self.name = name
        self.gated_for: str | None = None  # a token that opens the gate; None: no gate
        self.pause_after: int | None = None  # bytes of the weights after which it stalls
        self.requests: list[tuple[str, str, dict[str, str]]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> HubServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.pause_after = None
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _sibling(name: str, data: bytes) -> dict[str, Any]:
    """As the Hub tells it: sha256 for the weights, git's own sha1 for small files."""
    blob = hashlib.sha1(f"blob {len(data)}\0".encode() + data).hexdigest()
    about: dict[str, Any] = {"rfilename": name, "size": len(data), "blobId": blob}
    if name.endswith(".safetensors"):
        about["lfs"] = {
            "size": len(data), "sha256": hashlib.sha256(data).hexdigest(), "pointerSize": 134,
        }  # fmt: skip
    return about


def _handler(hub: HubServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            pass

        def do_HEAD(self) -> None:
            self._answer(body=False)

        def do_GET(self) -> None:
            self._answer(body=True)

        def _answer(self, body: bool) -> None:
            hub.requests.append(
                (self.command, self.path, {k.title(): v for k, v in self.headers.items()})
            )
            path = self.path.split("?")[0]
            known = f"Bearer {hub.gated_for}"
            if hub.gated_for and self.headers.get("Authorization") != known:
                self._refuse(401, "GatedRepo")
            elif path.startswith(hub.api):
                self._send_json(self._about())
            elif path.startswith(hub.resolve):
                self._send_file(path.removeprefix(hub.resolve).split("/", 1)[1], body)
            else:
                self._refuse(404, "RepoNotFound")

        def _about(self) -> dict[str, Any]:
            promised = {**hub.files, **hub.promised}
            siblings = [_sibling(name, data) for name, data in promised.items()]
            return {
                "id": hub.name, "sha": REVISION, "siblings": siblings, "private": False,
                "gated": bool(hub.gated_for), "cardData": {"license": "mit"},
            }  # fmt: skip

        def _refuse(self, status: int, code: str) -> None:
            self.send_response(status)
            self.send_header("X-Error-Code", code)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def _send_json(self, value: Any) -> None:
            raw = json.dumps(value).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def _send_file(self, name: str, body: bool) -> None:
            data = hub.files.get(name)
            if data is None:
                self._refuse(404, "EntryNotFound")
                return
            start = 0
            ranged = self.headers.get("Range")
            if ranged:
                start = int(ranged.removeprefix("bytes=").split("-")[0] or 0)
            self.send_response(206 if ranged else 200)
            self.send_header("ETag", f'"{hashlib.sha256(data).hexdigest()}"')
            self.send_header("X-Repo-Commit", REVISION)
            self.send_header("Accept-Ranges", "bytes")
            if ranged:
                self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
            self.send_header("Content-Length", str(len(data) - start))
            self.end_headers()
            if body:
                self._write(name, data[start:])

        def _write(self, name: str, data: bytes) -> None:
            stalls = hub.pause_after is not None and name.endswith(hub.stalls)
            first = hub.pause_after if stalls and hub.pause_after else len(data)
            try:
                self.wfile.write(data[:first])
                while hub.pause_after is not None and stalls:
                    time.sleep(0.05)
                self.wfile.write(data[first:])
            except OSError:
                self.close_connection = True

    return Handler
