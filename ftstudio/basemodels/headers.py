"""Safetensors headers, read by hand: names, shapes and sizes without loading a weight."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ftstudio.core.errors import StudioError

_LENGTH_BYTES = 8
_MAX_HEADER = 100_000_000  # the safetensors library's own limit
_MAX_TENSORS = 1_000_000
_INDEX = "model.safetensors.index.json"

DTYPE_BYTES = {
    "F64": 8, "I64": 8, "U64": 8, "F32": 4, "I32": 4, "U32": 4, "F16": 2, "BF16": 2, "I16": 2,
    "U16": 2, "F8_E4M3": 1, "F8_E5M2": 1, "I8": 1, "U8": 1, "BOOL": 1,
}  # fmt: skip
DTYPE_NAMES = {"F64": "float64", "F32": "float32", "F16": "float16", "BF16": "bfloat16"}


@dataclass(frozen=True)
class Tensor:
    name: str
    dtype: str  # as in the file: "BF16"
    shape: tuple[int, ...]

    @property
    def count(self) -> int:
        return math.prod(self.shape)

    @property
    def bytes(self) -> int:
        return self.count * DTYPE_BYTES[self.dtype]


@dataclass(frozen=True)
class Weights:
    """All tensors of a model folder, and a digest over its headers and file sizes."""

    tensors: dict[str, Tensor]
    files: tuple[Path, ...]
    digest: str

    @property
    def dtype(self) -> str:
        """The type that most bytes have."""
        sums: dict[str, int] = {}
        for tensor in self.tensors.values():
            sums[tensor.dtype] = sums.get(tensor.dtype, 0) + tensor.bytes
        most = max(sums, key=lambda name: sums[name])
        return DTYPE_NAMES.get(most, most.lower())


def read_weights(folder: Path) -> Weights:
    """Headers of `model.safetensors` or of every shard that the index names."""
    files = weight_files(folder)
    tensors: dict[str, Tensor] = {}
    digest = hashlib.sha256()
    for file in files:
        header, size = _read_header(file)
        digest.update(f"{file.name}\0{size}\0".encode())
        digest.update(header)
        for tensor in _tensors(file, header, size):
            tensors[tensor.name] = tensor
    if not tensors:
        raise damaged(files[0], "It holds no weights.")
    return Weights(tensors, files, digest.hexdigest())


def tensors_of(file: Path) -> list[Tensor]:
    """Of one file of weights, whatever its name."""
    return _tensors(file, *_read_header(file))


def weight_files(folder: Path) -> tuple[Path, ...]:
    """The files that hold the weights, or a sentence on what lies there instead."""
    single = folder / "model.safetensors"
    index = folder / _INDEX
    if index.is_file():
        return _shards(folder, index)
    if single.is_file():
        return (single,)
    raise _no_weights(folder)


def _shards(folder: Path, index: Path) -> tuple[Path, ...]:
    try:
        names = sorted(set(json.loads(index.read_text("utf-8"))["weight_map"].values()))
        good = bool(names) and all(isinstance(n, str) and Path(n).name == n for n in names)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise damaged(index, "The list of its parts can't be read.") from error
    if not good:
        raise damaged(index, "The list of its parts names files outside the folder.")
    missing = [name for name in names if not (folder / name).is_file()]
    if missing:
        raise StudioError(
            f"The model in {folder.name} is not complete.",
            f"{len(missing)} of its {len(names)} weight files are missing, first {missing[0]}.",
            "Copy or download the model again; what is already there is kept.",
            code="model_incomplete",
        )
    return tuple(folder / name for name in names)


def _no_weights(folder: Path) -> StudioError:
    names = {path.name for path in folder.iterdir()}
    suffixes = {path.suffix.lower() for path in folder.iterdir()}
    what = f"{folder.name} can't be used as a base model."
    if "adapter_config.json" in names:
        return StudioError(
            what, "It is an adapter, which needs its base model.",
            "Choose the base model here; bring the adapter in under Adapters.",
            code="model_is_adapter",
        )  # fmt: skip
    if suffixes & {".bin", ".pt", ".pth", ".ckpt"}:
        return StudioError(
            what,
            "Its weights are pickle files (.bin), which can run program code when they are opened.",
            "Get the same model as safetensors; most models on Hugging Face have both.",
            code="model_pickle",
        )
    if ".gguf" in suffixes:
        return StudioError(
            what, "Its weights are GGUF files, which are made for answering, not for learning.",
            "Get the original model as safetensors.", code="model_gguf",
        )  # fmt: skip
    if "consolidated.safetensors" in names:
        return StudioError(
            what, "Its weights are in the publisher's own layout (consolidated.safetensors).",
            "Get the version for Transformers, with config.json and model.safetensors.",
            code="model_layout",
        )  # fmt: skip
    return StudioError(
        what, "There is no model.safetensors in it.",
        "Choose the folder that holds config.json and model.safetensors.",
        code="model_no_weights",
    )  # fmt: skip


def damaged(file: Path, why: str) -> StudioError:
    return StudioError(
        f"{file.name} of the model {file.parent.name} is damaged.",
        why,
        "Copy or download the model again.",
        code="model_damaged",
    )


def _read_header(file: Path) -> tuple[bytes, int]:
    try:
        size = file.stat().st_size
        with file.open("rb") as stream:
            length = int.from_bytes(stream.read(_LENGTH_BYTES), "little")
            if length > min(_MAX_HEADER, size - _LENGTH_BYTES) or length < 2:
                raise damaged(file, "Its beginning is not that of a safetensors file.")
            return stream.read(length), size
    except OSError as error:
        raise StudioError(
            f"{file.name} can't be read.", f"The system says: {error.strerror or error}.",
            "Check the rights of the folder, or choose another one.", code="model_unreadable",
        ) from error  # fmt: skip


def _tensors(file: Path, header: bytes, size: int) -> list[Tensor]:
    try:
        raw = json.loads(header)
        raw.pop("__metadata__", None)
        if len(raw) > _MAX_TENSORS:
            raise damaged(file, f"It names {len(raw):,} tensors, more than any model has.")
        spans = [_tensor(name, entry) for name, entry in raw.items()]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise damaged(file, "Its list of weights can't be read.") from error
    end = 0
    for tensor, (start, stop) in sorted(spans, key=lambda pair: pair[1]):
        if start != end or stop - start != tensor.bytes:
            raise damaged(file, f"The place of {tensor.name} in the file is wrong.")
        end = stop
    expected = _LENGTH_BYTES + len(header) + end
    if size < expected:
        raise damaged(file, f"It was cut off: {size:,} bytes of {expected:,} are there.")
    if size > expected:
        raise damaged(file, f"It is {size - expected:,} bytes longer than its list of weights.")
    return [tensor for tensor, _span in spans]


def _tensor(name: str, entry: dict[str, Any]) -> tuple[Tensor, tuple[int, int]]:
    shape = tuple(entry["shape"])
    start, stop = entry["data_offsets"]
    if not all(isinstance(n, int) and n >= 0 for n in (*shape, start, stop)):
        raise ValueError("sizes must be whole numbers")
    if entry["dtype"] not in DTYPE_BYTES:
        raise ValueError("unknown dtype")
    return Tensor(name, entry["dtype"], shape), (start, stop)
