"""`ftstudio data …`: what a file is, and how it becomes a dataset; see also recipe_verbs."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ftstudio.cli import (
    annotate_verbs,
    few_told,
    model_steps,
    personal_told,
    recipe_verbs,
    version_verbs,
)
from ftstudio.cli.choose import existing, shortened
from ftstudio.cli.options import Verbs, own_name, own_path, with_few, with_json
from ftstudio.cli.screen import Screen
from ftstudio.cli.writing import demand_new_folder, demand_place
from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace
from ftstudio.core.units import format_share, plural

if TYPE_CHECKING:
    from ftstudio.data.table import RawTable


def add(verbs: Verbs) -> None:
    room = verbs.add_parser("data", help="look at a file, turn it into a dataset, list datasets")
    inner = room.add_subparsers(metavar="WHAT", required=True)

    inspect = inner.add_parser("inspect", help="what a file is, and what would be made of it")
    inspect.add_argument("file", type=own_path, help="a file or a folder")
    _reading(inspect)
    with_json(inspect).set_defaults(run=_inspect)

    problems = inner.add_parser("problems", help="the rows of a file that can't be read, as a CSV")
    problems.add_argument("file", type=own_path, help="a file or a folder")
    problems.add_argument("--out", type=own_path, required=True, help="a .csv")
    _reading(problems)
    problems.add_argument("--join", type=own_path, help="a second file that belongs to it by an id")
    problems.add_argument("--on", default="", metavar="COLUMN", help="as for `data prepare`")
    with_json(problems).set_defaults(run=_problems)

    prepare = inner.add_parser("prepare", help="make a frozen dataset from a file")
    prepare.add_argument("file", type=own_path, help="a file or a folder")
    prepare.add_argument("--out", type=own_path, help="a new folder; without it, the workspace")
    prepare.add_argument("--name", type=own_name, default="", help="how the dataset is called")
    prepare.add_argument(
        "--layout",
        help="what a row is: question_answer, instruction, messages, written, seed_tasks, "
        "preference, ranked, duel, feedback, label, number or text; else guessed",
    )
    prepare.add_argument(
        "--map", action="append", default=[], metavar="COLUMN=ROLE",
        help="what a column holds, e.g. Frage=question; else guessed",
    )  # fmt: skip
    prepare.add_argument("--join", type=own_path, help="a second file that belongs to it by an id")
    prepare.add_argument(
        "--on", default="", metavar="COLUMN",
        help="the column that both files have (or FIRST=SECOND); else found",
    )  # fmt: skip
    prepare.add_argument("--licence", metavar="KEY", help="the file's, e.g. cc-by-4.0, mit, own; "
                         "else what lies beside it says")  # fmt: skip
    prepare.add_argument("--join-licence", metavar="KEY", help="that of the second file")
    prepare.add_argument("--validation", type=float, default=0.1, help="share held back (0.1)")
    prepare.add_argument("--test", type=float, default=0.0, help="share kept for a last test (0)")
    prepare.add_argument("--seed", type=int, default=7, help="another one divides otherwise (7)")
    prepare.add_argument("--group-column", default="", help="rows with the same text in it stay on "
                         "one side of the split")  # fmt: skip
    prepare.add_argument("--keep-near-together", action="store_true",
                         help="what says nearly the same stays on one side too")  # fmt: skip
    prepare.add_argument("--each-class", action="store_true",
                         help="a class without a row for validation gives one")  # fmt: skip
    prepare.add_argument("--fill-up", action="store_true", help="draw further rows for validation "
                         "where the file's own are fewer than the share")  # fmt: skip
    with_few(prepare)
    model_steps.add_options(prepare)
    _reading(prepare)
    with_json(prepare).set_defaults(run=_prepare)

    fetched = inner.add_parser("fetch", help="a dataset from Hugging Face (uses the network)")
    fetched.add_argument("name", help="e.g. openai/gsm8k; only its name is sent")
    with_json(fetched).set_defaults(run=_fetch)

    with_json(inner.add_parser("list", help="the datasets of the workspace")).set_defaults(
        run=_list
    )
    recipe_verbs.add(inner)
    version_verbs.add(inner)
    annotate_verbs.add(inner)


def _reading(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--encoding", help="of a text file, e.g. cp1252; else guessed")
    parser.add_argument("--delimiter", help="between columns, e.g. ';' or '\\t'; else guessed")
    parser.add_argument(
        "--sheet",
        help="of a workbook; or a database’s table, an archive’s file; "
        "else the one that holds most",
    )
    parser.add_argument("--header-row", type=int, help="number of the row with the column names")
    parser.add_argument("--stop-at-bad-rows", action="store_true", help="instead of skipping them")


def _options(arguments: argparse.Namespace) -> Any:
    from ftstudio.data.format import ReadOptions

    delimiter = "\t" if arguments.delimiter == "\\t" else arguments.delimiter
    if delimiter is not None and len(delimiter) != 1:
        raise StudioError(
            f"“{shortened(delimiter)}” can't stand between columns.",
            "A delimiter is one sign.",
            "For example: --delimiter ';' or --delimiter '\\t'. Without it, it is found out.",
            code="bad_delimiter",
        )
    if arguments.header_row is not None and arguments.header_row < 1:
        raise StudioError(
            f"There is no row {arguments.header_row} that could hold the names.",
            "Rows are counted from 1, as in the file.",
            "For example: --header-row 3. Without it, the row is found out.",
            code="bad_header_row",
        )
    return ReadOptions(
        sheet=arguments.sheet,
        encoding=arguments.encoding,
        delimiter=delimiter,
        skip_bad=not arguments.stop_at_bad_rows,
        header_row=arguments.header_row,
    )


def _inspect(arguments: argparse.Namespace, screen: Screen) -> int:
    from ftstudio.data.prepare import inspect

    found = inspect(existing(arguments.file), _options(arguments))
    # Read by programs more often than by people: whoever pipes it gets JSON without asking.
    if arguments.json or not sys.stdout.isatty():
        screen.show_json(found)
        return 0
    screen.say(f"{arguments.file.name}: {found['format']}, "
               f"{plural(found['rows'], '1 row', '{n} rows')}")  # fmt: skip
    screen.say(f"Looks like: {found['layout']} ({format_share(found['confidence'])} sure)")
    screen.say(f"  {found['reason']}")
    screen.table(
        [("COLUMN", "HOLDS"), *((str(c["name"]), str(c["role"] or "–")) for c in found["columns"])]
    )
    if found["rows_with_problems"]:
        count = found["rows_with_problems"]
        screen.say(plural(count, "1 row with a problem:", "{n} rows with problems:"))
    for problem in found["problems"][:20]:
        screen.say(f"  line {problem['line']}: {problem['reason']}  {problem['text'][:80]}")
    return 0


def _problems(arguments: argparse.Namespace, screen: Screen) -> int:
    from ftstudio.data.csv_file import PROBLEM_COLUMNS, write_problems

    source, second = existing(arguments.file), _second(arguments)
    demand_place(
        arguments.out, "The table of problems", lambda text: text.startswith(PROBLEM_COLUMNS)
    )
    with tempfile.TemporaryDirectory(prefix="ftstudio-problems-") as folder:
        table = _read(source, second, Path(folder), arguments)
    count = sum(1 for problem in table.problems if problem.row)
    try:
        write_problems(arguments.out, table.problems, table.beside)
    except OSError as error:
        raise StudioError(
            f"{arguments.out} could not be written.",
            f"The system says: {error.strerror or error}.",
            "Choose another place, or free some space.",
            code="disk",
        ) from error
    screen.result(
        {"rows_in_file": table.rows_in_file, "rows": table.row_count, "problems": count,
         "fit_nothing": [problem.row for problem in table.beside], "out": str(arguments.out)}
    )  # fmt: skip
    lie = f"{'which lies' if count == 1 else 'which lie'} in {arguments.out}" if count else ""
    screen.say(
        f"{plural(table.rows_in_file, '1 row', '{n} rows')} in the file = {table.row_count:,} read "
        f"+ {count:,} with a problem{', ' + lie if lie else ''}"
    )
    if table.beside:
        screen.say(plural(
            len(table.beside), "1 row of {second} fits no row of it; it stands there too",
            "{n} rows of {second} fit no row of it; they stand there too", second=second,
        ))  # fmt: skip
    return 0


def _read(source: Path, second: Path | None, home: Path, arguments: argparse.Namespace) -> RawTable:
    from ftstudio.data.drafting.joining import join_tables
    from ftstudio.data.format import ReadOptions
    from ftstudio.data.ingest.reading import read_file

    table = read_file(source, home / "table", _options(arguments))
    if second is None:
        return table
    other = read_file(second, home / "second", ReadOptions())
    return join_tables(table, other, arguments.on, home)


def _second(arguments: argparse.Namespace) -> Path | None:
    """The file to join. Raises StudioError where a column is named and no file."""
    if arguments.join is not None:
        return existing(arguments.join)
    if arguments.on:
        raise StudioError(
            f"There is no second file to join by “{shortened(arguments.on)}”.",
            "--on says by which column two files belong together.",
            "Name the second file: --join FILE.",
            code="nothing_to_join",
        )
    return None


def _prepare(arguments: argparse.Namespace, screen: Screen) -> int:
    from ftstudio.data.kind import TITLES, classes_in_words
    from ftstudio.data.prepare import prepare
    from ftstudio.data.sides.split import SplitChoice

    source, second = existing(arguments.file), _second(arguments)
    demand_new_folder(arguments.out)
    for share in (arguments.validation, arguments.test):
        if not 0 <= share <= 0.5:
            raise StudioError(
                f"{share} can't be held back.",
                "A share is between 0 and 0.5.",
                "0.1 holds back every tenth question.",
                code="bad_share",
            )
    name = arguments.name or source.name.partition(".")[0]
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
            each_class=arguments.each_class,
            fill_up=arguments.fill_up,
        ),
        group_column=arguments.group_column,
        join=second,
        licence=_licence(arguments.licence),
        join_licence=_licence(arguments.join_licence),
        few=arguments.few,
        on=arguments.on,
        name=name,
        progress=lambda share: screen.progress(f"Preparing  {format_share(share):>5}"),
        then=model_steps.wished(arguments, screen),
    )
    counts, facts = version.counts, version.facts
    personal = personal_told.look(version)
    screen.result(
        {
            "id": version.id,
            "path": str(version.path),
            "name": version.name,
            "also": version.also,
            "counts": counts,
            "licence": version.manifest.get("licence"),
            "sources": version.manifest.get("sources"),
            "kind": facts.kind,
            "labels": facts.labels,
            "steps": version.manifest.get("steps", []),
            "layout": version.manifest.get("layout"),
            "mapping": version.manifest.get("mapping"),
            "few_to_check": version.manifest.get("few_to_check"),
            "personal": personal_told.as_json(personal),
        }
    )
    sides = ", ".join(f"{count:,} {side}" for side, count in counts.items() if count)
    screen.say(f"{version.name} ({version.id}): {TITLES[facts.kind]}, {sides}")
    if facts.labels:
        screen.say(classes_in_words(facts.labels))
    few_told.tell(version, screen)
    few_told.tell_again(version, name, screen)
    screen.say(personal_told.in_words(personal))
    for one in version.manifest["sources"]:
        if left := one.get("rows", {}).get("fit_none", 0):
            fit = plural(left, "1 row of {name} fits", "{n} rows of {name} fit", name=one["name"])
            screen.say(f"{fit} no row of {source.name}: see dropped.csv there, or ftstudio data "
                       "problems")  # fmt: skip
    if version.manifest["licence"] == "unknown" and version.manifest["sources"]:
        unsaid = [one["name"] for one in version.manifest["sources"] if one["licence"] == "unknown"]
        screen.say(f"The licence is not said of: {', '.join(unsaid)} (--licence, --join-licence)")
    screen.say(f"It lies in {version.path}")
    return 0


def _fetch(arguments: argparse.Namespace, screen: Screen) -> int:
    from ftstudio.cli.fetching import fetch

    return fetch(Workspace.current(), arguments.name, "dataset", "ftstudio data fetch", screen)


def _licence(key: str | None) -> str:
    """Raises StudioError for what is none: a slip would make a free dataset a strict one."""
    from ftstudio.data.licences import licences

    known = [one.key for one in licences()]
    if key is None or key in known:
        return key or ""
    raise StudioError(
        f"“{shortened(key)}” is no licence that is known here.",
        f"There are: {', '.join(known)}.",
        "Choose one of these, or “other”.",
        code="unknown_licence",
    )


def _list(arguments: argparse.Namespace, screen: Screen) -> int:
    from ftstudio.data.kind import TITLES
    from ftstudio.data.versions.library import list_versions

    versions = list_versions(Workspace.current())
    screen.result(
        [
            {"id": v.id, "name": v.name, "also": v.also, "path": str(v.path), "created": v.created,
             "counts": v.counts, "kind": v.facts.kind, "labels": v.facts.labels}
            for v in versions
        ]
    )  # fmt: skip
    if not versions:
        screen.say("No datasets yet. Make one: ftstudio data prepare FILE")
        return 0
    rows = [
        (v.id, ", ".join((v.name, *v.also)), TITLES[v.facts.kind], f"{v.total:,}") for v in versions
    ]
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
