"""The walls of the house: sizes, names, the map, and what may be loaded when."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ftstudio.techniques import methods, objectives, rewards, safeguards

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "ftstudio"
MODULES = sorted(PACKAGE.rglob("*.py"))
UNWANTED_NAMES = re.compile(r"(^|_)(utils?|misc|helpers?|managers?|common|qt)(_|$)")

# Heavy rooms' libraries, which the window's process must never load.
NEVER_IN_THE_WINDOW = {"torch", "transformers", "peft", "trl", "datasets", "pandas", "accelerate"}
NOT_BEFORE_THE_FIRST_PAINT = NEVER_IN_THE_WINDOW | {"numpy", "pyqtgraph", "pyarrow"}


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_there_is_a_house_to_look_at():
    assert len(MODULES) > 60


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_each_module_is_readable(path):
    source = path.read_text("utf-8")
    tree = ast.parse(source)
    lines = source.count("\n")
    assert lines <= 450, f"{lines} lines; 450 at most"
    assert not UNWANTED_NAMES.search(path.stem), "a module is named for what it holds"
    if tree.body:
        assert ast.get_docstring(tree), "opens with a sentence on what it is"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= 80, f"{node.name} has {length} lines; 80 at most"


def test_tr_is_never_given_an_f_string():
    """lupdate would extract a text that never matches."""
    found = [
        f"{relative(path)}:{node.lineno}"
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "tr"
        and node.args
        and not isinstance(node.args[0], ast.Constant)
    ]
    assert found == []


def loaded_by(statement: str) -> set[str]:
    """Top-level names in sys.modules after one statement in a fresh process."""
    code = f"{statement}\nimport sys\nprint(' '.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return {name.split(".")[0] for name in done.stdout.split()}


@pytest.mark.parametrize(
    "statement",
    [
        "import ftstudio.app",
        "import ftstudio.ui.main_window",
        "import ftstudio.cli",
        "import ftstudio.techniques as t; t.methods(); t.objectives()",
        "import ftstudio.jobs.launch, ftstudio.jobs.history, ftstudio.adapters.shelf",
        "import ftstudio.data.draft, ftstudio.data.versions.library, ftstudio.data.ingest.reading",
        "import ftstudio.planning.advice, ftstudio.basemodels.catalogue, ftstudio.gpu.cards",
    ],
)
def test_light_rooms_load_nothing_heavy(statement):
    assert loaded_by(statement) & NOT_BEFORE_THE_FIRST_PAINT == set()


PLACES = ["home", "dataset", "setup", "monitor", "playground", "adapters"]


@pytest.mark.parametrize("place", PLACES)
def test_no_place_brings_torch_into_the_window(place):
    import_all = (
        "import importlib, pkgutil\n"
        f"home = importlib.import_module('ftstudio.ui.{place}')\n"
        "for m in pkgutil.walk_packages(home.__path__, home.__name__ + '.'):\n"
        "    importlib.import_module(m.name)"
    )
    assert loaded_by(import_all) & NEVER_IN_THE_WINDOW == set()


def test_the_readme_map_is_the_tree():
    """Every room in the README's map exists, and every room that exists is in the map."""
    readme = (ROOT / "README.md").read_text("utf-8")
    block = readme.split("<!-- map -->")[1]
    named = set(re.findall(r"^\s*(ftstudio/(?:\w+/)*)\s", block, re.MULTILINE))
    rooms = {relative(p.parent) + "/" for p in MODULES if p.name == "__init__.py"}
    assert named == rooms


def test_each_module_with_logic_has_its_mirror():
    """tests/unit mirrors the Qt-free rooms one to one."""
    rooms = ["core", "jobs", "data", "techniques", "planning", "basemodels", "gpu", "adapters"]
    missing = [
        relative(path)
        for room in [*rooms, "worker"]
        for path in sorted((PACKAGE / room).rglob("*.py"))
        if path.stem not in ("__init__", "__main__") and has_logic(path) and not mirror(path)
    ]
    assert missing == []


def has_logic(path: Path) -> bool:
    tree = ast.parse(path.read_text("utf-8"))
    return any(isinstance(n, ast.FunctionDef) for n in ast.walk(tree))


