"""Looks at folders of models that read and do not write: encoders that tell what a text means, and
taggers that tell which words are names. No torch; nothing is ever fetched."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ftstudio.basemodels.headers import read_weights
from ftstudio.basemodels.inspect import folder_there, is_known_to_transformers, plain_name
from ftstudio.core.errors import StudioError

GLINER_FILE = "gliner_config.json"
_GLINER_PACKAGE = "gliner"
_SAMPLES, _SAMPLE = 64, 1 << 16  # pieces of each file of weights that are looked at, and their size
_READ_TOO = (
    "config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json",
    "vocab.txt", "modules.json", "sentence_bert_config.json",
    "config_sentence_transformers.json", GLINER_FILE,
)  # fmt: skip
_POOLINGS = ("cls", "mean", "max", "mean_sqrt_len", "weightedmean", "lasttoken")
_MARKS = re.compile(r"^[BIESLUMbieslum][-_](?=\w)|(?<=\w)[-_][BIESLU]$")
_KINDS = {
    "name": "PER PERS PERSON NAME FIRSTNAME GIVENNAME MIDDLENAME LASTNAME SURNAME FULLNAME "
    "PATIENT DOCTOR STAFF USERNAME",
    "place": "LOC LOCATION GPE PLACE CITY TOWN VILLAGE COUNTRY STATE COUNTY REGION DISTRICT FAC "
    "FACILITY",
    "organisation": "ORG ORGANIZATION ORGANISATION COMPANY COMPANYNAME CORPORATION HOSPITAL",
    "address": "ADDRESS ADDR STREET STREETNAME STREETADDRESS SECONDARYADDRESS BUILDINGNUM "
    "BUILDINGNUMBER ZIP ZIPCODE POSTCODE POSTALCODE",
}
_KIND_OF = {name: kind for kind, names in _KINDS.items() for name in names.split()}


@dataclass(frozen=True)
class ReaderModel:
    """`fingerprint`: the same files, the same fingerprint, judged by their lists and samples."""

    path: Path
    name: str
    fingerprint: str


@dataclass(frozen=True)
class Encoder(ReaderModel):
    """How a text's vector is made of its words' vectors."""

    transformer: Path  # where config.json and the weights lie
    pooling: tuple[str, ...]
    dense: tuple[Path, ...] = ()  # layers behind the pooling
    limit: int = 0  # tokens; 0: as many as the model reads
    prompt: str = ""  # what stands before each text
    lower: bool = False


@dataclass(frozen=True)
class Tagger(ReaderModel):
    """`kinds`: what each of its labels finds, "" where that is nothing of ours."""

    kinds: dict[int, str]


@dataclass(frozen=True)
class Gliner(ReaderModel):
    """Finds what it is asked for in words; the package of that name runs it."""


def kind_of_label(label: str) -> str:
    """ "name", "place", "organisation" or "address", else "": "B-PER" is a name."""
    bare = re.sub(r"[\W_]", "", _MARKS.sub("", label)).upper()
    return _KIND_OF.get(bare, "")


def inspect_encoder(folder: Path) -> Encoder:
    """Raises StudioError, in a sentence with a way out, where the folder can't compare meanings."""
    folder, what = folder_there(folder), "can't be used to compare meanings"
    modules = _json(folder / "modules.json")
    layers = [_layer(folder, one, what) for one in modules] if isinstance(modules, list) else []
    transformer = next((path for kind, path in layers if kind == "Transformer"), folder)
    config = _check(transformer, folder.name, what)
    if config.get("is_encoder_decoder"):
        raise _unfit(folder, what, "It turns one text into another; a model that only reads is "
                     "needed.", _GET_ENCODER, "encoder_decoder")  # fmt: skip
    pooling, prompt = _pooling(folder, layers, config, what), _prompt(folder)
    dense = tuple(path for kind, path in layers if kind == "Dense")
    for path in dense:
        read_weights(path)
    settings = _json(transformer / "sentence_bert_config.json")
    settings = settings if isinstance(settings, dict) else {}
    return Encoder(
        folder, plain_name(folder),
        _fingerprint(folder, [transformer, *dense], [path for _, path in layers]),
        transformer, pooling, dense, int(settings.get("max_seq_length") or 0), prompt,
        bool(settings.get("do_lower_case")),
    )  # fmt: skip


