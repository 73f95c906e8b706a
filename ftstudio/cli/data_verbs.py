"""`ftstudio data …`: what a file is, and how it becomes a dataset; see also recipe_verbs."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from ftstudio.cli import annotate_verbs, recipe_verbs, version_verbs
from ftstudio.cli.options import Verbs, with_json
from ftstudio.cli.screen import Screen
from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace


def add(verbs: Verbs) -> None:
    room = verbs.add_parser("data", help="look at a file, turn it into a dataset, list datasets")
    inner = room.add_subparsers(metavar="WHAT", required=True)

    inspect = inner.add_parser("inspect", help="what a file is, and what would be made of it")
    inspect.add_argument("file", type=Path)
    _reading(inspect)
    with_json(inspect).set_defaults(run=_inspect)

    problems = inner.add_parser("problems", help="the rows of a file that can't be read, as a CSV")
    problems.add_argument("file", type=Path)
    problems.add_argument("--out", type=Path, required=True, help="a .csv")
    _reading(problems)
    with_json(problems).set_defaults(run=_problems)

    prepare = inner.add_parser("prepare", help="make a frozen dataset from a file")
    prepare.add_argument("file", type=Path)
    prepare.add_argument("--out", type=Path, help="a new folder; without it, the workspace")
    prepare.add_argument("--name", default="", help="how the dataset is called")
    prepare.add_argument(
        "--layout",
        help="what a row is: question_answer, instruction, messages, written, seed_tasks, "
        "preference, ranked, duel, feedback, label, number or text; else guessed",
    )
    prepare.add_argument(
        "--map", action="append", default=[], metavar="COLUMN=ROLE",
        help="what a column holds, e.g. Frage=question; else guessed",
    )  # fmt: skip
    prepare.add_argument("--join", type=Path, help="a second file that belongs to it by an id")
    prepare.add_argument(
        "--on", default="", metavar="COLUMN",
        help="the column that both files have (or FIRST=SECOND); else found",
    )  # fmt: skip
    prepare.add_argument("--validation", type=float, default=0.1, help="share held back (0.1)")
    prepare.add_argument("--test", type=float, default=0.0, help="share kept for a last test (0)")
    prepare.add_argument("--seed", type=int, default=7)
    prepare.add_argument("--group-column", default="", help="rows with the same text in it stay on "
                         "one side of the split")  # fmt: skip
    prepare.add_argument("--keep-near-together", action="store_true",
                         help="what says nearly the same stays on one side too")  # fmt: skip
    _reading(prepare)
    with_json(prepare).set_defaults(run=_prepare)

    with_json(inner.add_parser("list", help="the datasets of the workspace")).set_defaults(
        run=_list
    )
    recipe_verbs.add(inner)
    version_verbs.add(inner)
    annotate_verbs.add(inner)


def _reading(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--encoding", help="of a text file, e.g. cp1252; else guessed")
    parser.add_argument("--delimiter", help="between columns, e.g. ';' or '\\t'; else guessed")
    parser.add_argument("--sheet", help="of a workbook; else the first that holds data")
    parser.add_argument("--header-row", type=int, help="number of the row with the column names")
    parser.add_argument("--stop-at-bad-rows", action="store_true", help="instead of skipping them")


def _options(arguments: argparse.Namespace) -> Any:
    from ftstudio.data.format import ReadOptions

    delimiter = arguments.delimiter
    return ReadOptions(
        sheet=arguments.sheet,
        encoding=arguments.encoding,
        delimiter="\t" if delimiter == "\\t" else delimiter,
        skip_bad=not arguments.stop_at_bad_rows,
        header_row=arguments.header_row,
    )


def _inspect(arguments: argparse.Namespace, screen: Screen) -> int:
    from ftstudio.data.prepare import inspect

    found = inspect(_existing(arguments.file), _options(arguments))
    # Read by programs more often than by people: whoever pipes it gets JSON without asking.
    if arguments.json or not sys.stdout.isatty():
        screen.show_json(found)
        return 0
    screen.say(f"{arguments.file.name}: {found['format']}, {found['rows']:,} rows")
    screen.say(f"Looks like: {found['layout']} ({found['confidence']:.0%} sure)")
    screen.say(f"  {found['reason']}")
    screen.table(
        [("COLUMN", "HOLDS"), *((str(c["name"]), str(c["role"] or "–")) for c in found["columns"])]
    )
    if found["rows_with_problems"]:
        screen.say(f"{found['rows_with_problems']:,} rows with problems:")
    for problem in found["problems"][:20]:
        screen.say(f"  line {problem['line']}: {problem['reason']}  {problem['text'][:80]}")
    return 0


def _problems(arguments: argparse.Namespace, screen: Screen) -> int:
    import tempfile

    from ftstudio.data.csv_file import write_problems
    from ftstudio.data.reading import read_file

    source = _existing(arguments.file)
    with tempfile.TemporaryDirectory(prefix="ftstudio-problems-") as folder:
        table = read_file(source, Path(folder) / "table", _options(arguments))
    count = sum(1 for problem in table.problems if problem.row)
    try:
        write_problems(arguments.out, table.problems)
    except OSError as error:
        raise StudioError(
            f"{arguments.out} could not be written.",
            f"The system says: {error.strerror or error}.",
            "Choose another place.",
            code="disk",
        ) from error
    screen.result(
        {"rows_in_file": table.rows_in_file, "rows": table.row_count, "problems": count,
         "out": str(arguments.out)}
    )  # fmt: skip
    screen.say(
        f"{table.rows_in_file:,} rows in the file = {table.row_count:,} read + {count:,} with a "
        f"problem, which lie in {arguments.out}"
    )
    return 0


def _prepare(arguments: argparse.Namespace, screen: Screen) -> int:
    from ftstudio.data.kind import TITLES, classes_in_words
    from ftstudio.data.prepare import prepare
    from ftstudio.data.split import SplitChoice

    source = _existing(arguments.file)
    for share in (arguments.validation, arguments.test):
        if not 0 <= share <= 0.5:
            raise StudioError(
                f"{share} can't be held back.",
                "A share is between 0 and 0.5.",
                "0.1 holds back every tenth question.",
                code="bad_share",
            )
    version = prepare(
        source,
        None if arguments.out else Workspace.current(),
        arguments.out,
        options=_options(arguments),
        layout=arguments.layout,
        mapping=_mapping(arguments.map) or None,
        split=SplitChoice(
            validation=arguments.validation,
            test=arguments.test,
            seed=arguments.seed,
            near=arguments.keep_near_together,
        ),
        group_column=arguments.group_column,
        join=_existing(arguments.join) if arguments.join else None,
        on=arguments.on,
        name=arguments.name or source.name.partition(".")[0],
        progress=lambda share: screen.progress(f"Preparing  {share:4.0%}"),
    )
    counts, facts = version.counts, version.facts
    screen.result(
        {
            "id": version.id,
            "path": str(version.path),
            "name": version.name,
            "counts": counts,
            "kind": facts.kind,
            "labels": facts.labels,
            "steps": version.manifest.get("steps", []),
            "layout": version.manifest.get("layout"),
            "mapping": version.manifest.get("mapping"),
        }
    )
    sides = ", ".join(f"{count:,} {side}" for side, count in counts.items() if count)
    screen.say(f"{version.name} ({version.id}): {TITLES[facts.kind]}, {sides}")
    if facts.labels:
        screen.say(classes_in_words(facts.labels))
    screen.say(f"It lies in {version.path}")
    return 0


def _list(arguments: argparse.Namespace, screen: Screen) -> int:
    from ftstudio.data.kind import TITLES
    from ftstudio.data.library import list_versions

    versions = list_versions(Workspace.current())
    screen.result(
        [
            {"id": v.id, "name": v.name, "path": str(v.path), "created": v.created,
             "counts": v.counts, "kind": v.facts.kind, "labels": v.facts.labels}
            for v in versions
        ]
    )  # fmt: skip
    if not versions:
        screen.say("No datasets yet. Make one: ftstudio data prepare FILE")
        return 0
    rows = [(v.id, v.name, TITLES[v.facts.kind], f"{v.total:,}") for v in versions]
    screen.table([("ID", "NAME", "KIND", "EXAMPLES"), *rows])
    return 0


def _mapping(pairs: list[str]) -> dict[str, str]:
    mapping = {}
    for pair in pairs:
        column, found, role = pair.rpartition("=")
        if not found or not column or not role:
            raise StudioError(
                f"The mapping “{pair}” can't be understood.",
                "A mapping is written COLUMN=ROLE.",
                "For example: --map Frage=question --map Antwort=answer.",
                code="bad_mapping",
            )
        mapping[column] = role
    return mapping


def _existing(path: Path) -> Path:
    path = path.expanduser()
    if not path.exists():
        raise StudioError(
            f"{path} can't be read.",
            "There is no such file or folder.",
            "Check the path and its spelling. A dataset of the Hugging Face hub is downloaded "
            "first: `hf download NAME --repo-type dataset --local-dir FOLDER`, then name FOLDER.",
            code="file_missing",
        )
    return path