# Where a word is a technique's key by chance, or the app's own default. One more file in the
# catalogue must never need a line here.
_DEFAULT = "what a plan is without a choice"
_COLUMN = "a column's name in a file format"
_HEAD = "a kind of head, or a figure in the events"
_JUDGED = "a way in which people judge rows"
NO_TECHNIQUE = {
    ("core/plan.py", "instruct"): _DEFAULT, ("core/plan.py", "lora"): _DEFAULT,
    ("adapters/card.py", "instruct"): _DEFAULT, ("planning/advice.py", "instruct"): _DEFAULT,
    ("planning/advice.py", "lora"): _DEFAULT, ("planning/proposal.py", "instruct"): _DEFAULT,
    ("planning/stages.py", "lora"): _DEFAULT, ("cli/options.py", "lora"): _DEFAULT,
    ("cli/path_verbs.py", "lora"): _DEFAULT, ("cli/sample_verb.py", "lora"): _DEFAULT,
    ("ui/setup/desk.py", "lora"): _DEFAULT,
    ("cli/estimate_verb.py", "instruct"): _DEFAULT, ("cli/estimate_verb.py", "lora"): _DEFAULT,
    ("cli/train_verbs.py", "lora"): _DEFAULT, ("cli/train_verbs.py", "reward"): "a flag's name",
    ("adapters/exported.py", "reward"): _HEAD,
    ("adapters/foreign.py", "full"): "what the card of a whole model says",
    ("data/layouts/feedback.py", "prompt"): _COLUMN, ("data/layouts/number.py", "score"): _COLUMN,
    ("data/layouts/preference.py", "prompt"): _COLUMN,
    ("data/layouts/question_answer.py", "prompt"): _COLUMN,
    ("data/layouts/duel.py", "prompt"): _COLUMN, ("data/layouts/ranked.py", "prompt"): _COLUMN,
    ("data/layouts/ranked.py", "score"): _COLUMN, ("data/layouts/ranked.py", "reward"): _COLUMN,
    ("data/layouts/rated_rows.py", "prompt"): _COLUMN,
    ("data/layouts/seed_tasks.py", "prompt"): _COLUMN,
    ("data/layouts/seed_tasks.py", "score"): _COLUMN,
    ("data/layouts/seed_tasks.py", "reward"): _COLUMN,
    ("core/objective.py", "reward"): _HEAD, ("adapters/heads.py", "reward"): _HEAD,
    ("worker/readers/gliner_names.py", "score"): "what a package says",
    ("jobs/reward_watch.py", "reward"): _HEAD, ("worker/label.py", "reward"): _HEAD,
    ("worker/rewarding.py", "reward"): _HEAD, ("ui/adapters/adapter_panel.py", "reward"): _HEAD,
    ("ui/monitor/path_strip.py", "reward"): _HEAD, ("ui/setup/surroundings.py", "reward"): _HEAD,
    ("worker/train.py", "score"): "the module that transformers puts a head in",
    ("worker/simulation/judges.py", "reward"): _HEAD,
    ("worker/simulation/trainers.py", "score"): "the module that transformers puts a head in",
    ("cli/technique_verbs.py", "reward"): "a shelf of the catalogue",
    ("cli/recipe_verbs.py", "replay"): "a verb's name",
    ("ui/adapters/adapters_place.py", "score"): "an order of the shelf",
    ("ui/adapters/shelf_reading.py", "score"): "an order of the shelf",
    ("core/training_settings.py", "full"): "how much is computed twice",
    ("data/annotation/answers.py", "prompt"): _COLUMN,
    ("data/annotation/agreement.py", "score"): _JUDGED,
    ("data/annotation/task.py", "score"): _JUDGED,
    ("data/annotation/deciding.py", "score"): _JUDGED,
    ("data/annotation/sitting.py", "score"): _JUDGED, ("data/judged.py", "score"): _JUDGED,
    ("data/steps/judge_rows.py", "score"): _JUDGED,
    ("ui/dataset/annotate/row_view.py", "score"): _JUDGED,
    ("ui/dataset/annotate/choose_page.py", "score"): _JUDGED,
    ("ui/dataset/annotate/judge_page.py", "score"): _JUDGED,
}  # fmt: skip


def test_no_other_room_knows_a_technique_by_its_key():
    """What a room must know of one is declared in the technique's own file."""
    catalogues = (methods(), objectives(), rewards(), safeguards())
    keys = {key for catalogue in catalogues for key in catalogue}
    found = {
        (path.relative_to(PACKAGE).as_posix(), node.value)
        for path in MODULES
        if PACKAGE / "techniques" not in path.parents
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in keys
    }
    assert found == set(NO_TECHNIQUE)


def mirror(path: Path) -> bool:
    below = path.relative_to(PACKAGE)
    room = ROOT / "tests" / "unit" / below.parent
    return any(room.glob(f"test_{path.stem}*.py"))
