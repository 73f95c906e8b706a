"""Several versions as one: how much of each, how often its rows are seen, and freezing it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ftstudio.core.errors import StudioError
from ftstudio.core.example import Example
from ftstudio.core.mixture import MOST_PASSES, Mixing, counts, repeated
from ftstudio.core.paths import Workspace
from ftstudio.core.units import plural
from ftstudio.data.held import Held
from ftstudio.data.kind import TITLES
from ftstudio.data.licences import strictest
from ftstudio.data.sides.split import SIDES, Side
from ftstudio.data.versions.card import licence_keys
from ftstudio.data.versions.kept_groups import Together, keys_in, noted, with_home
from ftstudio.data.versions.library import DatasetVersion, freeze
from ftstudio.data.versions.near_held import nearly_held
from ftstudio.data.watched import heard, rising

Tell = Callable[[float], None]  # may raise to stop
_LOOKING = 0.5  # of the time goes into what is nearly the same


@dataclass(frozen=True)
class Share:
    """One version's part in the mixture. `epochs`: how often each of its training rows is seen in
    one pass of the mixture."""

    version: DatasetVersion
    weight: float
    rows: int  # that it has for training
    taken: int
    share: float  # of the mixture's training rows

    @property
    def epochs(self) -> float:
        return self.taken / self.rows if self.rows else 0.0

    @property
    def capped(self) -> bool:
        """It would come more often for the share that was asked for, and no row comes so often."""
        return 0 < MOST_PASSES * self.rows <= self.taken


def shares_of(
    versions: Sequence[DatasetVersion],
    how: Mixing = "size",
    weights: Sequence[float] = (),
    temperature: float = 2.0,
    rows: int | None = None,
) -> list[Share]:
    """How much of each. Without `rows` no row is left out and small versions are repeated, ten
    times at most; with it the mixture has about so many training rows, drawn or repeated."""
    weighted = list(weights) or [1.0] * len(versions)
    _check(versions, weighted)
    if rows is not None and rows < len(versions):
        raise StudioError(
            f"A mixture of {plural(rows, '1 row', '{n} rows')} can't be made.",
            f"There are {len(versions)} datasets, and each gives a row at least.",
            "Ask for more rows, or leave the number out: then no row is left out.",
            code="too_few_rows",
        )
    sizes = [version.counts.get("train", 0) for version in versions]
    taken = counts(sizes, how, temperature, weighted)
    if rows is not None and any(taken):
        whole = sum(taken)
        taken = [min(MOST_PASSES * size, round(one * rows / whole))
                 for one, size in zip(taken, sizes, strict=True)]  # fmt: skip
    whole = sum(taken) or 1
    return [
        Share(version, weight, size, one, one / whole)
        for version, weight, size, one in zip(versions, weighted, sizes, taken, strict=True)
    ]


def freeze_mix(
    workspace: Workspace,
    shares: Sequence[Share],
    name: str,
    seed: int = 7,
    progress: Tell | None = None,
    *,
    few: bool,
) -> DatasetVersion:
    """Make one version of them. Every row names its version in `meta["source"]`; what one version
    holds back is not learned from another, nor what belongs to it there: the same question or
    picture, the same group, what is nearly the same there or in itself. `progress` may raise to
    stop. Without `few` it stops where little is held back to check with."""
    progress = rising(progress)
    examples: list[Example] = Held()
    sides: list[Side] = []
    versions = [share.version for share in shares]
    belong = noted(versions, progress)
    near = nearly_held(versions, _part(progress, 0.0, _LOOKING))
    held: set[str] = set()
    for side in SIDES[1:]:
        mine: set[str] = set()
        for share in shares:
            for example in heard(share.version.examples(side), progress):
                group = _group(belong, share.version, example)
                if group not in held:  # else validation has what belongs to it
                    examples.append(with_home(example, share.version))
                    sides.append(side)
                    mine.add(group)
        held |= mine - {""}
    left_out = nearly = 0
    for share, theirs in zip(shares, near, strict=True):
        rows = enumerate(share.version.examples("train"))
        for place, example in heard(repeated(rows, share.rows, share.taken, seed), progress):
            if _group(belong, share.version, example) in held:
                left_out += 1
                continue
            if place in theirs:
                nearly += 1
                continue
            examples.append(with_home(example, share.version))
            sides.append("train")
    in_order = [
        place for own in SIDES for place, side in enumerate(heard(sides, progress)) if side == own
    ]
    return freeze(
        Held(examples[place] for place in in_order),
        [sides[place] for place in in_order],
        _manifest(shares, name, seed, left_out, nearly),
        datasets=workspace.datasets,
        progress=_part(progress, _LOOKING, 1.0),
        few=few,
    )


def _part(tell: Tell | None, start: float, end: float) -> Tell | None:
    return None if tell is None else lambda share: tell(start + share * (end - start))


def _group(belong: Together, version: DatasetVersion, example: Example) -> str:
    """By which all rows are known that belong to this one; empty where none does."""
    return next((belong.of(key) for key in keys_in(version, example)), "")


def _manifest(
    shares: Sequence[Share], name: str, seed: int, left_out: int, nearly: int
) -> dict[str, Any]:
    sources: dict[str, dict[str, Any]] = {}
    for share in shares:
        manifest = share.version.manifest
        for one, key in zip(manifest.get("sources", []), licence_keys(manifest), strict=False):
            sources.setdefault(str(one.get("sha256")), {**one, "licence": key})
    return {
        "name": name,
        "sources": list(sources.values()),
        "made_from": [
            {"id": share.version.id, "name": share.version.name, "weight": share.weight,
             "rows": share.rows, "taken": share.taken, "epochs": round(share.epochs, 3)}
            for share in shares
        ],
        "left_out_as_held_back": left_out + nearly,
        "left_out_as_nearly_held_back": nearly,
        "seed": seed,
        "licence": strictest(k for share in shares for k in licence_keys(share.version.manifest)),
        "commercial": _commercial(shares),
    }  # fmt: skip


def _commercial(shares: Sequence[Share]) -> bool | None:
    """For business where one of them is; nobody said where one does not tell."""
    said = [share.version.manifest.get("commercial") for share in shares]
    return True if True in said else None if None in said else False


def _check(versions: Sequence[DatasetVersion], weights: Sequence[float]) -> None:
    kinds = sorted({version.facts.kind for version in versions})
    if len(versions) < 2 or len({version.id for version in versions}) < len(versions):
        raise StudioError(
            "There is nothing to mix.",
            "A mixture needs two different datasets or more.",
            "Choose another one.",
            code="nothing_to_mix",
        )
    if len(kinds) > 1:
        raise StudioError(
            "These datasets can't be mixed.",
            f"They hold different kinds of examples: {', '.join(TITLES[one] for one in kinds)}.",
            "Choose datasets of one kind.",
            code="other_kind",
        )
    if len(weights) != len(versions) or not all(0 < weight < 1e6 for weight in weights):
        raise StudioError(
            "The weights can't be used.",
            f"There are {len(versions)} datasets, and each needs a weight above 0.",
            "Give one weight for each dataset.",
            code="bad_weights",
        )
