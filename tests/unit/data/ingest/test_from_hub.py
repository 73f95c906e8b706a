"""Of a dataset on Hugging Face only what can be read is wanted, and never a program."""

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.data.ingest import from_hub


def test_data_with_its_card_and_licence():
    files = [
        ".gitattributes", "README.md", "LICENSE", "gsm.py", "train.jsonl", "test/test.csv.gz",
        "run.sh", "../up.csv", "a/../b.csv", ".cache/x.csv", "c:\\x.csv", "/abs.csv", "model.bin",
        "pictures/1.png",
    ]  # fmt: skip
    assert from_hub.choose_files("a/b", files) == [
        "LICENSE", "README.md", "pictures/1.png", "test/test.csv.gz", "train.jsonl"
    ]  # fmt: skip


def test_of_several_copies_the_parquet_one():
    files = ["raw.zip", "data/train.parquet", "data/test.parquet", "old.csv", "README.md"]
    assert from_hub.choose_files("a/b", files) == [
        "README.md", "data/test.parquet", "data/train.parquet"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("files", "code", "word"),
    [
        (["load.py", "README.md"], "hub_no_data", "program"),
        (["weights.bin"], "hub_no_data", "None of its files"),
        ([f"{n}.csv" for n in range(20_001)], "too_many_files", "hardly one dataset"),
    ],
)
def test_what_can_not_be_read_is_not_fetched(files, code, word):
    with pytest.raises(StudioError) as caught:
        from_hub.choose_files("a/b", files)
    assert caught.value.code == code
    assert word in caught.value.why


def test_what_has_arrived_says_where_from(workspace):
    partial = from_hub.downloads(workspace) / ".org--small.partial"
    for text in ("a", "b"):
        partial.mkdir(parents=True)
        (partial / "a.csv").write_text(text)
        final = from_hub.settle(workspace, partial, "org/small", "0123456789abcdef")
        assert (final / "a.csv").read_text() == text
        assert not partial.exists()
    assert from_hub.origin(final) == "org/small at 0123456789ab"
    assert from_hub.origin(workspace.root) == ""
