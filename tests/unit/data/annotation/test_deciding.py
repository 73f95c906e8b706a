"""What holds when several people judged: agreed, averaged, settled, or open."""

from ftstudio.data.annotation.deciding import decide, disagreements, standing
from ftstudio.data.annotation.log import Judgement
from ftstudio.data.annotation.task import JudgingTask


def said(who, row, **what):
    return Judgement(row=row, hash="h", who=who, **what)


MARK = JudgingTask(judging="mark")


def test_the_last_word_of_a_person_counts_and_skips_do_not():
    log = [said("Anna", 1, good=True), said("Anna", 1, good=False), said("Anna", 2, skipped=True),
           said("Anna", 3, good=True), said("Anna", 3, skipped=True)]  # fmt: skip
    found = standing(log)
    assert list(found) == ["1:h"]
    assert found["1:h"]["Anna"].good is False


def test_what_differs_is_open_until_it_is_settled():
    log = [said("Anna", 1, good=True), said("Ben", 1, good=False), said("Anna", 2, good=True),
           said("Ben", 2, good=True)]  # fmt: skip
    assert disagreements(MARK, log) == ["1:h"]
    decision = decide(MARK, log)
    assert ([one.row for one in decision.verdicts], decision.unsettled) == ([2], ["1:h"])
    assert decision.verdicts[0].who == "Anna, Ben"
    log.append(said("Carl", 1, good=False, settles=True))
    decision = decide(MARK, log)
    assert [(one.row, one.good, one.who) for one in decision.verdicts] == [
        (1, False, "Carl"), (2, True, "Anna, Ben")]  # fmt: skip
    assert decision.unsettled == []


def test_scores_that_lie_near_are_averaged():
    task = JudgingTask(judging="score")
    log = [said("Anna", 1, number=3), said("Ben", 1, number=4), said("Anna", 2, number=1),
           said("Ben", 2, number=5)]  # fmt: skip
    decision = decide(task, log)
    assert [one.number for one in decision.verdicts] == [3.5]
    assert decision.unsettled == ["2:h"]
    wide = JudgingTask(judging="score", low=0, high=100)
    assert wide.tolerance == 10


def test_what_counts_as_the_same():
    label, pair, mend = (JudgingTask(judging=one) for one in ("label", "pair", "mend"))
    assert not disagreements(
        label, [said("A", 1, labels=["x", "y"]), said("B", 1, labels=["y", "x"])]
    )
    assert disagreements(label, [said("A", 1, labels=["x"]), said("B", 1, labels=["x", "y"])])
    assert disagreements(pair, [said("A", 1, choice="own"), said("B", 1, choice="tie")])
    assert not disagreements(mend, [said("A", 1, answer="x "), said("B", 1, answer="x")])
