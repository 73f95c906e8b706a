"""Classes with too many or too few rows: some rows of the large left out, of the small repeated."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from ftstudio.core.params import Params, param
from ftstudio.data.acting import adjust, because, told
from ftstudio.data.step import Finding, Outcome, Row, Step, fresh_numbers
from ftstudio.data.watched import by_hash, progress_of

_UNEVEN = 5  # times as many rows as the smallest class
_TIMES = 10  # that a row is repeated at most


class BalanceParams(Params):
    most: int | None = param(
        None, title="At most for each class", unit="rows", minimum=1, maximum=100_000_000,
        empty="no limit",
        help="Which rows stay is drawn by the seed. Left empty, none is left out.",
    )  # fmt: skip
    least: int | None = param(
        None, title="At least for each class", term="oversampling", unit="rows", minimum=1,
        maximum=1_000_000, empty="no limit",
        help="Rows of small classes are repeated. The copies stay on one side of the split.",
    )  # fmt: skip
    times: int = param(
        _TIMES, title="Each row at most", unit="times", minimum=2, maximum=100, level="all",
        help="A row that is repeated a hundred times is known by heart.",
        only_if={"least": ()},
    )  # fmt: skip
    seed: int = param(
        7, title="Seed", minimum=0, maximum=2_147_483_647, level="all",
        help="The same seed draws the same rows.",
    )  # fmt: skip


def _lacking(params: Params) -> str:
    assert isinstance(params, BalanceParams)
    if params.most is None and params.least is None:
        return "Say how many rows a class has at most, or at least."
    if params.most is not None and params.least is not None and params.least > params.most:
        return "“At least” can't be more than “at most”."
    return ""


def _class(row: Row) -> str:
    return " + ".join(sorted(row.example.labels or ()))


def _draw(row: Row, seed: int) -> bytes:
    """By what the row says, so that added rows move hardly any others."""
    return hashlib.sha256(f"{seed}:{row.example.content_hash()}:{row.number}".encode()).digest()


def _by_class(rows: Sequence[Row], seed: int) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(_class(row), []).append(row)
    tell = progress_of(rows)
    return {
        name: list(by_hash(own, tell, lambda row: _draw(row, seed))) for name, own in found.items()
    }


def _apply(rows: Sequence[Row], params: Params) -> Outcome:
    assert isinstance(params, BalanceParams)
    reasons: dict[int, str] = {}
    gone: set[str] = set()  # keys: of a row's several examples maybe only one
    wanted: list[Row] = []  # origins of copies, once for each copy
    if params.most is None and params.least is None:
        return Outcome(list(rows))
    for name, own in sorted(_by_class(rows, params.seed).items()):
        if params.most is not None and len(own) > params.most:
            why = f"“{name}” has {len(own):,} rows, and {params.most:,} are kept."
            for row in own[params.most :]:
                because(reasons, row, why)
            gone.update(row.key for row in own[params.most :])
            own = own[: params.most]
        least = min(params.least or 0, params.most or params.least or 0, params.times * len(own))
        wanted += [own[place % len(own)] for place in range(least - len(own))]
    copied = {row.key for row in wanted}
    kept = [_grouped(row) if row.key in copied else row for row in rows if row.key not in gone]
    numbers = fresh_numbers(rows, len(wanted))
    copies = [_copy(row, number) for row, number in zip(wanted, numbers, strict=True)]
    changed = [row.number for row in rows if row.key in copied and not row.example.group]
    return Outcome([*kept, *copies], list(reasons), changed, reasons, numbers)


def _grouped(row: Row) -> Row:
    group = row.example.group or f"copies-{row.example.content_hash()[:12]}"
    return replace(row, example=row.example.model_copy(update={"group": group}))


def _copy(row: Row, number: int) -> Row:
    example = _grouped(row).example
    meta = example.meta | {"copy_of": row.number}
    return replace(row, example=example.model_copy(update={"source_row": number, "meta": meta}))


def _evened(low: int, high: int) -> dict[str, int]:
    """Rows of small classes are repeated until none is uneven; where ten times each is not enough,
    the large ones give rows up."""
    least = min(-(-high // (_UNEVEN - 1)), _TIMES * low)
    most = least * (_UNEVEN - 1)
    return {"least": least, "most": most} if high > most else {"least": least}


def _find(rows: Sequence[Row], params: Params) -> Finding:
    counts = Counter(_class(row) for row in rows if row.example.labels)
    low, high = (min(counts.values()), max(counts.values())) if counts else (0, 0)
    uneven = len(counts) > 1 and high >= _UNEVEN * low and high - low >= _UNEVEN
    rare, often = min(counts, key=counts.get, default=""), max(counts, key=counts.get, default="")  # type: ignore[arg-type]
    few = [row.number for row in rows if row.example.labels and _class(row) == rare]
    even = _evened(low, high)
    return told(
        "balance_labels", few if uneven else [],
        title="Uneven classes",
        sentence=f"“{often}” has {high:,} rows and “{rare}” {low:,}. The model may answer the "
        "common class whenever it is unsure, and look right most of the time.",
        fine_title="Classes of like size",
        fine=f"The largest class has {high:,} rows, the smallest {low:,}." if counts
        else "There are no classes to compare.",
        remedy="Even them out",
        choices=(adjust("balance_labels", even),),
        params=even,
    )  # fmt: skip


STEP = Step(
    key="balance_labels",
    title="Balance the classes",
    term="class balance",
    order=14,
    by_default=False,
    params=BalanceParams,
    find=_find,
    apply=_apply,
    marks=True,
    version=2,
    kinds=("label",),
    lacking=_lacking,
)