def inspect_names(folder: Path) -> Tagger | Gliner:
    """What finds names, of either sort. Raises StudioError as the two do."""
    found = folder_there(folder)
    return inspect_gliner(found) if (found / GLINER_FILE).is_file() else inspect_tagger(found)


def inspect_gliner(folder: Path) -> Gliner:
    """Raises StudioError, in a sentence with a way out, where it can't be run, or only with code,
    packages or files from elsewhere."""
    folder = folder_there(folder)
    raw = _json(folder / GLINER_FILE)
    config = raw if isinstance(raw, dict) else {}
    encoder = config.get("encoder_config")
    if not isinstance(encoder, dict) or not (folder / "tokenizer_config.json").is_file():
        raise _unfit(folder, _NO_NAMES, "It lacks its encoder's settings or its tokenizer, which "
                     "GLiNER would fetch.", _WHOLE_GLINER, "gliner_incomplete")  # fmt: skip
    more = [one for one in _SECOND_MODELS if config.get(one)]
    if more or config.get("words_splitter_type", "whitespace") != "whitespace":
        what = ", ".join(more) or f"words cut by {config['words_splitter_type']}"
        raise _unfit(folder, _NO_NAMES, f"It needs more than the package gliner: {what}.",
                     "Choose a GLiNER model with one encoder.", "gliner_unknown_kind")  # fmt: skip
    kind = "" if "auto_map" in encoder else encoder.get("model_type", "deberta-v2")
    _check_files(folder, str(kind), folder.name, _NO_NAMES)
    if importlib.util.find_spec(_GLINER_PACKAGE) is None:
        raise _unfit(folder, _NO_NAMES, "It is a GLiNER model, and gliner, which runs those, is "
                     "not installed.", 'Install it: pip install "ftstudio[names]". Then start the '
                     "app again. Or choose a model for named entities (NER).",
                     "gliner_missing")  # fmt: skip
    return Gliner(folder, plain_name(folder), _fingerprint(folder, [folder], []))


def inspect_tagger(folder: Path) -> Tagger:
    """Raises StudioError, in a sentence with a way out, where the folder can't find names."""
    folder, what = folder_there(folder), _NO_NAMES
    config = _check(folder, folder.name, what)
    labels = config.get("id2label")
    kinds = config.get("architectures") or []
    if not isinstance(labels, dict) or not any("TokenClassification" in str(k) for k in kinds):
        raise _unfit(folder, what, "It does not give each word a label.", _GET_TAGGER, "no_tagger")
    try:
        found = {int(number): kind_of_label(str(label)) for number, label in labels.items()}
    except ValueError as error:
        raise _unfit(folder, what, "Its list of labels is damaged.", _GET_TAGGER,
                     "no_tagger") from error  # fmt: skip
    if not any(found.values()):
        some = ", ".join(sorted({str(label) for label in labels.values()})[:8])
        raise _unfit(folder, what, f"None of its labels is a name or a place; they are: {some}.",
                     _GET_TAGGER, "no_name_labels")  # fmt: skip
    return Tagger(folder, plain_name(folder), _fingerprint(folder, [folder], []), found)


_GET_ENCODER = "Choose the folder of a sentence embedding model, such as multilingual E5 or MiniLM."
_NO_NAMES = "can't be used to find names and addresses"
_WHOLE_GLINER = (
    "Choose one that holds both, or save it whole, once, where it works: "
    "GLiNER.from_pretrained(…).save_pretrained(FOLDER, safe_serialization=True)."
)
_SECOND_MODELS = ("labels_encoder", "labels_decoder", "relations_layer")
_GET_TAGGER = "Choose the folder of a model for named entities (NER), with labels such as PER and "\
    "LOC."  # fmt: skip


def _check(folder: Path, name: str, what: str) -> dict[str, Any]:
    """The configuration; the weights are safetensors, and no code of the folder's own is needed."""
    config = _json(folder / "config.json")
    if not isinstance(config, dict) or not config.get("model_type"):
        raise _unfit(folder, what, "It holds no config.json that names a model.",
                     "Choose the folder that holds config.json and model.safetensors.",
                     "model_no_config")  # fmt: skip
    _check_files(folder, str(config["model_type"]), name, what)
    return config


