"""The command that makes the same dataset as a draft; what the summary's *Show command* shows."""

from __future__ import annotations

from ftstudio.data.deciding import is_decision
from ftstudio.data.draft import Draft
from ftstudio.data.sides.split import SplitChoice
from ftstudio.data.step import steps


def draft_command(draft: Draft) -> list[str]:
    """The words of the command, or none where it can't do the same.

    It knows the safe steps only."""
    safe = [key for key, step in steps().items() if step.by_default]
    done = [step for step in draft.steps if not is_decision(step.key)]  # they change no row
    if [step.key for step in done] != safe or any(step.off for step in done):
        return []
    options, split, usual = draft.options, draft.split, SplitChoice()
    words = ["ftstudio", "data", "prepare", draft.file, "--name", draft.name]
    words += ["--layout", draft.layout]
    for column, role in draft.mapping.items():
        words += ["--map", f"{column}={role}"]
    for flag, value, default in (
        ("--join", draft.second, ""),
        ("--on", draft.joined_on, ""),
        ("--licence", draft.licence, "unknown"),
        ("--join-licence", draft.second_licence, "unknown"),
        ("--validation", split.validation, usual.validation),
        ("--test", split.test, usual.test),
        ("--seed", split.seed, usual.seed),
        ("--encoding", options.encoding, None),
        ("--delimiter", options.delimiter, None),
        ("--sheet", options.sheet, None),
        ("--header-row", options.header_row, None),
    ):
        if value != default:
            words += [flag, f"{value}"]
    words += ["--group-column", draft.group_column] if draft.group_column else []
    words += ["--keep-near-together"] if split.near else []
    words += ["--each-class"] if split.each_class else []
    words += ["--fill-up"] if split.fill_up else []
    words += ["--few"] if draft.few else []
    return words if options.skip_bad else [*words, "--stop-at-bad-rows"]
