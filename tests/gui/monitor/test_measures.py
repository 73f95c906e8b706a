"""What a run reports beside its loss: curves, and which class is taken for which."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from ftstudio.core.safeguard import GENERAL
from ftstudio.jobs.events import Ready, Started, Step, Validation
from ftstudio.techniques import objectives
from ftstudio.ui.monitor.confusion_card import ConfusionCard
from ftstudio.ui.monitor.measures_row import MeasuresRow
from ftstudio.ui.monitor.metric_tiles import MetricTiles
from ftstudio.ui.monitor.run_record import RunRecord

READY = Ready(total_steps=20, epochs=1, train_rows=80, validation_rows=8, trainable_parameters=1,
              all_parameters=9)  # fmt: skip


def told(record, **values):
    """Twenty steps on which each figure moves from the first to the second value."""
    events = [Started(pid=1, device="cpu"), READY]
    for number in range(1, 21):
        figures = {k: a + (b - a) * number / 20 for k, (a, b) in values.items()}
        events.append(Step(step=number, epoch=0, loss=1, learning_rate=0, grad_norm=1,
                           tokens_per_second=1, metrics=figures))  # fmt: skip
    record.apply(events)
    return record


@pytest.mark.parametrize("key", sorted(objectives()))
def test_every_figure_of_a_goal_is_drawn(qtbot, key):
    goal = objectives()[key]
    row = MeasuresRow()
    qtbot.addWidget(row)
    row.show_measures((*goal.measures, GENERAL))
    names = {m.key + ("claims" if m.family else ""): (0.1, 0.7) for m in goal.measures}
    record = told(RunRecord(), **names, general=(2, 3), unknown=(1, 2))
    row.show_record(record)
    tiles = {m.key + ("claims" if m.family else "") for m in goal.measures if m.tile}
    assert set(row.cards) == tiles | {"general"}
    assert not row.isHidden()
    for card in row.cards.values():
        assert card.value.text() not in ("", "–")


def test_curves_beside_the_loss_stay_low_and_fill_the_row(qtbot):
    row = MeasuresRow()
    qtbot.addWidget(row)
    row.show_measures(objectives()["classify"].measures)
    row.show_record(told(RunRecord(), macro_f1=(0.1, 0.7)))
    row.resize(900, row.sizeHint().height())
    row.show()
    card = row.cards["macro_f1"]
    qtbot.waitUntil(lambda: card.width() > 850)
    assert row.sizeHint().height() < 300


def looked(record, *rewards):
    record.apply([Validation(step=s, loss=1, metrics={"reward": r}) for s, r in rewards])
    return record


@pytest.mark.parametrize(
    ("looks", "word"),
    [
        ([(0, 0.1)], "First look"),
        ([(0, 0.1), (10, 0.5)], "Best so far"),
        ([(0, 0.1), (10, 0.5), (20, 0.2)], "Past its best"),
        ([(0, 0.1), (10, 0.1)], "No gain yet"),
    ],
)
def test_the_tile_shows_the_figure_that_counts(qtbot, looks, word):
    goal = objectives()["ppo"]
    tiles = MetricTiles()
    qtbot.addWidget(tiles)
    record = looked(told(RunRecord(judge=goal.judge), reward=(0, 1)), *looks)
    tiles.show_record(record, record.judgement(), goal.measures)
    assert tiles.unseen.accessibleName().startswith("On 8 unseen examples, rough: mean reward: ")
    assert tiles.unseen.value() == f"{looks[-1][1]:g}"
    assert tiles.unseen.word() == word
    assert tiles.loss.word() == "Not judged by it"
    plain = told(RunRecord())
    tiles.show_record(plain, plain.judgement())
    assert tiles.unseen.accessibleName().startswith("On 8 unseen examples, rough: –")


def test_without_figures_there_is_no_row(qtbot):
    row = MeasuresRow()
    qtbot.addWidget(row)
    row.show_measures(())
    row.show_record(told(RunRecord()))
    assert row.isHidden()


def test_another_run_starts_with_its_own_figures(qtbot):
    row = MeasuresRow()
    qtbot.addWidget(row)
    row.show_measures(objectives()["dpo"].measures)
    row.show_record(told(RunRecord(), margin=(0, 1)))
    assert "margin" in row.cards
    row.show_measures(())
    assert row.cards == {}
    assert row.isHidden()


def test_the_matrix_names_its_classes(qtbot):
    card = ConfusionCard()
    qtbot.addWidget(card)
    table = {"confusion": [[8, 2], [0, 5]], "classes": [[1, 0.8, 0.89, 10], [0.71, 1, 0.83, 5]]}
    card.show_table(table, ["card", "loan"])
    model = card.model
    assert model.headerData(1, Qt.Orientation.Horizontal) == "loan"
    assert model.data(model.index(0, 1)) == "2"
    assert "2 × card taken for loan" in model.data(model.index(0, 1), Qt.ItemDataRole.ToolTipRole)
    assert card.classes.data(card.classes.index(0, 1)) == "80 %"
    assert card.classes.data(card.classes.index(1, 3)) == "5"
    card.show_table(table, ["of", "another", "dataset"])  # names that do not fit are not used
    assert model.headerData(1, Qt.Orientation.Vertical) == "2"
    card.show_table({}, [])
    assert card.isHidden()


def test_a_matrix_too_large_to_tell_says_so(qtbot):
    card = ConfusionCard()
    qtbot.addWidget(card)
    rows = [[1, 0.8, 0.89, 10]] * 300
    card.show_table({"confusion": [], "classes": rows}, [])
    assert "300 classes" in card._words.text()
    assert "90,000 cells" in card._words.text()
    assert not card._words.isHidden()
    assert card.table.isHidden()
    card.show_table({"classes": rows}, [])  # several classes at once: there is no matrix
    assert card._words.isHidden()


def test_a_run_with_another_judge_is_judged_by_it(qtbot):
    record = RunRecord(judge=objectives()["grpo"].judge)
    looks = [Validation(step=s, loss=0.0, metrics={record.judge.key: v})
             for s, v in ((0, 0.1), (10, 0.4), (20, 0.6))]  # fmt: skip
    told(record, **{record.judge.key: (0.1, 0.6)}).apply(looks)
    assert record.judgement().kind == "gaining"


@pytest.mark.parametrize(
    ("rows", "title"),
    [(8, "On 8 unseen examples, rough"), (20, "On unseen examples"), (0, "On unseen examples")],
)
def test_a_figure_of_few_unseen_rows_says_so(qtbot, rows, title):
    tiles = MetricTiles()
    qtbot.addWidget(tiles)
    record = RunRecord()
    ready = READY.model_copy(update={"validation_rows": rows})
    record.apply([Started(pid=1, device="cpu"), ready, Validation(step=1, loss=1)])
    tiles.show_record(record, record.judgement())
    assert tiles.unseen.accessibleName().startswith(f"{title}: 1.00")
