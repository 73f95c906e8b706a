"""Options that several verbs share."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    Verbs: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
else:
    Verbs = object


def own_path(text: str) -> Path:
    """A path as it was typed; “~” is the person's own folder, also behind “--out=”."""
    return Path(os.path.expanduser(text))  # Path's own way fails for a person it does not know


def own_name(text: str) -> str:
    """A name as it was typed, on one line and without signs that can't be seen."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def with_json(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("--json", action="store_true", help="print one JSON value and nothing else")
    return parser


def with_plan(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """What makes a plan: data, model, method and settings."""
    parser.add_argument("--data", help="a file, a dataset folder, or a dataset's id")
    parser.add_argument("--model", default="starter", help="a folder, a model's name, or “starter”")
    parser.add_argument("--method", default="lora", help="which weights learn (lora)")
    parser.add_argument("--objective", default="", help="what to learn from (instruct)")
    parser.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", dest="settings",
        help="a setting, e.g. training.epochs=3 or method.rank=32; may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--more-data", action="append", default=[], metavar="DATA[:WEIGHT]",
        help="a further dataset, for --objective multi_task; may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--protect", action="append", default=[], metavar="KEY=DATA[:NAME=VALUE,…]",
        help="what shall not be forgotten, e.g. replay=general.jsonl:share=0.25; may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--reward", action="append", default=[], metavar="KEY[:NAME=VALUE,…][*WEIGHT]",
        help="what an answer is worth, for --objective ppo, grpo or rloo: a rule, e.g. "
        "contains:text=sorry*2, or model:FOLDER; may be repeated",
    )  # fmt: skip
    parser.add_argument("--name", default="", help="how the run is called")
    return with_few(parser)


def with_few(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument(
        "--few", action="store_true",
        help="where a file becomes a dataset: go on with fewer than 20 rows for validation, or "
        "with a class that has none; figures will be rough, and the dataset says so",
    )  # fmt: skip
    return parser
