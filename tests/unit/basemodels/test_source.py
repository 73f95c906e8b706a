from ftstudio.basemodels.inspect import inspect_model
from ftstudio.basemodels.source import Source, read_source, write_source
from tests.model_folders import make_model


def test_where_it_came_from_is_told_by_the_folder(tmp_path):
    folder = make_model(tmp_path / "renamed")
    write_source(folder, Source(name="org/small", revision="0123456789abcdef"))
    ref = inspect_model(folder).ref
    assert (ref.name, ref.source) == ("org/small", "org/small at 0123456789ab")


def test_a_damaged_note_is_none(tmp_path):
    (tmp_path / "ftstudio_source.json").write_text("[]")
    assert read_source(tmp_path) is None
