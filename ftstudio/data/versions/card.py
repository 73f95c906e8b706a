"""A version's README: a dataset card as the Hugging Face Hub reads it, and people too."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ftstudio.core.example import ExampleKind
from ftstudio.core.units import format_share, plural
from ftstudio.data.deciding import decisions_in_words
from ftstudio.data.kind import TITLES, classes_in_words
from ftstudio.data.licences import licence, licence_warnings, strictest
from ftstudio.data.sides.few import Few
from ftstudio.data.sides.split import SIDES
from ftstudio.data.step import steps

FILE = "README.md"
_TASKS: dict[ExampleKind, list[str]] = {
    "chat": ["text-generation", "question-answering"], "text": ["text-generation"],
    "preference": ["text-generation"], "feedback": ["text-generation"],
    "label": ["text-classification"], "number": ["text-classification"],
}  # fmt: skip
_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
_ON_THE_HUB = {"own", "internal"}  # these are no licences there
_COLUMNS = (
    ("row_id", "sha256 over what is learned from the row"),
    ("messages", "the conversation as JSON: role, content, tool calls"),
    ("tools", "the tools that may be called, as JSON"),
    ("source_row", "the row's number in the source; below nought where a step added it"),
    ("group", "rows of the same group stand on one side"),
    ("meta", "what else is known of the row, as JSON"),
    ("more", "what a conversation does not have (text, classes, two answers), as JSON"),
)


def licence_keys(manifest: Mapping[str, Any]) -> list[str]:
    """Of every source; what a source does not say is what the whole says."""
    whole = str(manifest.get("licence") or "unknown")
    return [str(one.get("licence") or whole) for one in manifest.get("sources", [])] or [whole]


def readme(manifest: Mapping[str, Any]) -> str:
    """The card of a version: what it holds, where from, how it was made, how it is checked."""
    total = sum(manifest["counts"].values())
    parts = [
        _front_matter(manifest, total),
        f"# {_line(manifest['name'])}",
        f"{TITLES[manifest['kind']]}: {plural(total, '1 example', '{n} examples')}, frozen as "
        f"`{manifest['id']}` on "
        f"{time.strftime('%Y-%m-%d', time.gmtime(manifest['created']))} by Fine-Tuning Studio.",
        _table(("part", "examples"), [(side, f"{manifest['counts'][side]:,}") for side in SIDES]),
    ]
    if few := manifest.get("few_to_check"):
        parts.append(f"**Rough figures.** {Few.model_validate(few).noted}")
    if manifest.get("labels"):
        parts.append(classes_in_words(manifest["labels"]))
    parts += ["## Licence", _licence(manifest), "## Where it comes from", _sources(manifest)]
    parts += ["## How it was made", _recipe(manifest), "## Columns"]
    parts.append(_table(("column", "holds"), _COLUMNS))
    parts += ["## How to check it", _checking(manifest)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _front_matter(manifest: Mapping[str, Any], total: int) -> str:
    """YAML; every value is written as JSON, which is YAML too."""
    key = strictest(licence_keys(manifest))
    size = next((name for limit, name in _SIZES if total < limit), "1M<n<10M")
    files = [
        {"split": side, "path": f"{side}.parquet"} for side in SIDES if manifest["counts"][side]
    ]
    whole: dict[str, Any] = {
        "pretty_name": _line(manifest["name"]),
        "license": "other" if key in _ON_THE_HUB else key,
        "task_categories": _TASKS[manifest["kind"]],
        "size_categories": [size],
        "tags": ["fine-tuning-studio"],
        "configs": [{"config_name": "default", "data_files": files}],
    }
    if key in _ON_THE_HUB:
        whole["license_name"] = key
    lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in whole.items()]
    return "\n".join(["---", *lines, "---"])


def _licence(manifest: Mapping[str, Any]) -> str:
    keys, commercial = licence_keys(manifest), manifest.get("commercial")
    said = [f"The strictest of its sources' licences holds: **{licence(strictest(keys)).title}**."]
    return "\n".join(said + [f"- {warning}" for warning in licence_warnings(keys, commercial)])


def _sources(manifest: Mapping[str, Any]) -> str:
    keys = licence_keys(manifest)
    rows = [
        (_line(one.get("name", "")), f"{one.get('size', 0):,}", f"`{one.get('sha256', '')}`",
         licence(key).title)
        for one, key in zip(manifest.get("sources", []), keys, strict=False)
    ]  # fmt: skip
    lost = manifest.get("rows", {})
    told = [_table(("file", "bytes", "sha256", "licence"), rows)] if rows else []
    if parents := manifest.get("made_from"):
        told.append(_table(("dataset", "id"), [(_line(p["name"]), p["id"]) for p in parents]))
    if "in_file" in lost:
        told.append(_sum_of_rows(lost, manifest.get("steps", [])))
    for one in manifest.get("sources", []):
        if "fit_none" in (rows := one.get("rows", {})):
            told.append(
                f"{_line(one.get('name', ''))} was joined: "
                f"{plural(rows['in_file'], '1 row', '{n} rows')}; fitting none of the first file: "
                f"{rows['fit_none']:,}."
            )
    return "\n\n".join(told)


def _sum_of_rows(rows: Mapping[str, int], done: Iterable[Mapping[str, Any]]) -> str:
    """So that whoever adds up finds every row again."""
    done = [step for step in done if not step.get("off")]
    added = sum(step.get("added", 0) for step in done)
    gone = sum(step.get("rows_in", 0) - step.get("rows_out", 0) for step in done) + added
    none = plural(rows["no_example"], "1 makes no example", "{n} make no example")
    said = [f"{rows['not_read']:,} could not be read", none]
    if gone:
        said.append(f"the steps below left out {gone:,}")
    if added:
        said.append(f"they added {added:,}")
    return (
        f"{plural(rows['in_file'], '1 row', '{n} rows')} in the source: {', '.join(said)}. "
        f"{plural(rows['examples'], '1 is', '{n} are')} here. What was left out stands in "
        "`dropped.csv`, with reasons."
    )


def _recipe(manifest: Mapping[str, Any]) -> str:
    rows = []
    for step in manifest.get("steps", []):
        key = str(step.get("key", ""))
        title = steps()[key].title if key in steps() else key
        gone = step.get("rows_in", 0) + step.get("added", 0) - step.get("rows_out", 0)
        rows.append((_line(title) + (" (off)" if step.get("off") else ""), f"{gone:,}",
                     f"{step.get('changed', 0):,}", f"{step.get('added', 0):,}"))  # fmt: skip
    said = [_table(("step", "left out", "changed", "added"), rows)] if rows else []
    said += decisions_in_words(manifest.get("steps", []))
    split = manifest.get("split", {})
    if split:
        said.append(
            f"Held back: {format_share(split.get('validation', 0))} for validation, "
            f"{format_share(split.get('test', 0))} for the test, drawn with seed "
            f"{split.get('seed', 0)}; rows with the same question, group or image stay on one side."
        )
    if manifest.get("erased"):
        said.append("Rows about a person were erased from it on request.")
    return "\n\n".join(said) or "Its rows were taken as they were."


def _checking(manifest: Mapping[str, Any]) -> str:
    root = manifest.get("merkle", {}).get("rows", "")
    said = "`version.json` holds the sha256 of every file."
    if root:
        said += (
            f" The Merkle root of all rows is `{root}`: the `row_id`s are sorted, a leaf is "
            "sha256(0x00 + row_id), a knot sha256(0x01 + left + right), one without a neighbour "
            "goes up as it is."
        )
    return said


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _line(text: object) -> str:
    """A name on one line that breaks no table."""
    return " ".join(str(text).split()).replace("|", "\\|")
