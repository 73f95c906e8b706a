"""Broken letters are found and mended in every text."""

from ftstudio.data.steps.fix_mojibake import STEP, MojibakeParams
from tests.nasty.shared_data import SHARED, needs_shared
from tests.unit.data.conftest import pair, rows_of


def test_every_text_is_mended():
    rows = rows_of(("Wo liegt KÃ¶ln?", "Am Rhein."), ("Wo liegt Bonn?", "In der Nähe."))
    found = STEP.find(rows, MojibakeParams())
    assert (found.rows, found.severity) == ([1], "look")
    outcome = STEP.apply(rows, MojibakeParams())
    assert outcome.rows[0].example.question == "Wo liegt Köln?"
    assert outcome.changed == [1]
    assert STEP.find(outcome.rows, MojibakeParams()).severity == "fine"


def test_both_answers_of_a_pair():
    from ftstudio.data.step import Row

    rows = [Row(pair("a", "schÃ¶n", "grÃ¼n", 1))]
    example = STEP.apply(rows, MojibakeParams()).rows[0].example
    assert (example.chosen[0].content, example.rejected[0].content) == ("schön", "grün")


@needs_shared
def test_the_museum_piece():
    text = (SHARED / "nasty" / "made" / "csv_mojibake.csv").read_text("utf-8")
    rows = rows_of(*[(line, "x") for line in text.splitlines()])
    assert STEP.find(rows, MojibakeParams()).rows
    assert STEP.find(STEP.apply(rows, MojibakeParams()).rows, MojibakeParams()).rows == []
