"""Letters that were read in the wrong encoding are written as they were meant."""

from __future__ import annotations

from collections.abc import Sequence

from ftstudio.core.params import Params, param
from ftstudio.data.acting import changed, told
from ftstudio.data.finding.mojibake import broken, mended
from ftstudio.data.step import Finding, Outcome, Row, Step, rows_are
from ftstudio.data.texts import texts, with_texts


class MojibakeParams(Params):
    tidy: bool = param(
        False,
        title="Tidy other signs too",
        help="Also makes curly quotes straight and takes out control signs and joined letters (ﬁ).",
        level="all",
    )


def _find(rows: Sequence[Row], params: Params) -> Finding:
    found = [row.number for row in rows if any(map(broken, texts(row.example)))]
    return told(
        "fix_mojibake", found,
        title="Broken letters",
        sentence=f"{rows_are(len(found), 'has', 'have')} letters such as Ã¶ where an ö was meant: "
        "somebody once read the file in the wrong encoding. The model would learn to write them.",
        fine_title="No broken letters",
        fine="No text looks as if it had been read in the wrong encoding.",
        remedy="Mend them",
    )  # fmt: skip


def _apply(rows: Sequence[Row], params: Params) -> Outcome:
    assert isinstance(params, MojibakeParams)
    return changed(rows, lambda one: with_texts(one, lambda text: mended(text, params.tidy)))


STEP = Step(
    key="fix_mojibake",
    title="Mend broken letters",
    term="mojibake",
    order=6,
    by_default=False,
    params=MojibakeParams,
    find=_find,
    apply=_apply,
    version=2,
)
