"""Gets a model or a dataset from Hugging Face: of a model only weights, settings, tokenizer and
licence; never code.

Runs in the download job's own process, the only one that may use the network. Nothing of the
person's is sent but the name, and the access token where one is given.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from ftstudio.basemodels.catalogue import find_model
from ftstudio.basemodels.hub_errors import Kind, explain
from ftstudio.basemodels.inspect import BaseModelInfo, check_config
from ftstudio.basemodels.source import Source, write_source
from ftstudio.core.errors import StudioError
from ftstudio.core.units import format_bytes

_NAME = re.compile(r"^[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}$")
_PAGE = re.compile(
    r"^(?:https?://)?(?:www\.)?(?:huggingface\.co|hf\.co)/(?:datasets/)?", re.IGNORECASE
)
_WANTED = (
    "*.json", "*.jinja", "tokenizer.model", "vocab.txt", "merges.txt", "README.md", "LICENSE*",
    "LICENCE*", "NOTICE*", "USE_POLICY*",
)  # fmt: skip
_INDEX, _SINGLE = "model.safetensors.index.json", "model.safetensors"
_SPARE = 500_000_000
_LIKE: dict[Kind, str] = {"model": "Qwen/Qwen3-0.6B", "dataset": "openai/gsm8k"}


@dataclass(frozen=True)
class RemoteFile:
    name: str
    size: int
    digest: str = ""  # sha256 of large files, git's own sha1 of small ones


@dataclass(frozen=True)
class Offer:
    """What the Hub says it has: the files that would be fetched, and their sizes."""

    name: str
    revision: str
    licence: str
    files: tuple[RemoteFile, ...]
    kind: Kind = "model"

    @property
    def total_bytes(self) -> int:
        return sum(file.size for file in self.files)


def repo_name(text: str, kind: Kind = "model") -> str:
    """`org/name` from what was typed or pasted, be it the address of its page."""
    path = _PAGE.sub("", text.strip()).strip("/")
    name = "/".join(path.split("/")[:2])
    if _NAME.match(name) and ".." not in name and "--" not in name:
        return name
    raise StudioError(
        f"“{text.strip()}” is not the name of a {kind} on Hugging Face.",
        f"Names look like {_LIKE[kind]}: the publisher, a slash, and the {kind}.",
        f"Copy the name from the top of the {kind}'s page.",
        code="hub_name",
    )


def folder_name(name: str) -> str:
    return name.replace("/", "--")


def partial_folder(models: Path, name: str) -> Path:
    """Where a download grows; the catalogue passes over names that begin with a dot."""
    return models / f".{folder_name(name)}.partial"


def go_online() -> None:
    """Undo the offline switches of this process. Must come before the hub library is imported."""
    for switch in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_DATASETS_OFFLINE"):
        os.environ.pop(switch, None)
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
    os.environ["HF_HUB_DISABLE_XET"] = "1"  # plain HTTP can go on where it was cut off
    os.environ["HF_HUB_DISABLE_IMPLICIT_TOKEN"] = "1"


def look_up(
    name: str,
    token: str | None,
    kind: Kind = "model",
    choose: Callable[[str, list[str]], list[str]] | None = None,
) -> Offer:
    """Ask the Hub what it has under a name. `choose` says which files are wanted; left out, those
    of a model. Raises StudioError with a way out."""
    from huggingface_hub import HfApi

    try:
        info: Any = HfApi().repo_info(
            name, repo_type=kind, files_metadata=True, timeout=20, token=token or False
        )
    except Exception as error:
        raise explain(error, name, bool(token), kind) from error
    known = {item.rfilename: _remote(item) for item in info.siblings or []}
    card: Any = info.card_data
    told = (card.get("license") if card else None) or "unknown"
    licence = ", ".join(map(str, told)) if isinstance(told, list) else str(told)
    files = tuple(known[file] for file in (choose or choose_files)(name, list(known)))
    return Offer(name, str(info.sha), licence, files, kind)


def _remote(item: Any) -> RemoteFile:
    digest = item.lfs.sha256 if item.lfs else item.blob_id
    return RemoteFile(item.rfilename, int(item.size or 0), str(digest or ""))


def choose_files(name: str, files: list[str]) -> list[str]:
    """The files of the top folder that are needed, the small ones first."""
    top = [file for file in files if not set(file) & set("/\\:") and file[0] != "."]
    weights = [file for file in top if file.endswith(".safetensors")]
    if _INDEX not in top and _SINGLE not in weights:
        raise _no_safetensors(name, top)
    # With an index the shards count; a whole second copy beside them does not.
    wanted_weights = [
        file
        for file in weights
        if (_INDEX in top) == (file != _SINGLE) and "consolidated" not in file
    ]
    small = [file for file in top if any(fnmatch(file, pattern) for pattern in _WANTED)]
    return sorted(small) + sorted(wanted_weights)


def _no_safetensors(name: str, top: list[str]) -> StudioError:
    other = "GGUF" if any(file.endswith(".gguf") for file in top) else "pickle (.bin)"
    has = any(file.endswith((".gguf", ".bin", ".pt", ".pth")) for file in top)
    return StudioError(
        f"{name} can't be used as a base model.",
        f"It has no safetensors weights{f', only {other} files' if has else ''}.",
        "Choose a model whose files list shows model.safetensors.",
        code="hub_no_safetensors",
    )


def fetch(
    offer: Offer, models: Path, token: str | None, began: Callable[[str], None] = lambda file: None
) -> BaseModelInfo:
    """Fetch what is not there yet, check it, and put it among the models. `began` hears names."""

    def ready(file: str) -> None:
        if file.endswith(".safetensors"):  # before gigabytes are fetched in vain
            check_config(partial_folder(models, offer.name), offer.name)
        began(file)

    return _settle(offer, fetch_files(offer, models, token, ready), models)


def fetch_files(
    offer: Offer, home: Path, token: str | None, began: Callable[[str], None] = lambda file: None
) -> Path:
    """Fetch what is not there yet into a folder that is still apart. `began` hears names."""
    partial = partial_folder(home, offer.name)
    partial.mkdir(parents=True, exist_ok=True)
    _check_room(offer, partial, home)
    for file in offer.files:
        began(file.name)
        _fetch_one(offer, file, partial, token)
    return partial


def _fetch_one(offer: Offer, file: RemoteFile, partial: Path, token: str | None) -> None:
    """One file, from where it was cut off. The library's own download begins anew each time."""
    from huggingface_hub import constants, hf_hub_url
    from huggingface_hub.file_download import http_get
    from huggingface_hub.utils._headers import build_hf_headers

    # Ten times smaller than the library's own: the progress shown, and what a cut-off costs.
    constants.DOWNLOAD_CHUNK_SIZE = 2**20
    final, growing = partial / file.name, partial / f"{file.name}.part"
    if final.is_file() and final.stat().st_size == file.size:
        return
    final.parent.mkdir(parents=True, exist_ok=True)
    there = growing.stat().st_size if growing.is_file() else 0
    if there > file.size:
        there = 0
    try:
        with growing.open("r+b" if there else "wb") as stream:
            stream.seek(there)
            http_get(
                hf_hub_url(offer.name, file.name, repo_type=offer.kind, revision=offer.revision),
                stream,
                resume_size=there,
                headers=build_hf_headers(token=token or False),
                expected_size=file.size,
            )
    except Exception as error:
        raise explain(error, offer.name, bool(token), offer.kind) from error
    _verify(growing, file)
    growing.rename(final)


