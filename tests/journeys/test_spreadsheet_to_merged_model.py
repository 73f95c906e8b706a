"""In a real window with real clicks: an analyst brings a spreadsheet and takes a model away."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ftstudio.adapters import shelf
from ftstudio.core.paths import Workspace
from tests.journeys.sheets import write_german_csv, write_xlsx

pytestmark = [pytest.mark.x, pytest.mark.timeout(600)]


def bring(window, path: Path) -> None:
    """From the first screen to the set-up's first page. The file dialog's own keys are not
    counted as clicks."""
    window.click("^New fine-tune")
    window.click("click to choose a file")
    window.wait_for("^File name", 20)
    window.type(str(path))
    window.key("Return")
    window.click("^Freeze and continue", 60)


def go_to_start(window) -> None:
    window.click("^Continue with “Answer like these", 60)
    window.click("^Continue with Starter model", 60)
    window.click("^Continue with LoRA", 60)
    window.wait_for("^Start training", 60)


def test_a_spreadsheet_becomes_a_merged_model(open_window, workspace, tmp_path):
    sheet = write_xlsx(tmp_path / "tickets.xlsx")
    window = open_window()
    bring(window, sheet)
    go_to_start(window)
    window.click("^Start training")
    assert window.clicks <= 8

    # They watch it live …
    window.wait_for(r"^Step \d+ of \d+", 120)
    window.wait_for("^Finished|^Done", 300)

    # … ask both models the same question …
    window.click("^Playground$")
    window.click("^Your question to both models", 60)
    window.type("Do you deliver the lamp to Oslo?")
    window.key("Return")
    window.wait_for("sails|dawn|Aye", 120)

    # … and merge it into a model that loads anywhere.
    window.click("^Adapters$")
    window.click("^Merge", 60)
    window.wait_for("It stands on the shelf as a full model", 180)
    kept = Workspace(workspace)
    (merged,) = [card for card in shelf.list_cards(kept) if card.is_full_model]
    assert loads_in_plain_transformers(shelf.folder(kept, merged.id))
    window.close()


def loads_in_plain_transformers(folder: Path) -> bool:
    code = (
        "import sys, json\n"
        "from transformers import AutoModelForCausalLM, AutoTokenizer\n"
        "t = AutoTokenizer.from_pretrained(sys.argv[1], local_files_only=True)\n"
        "m = AutoModelForCausalLM.from_pretrained(sys.argv[1], local_files_only=True)\n"
        "ids = t.apply_chat_template([{'role': 'user', 'content': 'Do you deliver the mug to "
        "Riga?'}], add_generation_prompt=True, return_tensors='pt', return_dict=True)\n"
        "out = m.generate(**ids, max_new_tokens=24, do_sample=False)\n"
        "print(json.dumps(t.decode(out[0], skip_special_tokens=True)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=True
    )
    return "mug" in json.loads(done.stdout.splitlines()[-1])


def test_a_german_excel_csv_needs_eight_clicks_and_no_typing(open_window, tmp_path):
    window = open_window()
    bring(window, write_german_csv(tmp_path / "fragen.csv"))
    go_to_start(window)
    assert window.clicks + 1 <= 8  # and the click on Start itself
    window.close()
