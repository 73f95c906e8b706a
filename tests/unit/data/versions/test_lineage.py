"""Files, versions and mixtures, and what came from what."""

from ftstudio.data.versions.library import delete_version
from ftstudio.data.versions.lineage import lineage
from ftstudio.data.versions.mix import freeze_mix, shares_of
from tests.unit.data.versions.test_mix import version


def test_what_came_from_what(workspace):
    may, june = version(workspace, "may", 40), version(workspace, "june", 60, 100)
    both = freeze_mix(workspace, shares_of([may, june]), "both", few=True)
    july = version(workspace, "july", 30, 300)
    more = freeze_mix(workspace, shares_of([both, july]), "more", few=True)
    found = lineage(workspace)
    knots = {one.id: one for one in found.versions}
    assert [one.name for one in found.sources] == ["may.csv", "june.csv", "july.csv"]
    assert knots[may.id].sources == ("maymaymaymaymaymaymaymay",)
    assert knots[both.id].parents == (may.id, june.id)
    assert knots[both.id].sources == ()
    assert found.ancestors(more.id) == [both.id, july.id, may.id, june.id]
    assert found.descendants(may.id) == [both.id, more.id]
    assert found.descendants(more.id) == []


def test_what_is_gone_is_still_named(workspace):
    may, june = version(workspace, "may", 40), version(workspace, "june", 60, 100)
    both = freeze_mix(workspace, shares_of([may, june]), "both", few=True)
    delete_version(may, workspace)
    gone = next(one for one in lineage(workspace).versions if not one.here)
    assert (gone.id, gone.name) == (may.id, "may")
    assert lineage(workspace).ancestors(both.id) == [may.id, june.id]
