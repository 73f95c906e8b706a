"""The registry finds one constant per module and fails loudly."""

import sys
from dataclasses import dataclass

import pytest

from ftstudio.core.registry import discover


@dataclass(frozen=True)
class Thing:
    key: str


@pytest.fixture
def package(tmp_path, monkeypatch):
    folder = tmp_path / "toy_catalogue"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield folder
    for name in [n for n in sys.modules if n.startswith("toy_catalogue")]:
        del sys.modules[name]


def write(folder, name, body):
    prelude = f"from {__name__} import Thing\n"
    (folder / f"{name}.py").write_text(prelude + body)


def test_finds_each_module_by_its_key(package):
    write(package, "a", "THING = Thing('a')")
    write(package, "b", "THING = Thing('bee')")
    assert set(discover("toy_catalogue", Thing, minimum=2)) == {"a", "bee"}


@pytest.mark.parametrize(
    ("body", "message"),
    [("x = 1", "declares 0"), ("A = Thing('a'); B = Thing('b')", "declares 2")],
)
def test_a_module_without_exactly_one_is_refused(package, body, message):
    write(package, "a", body)
    with pytest.raises(RuntimeError, match=message):
        discover("toy_catalogue", Thing)


def test_doubled_keys_and_short_walks_are_refused(package):
    write(package, "a", "THING = Thing('same')")
    with pytest.raises(RuntimeError, match="at least 2"):
        discover("toy_catalogue", Thing, minimum=2)
    write(package, "b", "THING = Thing('same')")
    with pytest.raises(RuntimeError, match="declared twice"):
        discover("toy_catalogue", Thing)