def _verify(path: Path, file: RemoteFile) -> None:
    """Compare with what the Hub promised; a file that differs is not kept."""
    if len(file.digest) not in (40, 64):
        return
    digest = hashlib.sha256() if len(file.digest) == 64 else hashlib.sha1(usedforsecurity=False)
    if len(file.digest) == 40:
        digest.update(f"blob {path.stat().st_size}\0".encode())
    with path.open("rb") as stream:
        while block := stream.read(2**20):
            digest.update(block)
    if digest.hexdigest() != file.digest:
        path.unlink()
        raise StudioError(
            f"{file.name} arrived damaged.",
            "Its checksum is not the one that Hugging Face gives.",
            "Fetch it again; the other files are kept.",
            code="hub_checksum",
        )


def _check_room(offer: Offer, partial: Path, models: Path) -> None:
    missing = offer.total_bytes - bytes_there(partial)
    free = shutil.disk_usage(models).free
    if missing + _SPARE > free:
        raise StudioError(
            f"There is not enough disk for {offer.name}.",
            f"It needs {format_bytes(missing)} more; {format_bytes(free)} are free.",
            "Make room, or place the workspace on another drive in the settings.",
            code="disk_full",
        )


def bytes_there(partial: Path) -> int:
    """How much has arrived, files that are still growing included."""
    total = 0
    for root, _folders, files in os.walk(partial):
        for file in files:
            try:
                total += os.stat(os.path.join(root, file)).st_size
            except FileNotFoundError:
                continue  # renamed while looking
    return total


def _settle(offer: Offer, partial: Path, models: Path) -> BaseModelInfo:
    write_source(partial, Source(name=offer.name, revision=offer.revision))
    find_model(partial)  # refuses what can't be used, while it is still apart
    final = models / folder_name(offer.name)
    if final.exists():
        shutil.rmtree(final)
    partial.rename(final)
    return find_model(final)


def partial_downloads(models: Path) -> list[tuple[str, int]]:
    """Downloads that were cut off and can go on: name and bytes that are there."""
    found = []
    for path in sorted(models.glob(".*--*.partial")):
        name = path.name.removeprefix(".").removesuffix(".partial").replace("--", "/", 1)
        found.append((name, bytes_there(path)))
    return found


def discard_partial(models: Path, name: str) -> int:
    """Delete what has arrived of a download; how many bytes that was. Not while it is fetched."""
    partial = partial_folder(models, name)
    there = bytes_there(partial)
    shutil.rmtree(partial, ignore_errors=True)
    return there