def _check_files(folder: Path, kind: str, name: str, what: str) -> None:
    if not is_known_to_transformers(kind.replace("-", "_")):
        raise _unfit(folder, what, "It works only with program code of its own, which is never run "
                     "here.", "Choose a model of a common kind, such as BERT or XLM-RoBERTa.",
                     "model_remote_code")  # fmt: skip
    try:
        read_weights(folder)
    except StudioError as error:
        raise StudioError(f"{name} {what}.", error.why, error.remedy, code=error.code) from error
    if not (folder / "tokenizer.json").is_file():
        raise _unfit(folder, what, "It has no tokenizer.json, by which text is cut into words.",
                     "Copy tokenizer.json into the folder, or choose another model.",
                     "model_no_tokenizer")  # fmt: skip


def _layer(folder: Path, raw: Any, what: str) -> tuple[str, Path]:
    """One line of modules.json: what it is, and where."""
    kind = str(raw.get("type", "")).rpartition(".")[2] if isinstance(raw, dict) else ""
    if kind not in ("Transformer", "Pooling", "Normalize", "Dense"):
        raise _unfit(folder, what, f"Its modules.json names a part that is not known here "
                     f"({kind or 'without a name'}).", _GET_ENCODER, "unknown_module")  # fmt: skip
    path = (folder / str(raw.get("path", ""))).resolve()
    if not path.is_relative_to(folder):
        raise _unfit(folder, what, "Its modules.json names places outside of the folder.",
                     _GET_ENCODER, "unknown_module")  # fmt: skip
    return kind, path


def _pooling(
    folder: Path, layers: Iterable[tuple[str, Path]], config: dict[str, Any], what: str
) -> tuple[str, ...]:
    """As 1_Pooling/config.json says; else the mean of the words, or a decoder's last one."""
    place = next((path for kind, path in layers if kind == "Pooling"), folder / "1_Pooling")
    raw = _json(place / "config.json")
    if isinstance(raw, dict):
        named = re.split(r"\W+", str(raw.get("pooling_mode") or ""))
        flags = {
            name.removeprefix("pooling_mode_").removesuffix("_token").removesuffix("_tokens")
            for name, on in raw.items()
            if name.startswith("pooling_mode_") and on is True
        }
        found = tuple(one for one in _POOLINGS if one in named or one in flags)
        if not found:
            raise _unfit(folder, what, "How it makes one vector of many is not known here.",
                         _GET_ENCODER, "unknown_pooling")  # fmt: skip
        return found
    kinds = [str(kind) for kind in config.get("architectures") or []]
    return ("lasttoken",) if any(kind.endswith("ForCausalLM") for kind in kinds) else ("mean",)


def _prompt(folder: Path) -> str:
    raw = _json(folder / "config_sentence_transformers.json")
    if not isinstance(raw, dict) or not isinstance(raw.get("prompts"), dict):
        return ""
    return str(raw["prompts"].get(raw.get("default_prompt_name")) or "")


def _fingerprint(folder: Path, weights: Iterable[Path], layers: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for place in dict.fromkeys([folder, *weights, *layers]):
        for name in _READ_TOO:
            file = place / name
            if file.is_file():
                digest.update(f"{place.relative_to(folder)}/{name}\0".encode())
                digest.update(file.read_bytes())
    for place in weights:
        found = read_weights(place)
        digest.update(found.digest.encode())
        for file in found.files:
            _sample(file, digest)
    return digest.hexdigest()


def _sample(file: Path, digest: Any) -> None:
    """Training moves all weights a little, so pieces tell two models of one shape apart."""
    size = file.stat().st_size
    with file.open("rb") as stream:
        for piece in range(_SAMPLES):
            stream.seek(max(0, size - _SAMPLE) * piece // (_SAMPLES - 1))
            digest.update(stream.read(_SAMPLE))


def _json(file: Path) -> Any:
    try:
        return json.loads(file.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return None


def _unfit(folder: Path, what: str, why: str, remedy: str, code: str) -> StudioError:
    return StudioError(f"{folder.name} {what}.", why, remedy, code=code)
