"""From what was typed to what is meant: a dataset, a base model, a plan."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from ftstudio.cli.options import own_path
from ftstudio.core.errors import StudioError
from ftstudio.core.params import Params, flaw_of
from ftstudio.core.paths import Workspace
from ftstudio.core.plan import Plan
from ftstudio.core.training_settings import TrainingSettings

if TYPE_CHECKING:
    from ftstudio.basemodels.inspect import BaseModelInfo
    from ftstudio.data.versions.library import DatasetVersion

STARTER = "starter"
_SHORTEST_ID = 4  # letters of an id's beginning, "ds-" included
_LONGEST = 131_072  # tokens, the largest limit that can be set


def choose_model(workspace: Workspace, wanted: str) -> BaseModelInfo:
    """The starter, a folder, or a model that is known by name."""
    from ftstudio.basemodels.catalogue import find_model, list_models
    from ftstudio.core.assets import starter_model

    if wanted == STARTER:
        return find_model(starter_model())
    if os.path.isdir(own_path(wanted)):
        return find_model(own_path(wanted))
    models = list_models(workspace)
    found = [info for info in models if info.ref.name.lower() == wanted.lower()]
    if found:
        return found[0]
    names = ", ".join(info.ref.name for info in models[:8]) or "none"
    raise StudioError(
        f"The model “{shortened(wanted)}” was not found.",
        f"It is no folder, and not among the models on this computer: {names}.",
        "Give a folder, “starter”, or fetch it: ftstudio models download NAME.",
        code="model_not_found",
    )


def choose_dataset(
    workspace: Workspace,
    wanted: str,
    progress: Callable[[float], None] | None = None,
    few: bool = False,
) -> DatasetVersion:
    """A dataset by folder, id (or its beginning) or name; or a file, which is prepared with the
    guessed columns; `few`: even where there is little to check with."""
    from ftstudio.data.prepare import prepare
    from ftstudio.data.versions.library import VERSION_FILE, list_versions, load_version

    path = own_path(wanted)
    if os.path.isfile(path / VERSION_FILE):
        return load_version(path)
    if os.path.isfile(path):
        name = path.name.partition(".")[0]
        return prepare(path, workspace, name=name, few=few, progress=progress)
    if path.name == wanted and os.path.isfile(workspace.datasets / wanted / VERSION_FILE):
        return load_version(workspace.datasets / wanted)
    versions = list_versions(workspace)
    named = [version for version in versions if version.name == wanted]
    named += [version for version in versions if wanted in version.also]
    if named:
        return named[0]  # the newest of that name; what is only also called so comes after
    begins = [one for one in versions if one.id.startswith(wanted)]
    if len(wanted) >= _SHORTEST_ID and len(begins) == 1:
        return begins[0]
    raise _several(wanted, begins) if _is_id(wanted) and begins else _no_data(wanted, versions)


def _is_id(wanted: str) -> bool:
    return len(wanted) >= _SHORTEST_ID and wanted.startswith("ds-")


def _several(wanted: str, versions: Sequence[DatasetVersion]) -> StudioError:
    return StudioError(
        f"“{wanted}” is the beginning of several datasets' ids.",
        f"They are: {_listed(versions)}.",
        "Write more of it.",
        code="several_datasets",
    )


def _no_data(wanted: str, versions: Sequence[DatasetVersion]) -> StudioError:
    there = f" The workspace has: {_listed(versions)}." if versions else ""
    return StudioError(
        f"The data “{shortened(wanted)}” was not found.",
        "It is neither a file, nor a prepared dataset folder, nor a dataset of the workspace."
        + there,
        "Check the path or the name, or prepare a file first: ftstudio data prepare FILE.",
        code="data_not_found",
    )


def _listed(versions: Sequence[DatasetVersion]) -> str:
    shown = ", ".join(f"{one.id} ({one.name})" for one in versions[:5])
    return shown + (f" and {len(versions) - 5} more" if len(versions) > 5 else "")


def existing(path: Path) -> Path:
    """The path, where there is something. Raises StudioError."""
    if not os.path.exists(path):  # Path's own question fails where a folder may not be looked into
        raise StudioError(
            f"{shortened(str(path))} can't be read.",
            "There is no such file or folder.",
            "Check the path and its spelling. A dataset of the Hugging Face hub is fetched first: "
            "ftstudio data fetch NAME.",
            code="file_missing",
        )
    if not os.path.isfile(path) and not os.path.isdir(path):
        raise StudioError(
            f"{shortened(str(path))} is no file.",
            "It is a pipe or a device, which has no end that can be known.",
            "Save what comes out of it in a file, then name that.",
            code="no_file",
        )
    return path


def shortened(text: str, most: int = 80) -> str:
    """What was typed, as it can stand in a sentence."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def make_plan(
    workspace: Workspace,
    data: str,
    model: str,
    *,
    method: str,
    objective: str = "",
    settings: Iterable[str] = (),
    name: str = "",
    progress: Callable[[float], None] | None = None,
    few: bool = False,
) -> Plan:
    """The safe default for this data and model, with what was set changed in it."""
    from ftstudio.planning.advice import default_plan
    from ftstudio.techniques import methods, objectives
    from ftstudio.techniques.fitting import demand_possible

    if method not in methods():
        raise _unknown("method", method, methods())
    info = choose_model(workspace, model)
    version = choose_dataset(workspace, data, progress, few)
    if objective and objective not in objectives():
        raise _unknown("objective", objective, objectives())
    plan = default_plan(version, info, method, objective=objective)
    if name:
        plan = plan.model_copy(update={"name": name})
    plan = change_plan(plan, settings, info.shape.max_length)
    chosen = methods()[plan.method]
    params = chosen.params(**plan.method_params)
    demand_possible(objectives()[plan.objective], chosen, version.facts, info.shape, "", params)
    return plan


def change_plan(plan: Plan, settings: Iterable[str], reads: int = _LONGEST) -> Plan:
    """Apply `group.name=value` settings, checked by their own declarations; the group may be left
    out where it is plain.

    `reads`: tokens that the model can read. Where longer answers are to be written, the limit
    grows by as much, unless it is set too.
    """
    groups = _groups(plan)
    limit_is_set = False
    named: list[tuple[str, str]] = []
    for setting in settings:
        key, found, text = with_group(plan, setting).partition("=")
        group, dot, name = key.strip().partition(".")
        if not found or not dot or group not in groups:
            raise _bad_setting(setting, groups)
        groups[group] = _set(groups[group], group, name, text.strip())
        named.append((group, name))
        limit_is_set |= (group, name) == ("training", "max_length")
    if not limit_is_set:
        groups["training"] = _with_room(plan, groups, reads)
    _demand_heeded(plan, groups, named)
    return plan.model_copy(
        update={
            "training": groups["training"],
            "method_params": groups["method"].model_dump(),
            "objective_params": groups["objective"].model_dump(),
        }
    )


def with_group(plan: Plan, setting: str) -> str:
    """`attention=eager` as `training.attention=eager`, where one group alone has such a name."""
    key = setting.partition("=")[0].strip()
    if "." in key:
        return setting
    groups = _groups(plan)
    having = [group for group, params in groups.items() if key in type(params).model_fields]
    return f"{having[0]}.{setting.strip()}" if len(having) == 1 else setting


def _groups(plan: Plan) -> dict[str, Params]:
    from ftstudio.techniques import methods, objectives

    if plan.objective not in objectives():
        raise _unknown("objective", plan.objective, objectives())
    if plan.method not in methods():
        raise _unknown("method", plan.method, methods())
    return {
        "training": plan.training,
        "method": _valid(methods()[plan.method].params, plan.method_params, "method"),
        "objective": _valid(
            objectives()[plan.objective].params, plan.objective_params, "objective"
        ),
    }


def _valid(kind: type[Params], values: Mapping[str, Any], group: str) -> Params:
    try:
        return kind.model_validate(dict(values))
    except ValidationError as error:
        name, why = flaw_of(error)
        raise StudioError(
            f"The plan has a setting that can't be used: {group}.{name}.",
            why,
            f"There are: {', '.join(kind.model_fields) or 'none'}.",
            code="bad_setting",
        ) from error


def heeded(plan: Plan) -> tuple[Plan, list[str]]:
    """A plan from a file with what nothing heeds put to rest, and a sentence on each."""
    from ftstudio.techniques import methods, objectives
    from ftstudio.techniques.idle import at_rest, weighed

    goal, method, groups = objectives()[plan.objective], methods()[plan.method], _groups(plan)
    declared = {**method.defaults, **goal.defaults}
    said: list[str] = []
    for group, idle in _idle(plan, groups).items():
        fields = type(groups[group]).model_fields
        usual = {name: fields[name].default for name in idle}
        usual |= {name: v for name, v in declared.items() if group == "training" and name in idle}
        for name, why in idle.items():
            value = getattr(groups[group], name)
            if value and value not in (usual[name], fields[name].default):
                said.append(f"{group}.{name} = {value} of the plan counts for nothing. {why}")
        groups[group] = at_rest(groups[group], idle)
    more = weighed(goal, groups["objective"], plan.more_data)
    if more != plan.more_data:
        why = (
            goal.why_unweighed(groups["objective"]) if more else "The goal learns from one dataset."
        )
        said.append(f"Further data of the plan count for nothing, or not by weight. {why}")
    if plan.rewards and not goal.wants_rewards:
        said.append("The rewards of the plan count for nothing. The goal learns from examples.")
    update = {
        "training": groups["training"],
        "method_params": groups["method"].model_dump(),
        "objective_params": groups["objective"].model_dump(),
        "more_data": more,
        "rewards": plan.rewards if goal.wants_rewards else [],
    }
    return plan.model_copy(update=update), said


def _idle(plan: Plan, groups: Mapping[str, Params]) -> dict[str, dict[str, str]]:
    from ftstudio.techniques import methods, objectives
    from ftstudio.techniques.idle import idle_method, idle_objective, idle_training

    goal, method = objectives()[plan.objective], methods()[plan.method]
    training = groups["training"]
    assert isinstance(training, TrainingSettings)
    return {
        "training": idle_training(goal, method, training, params=groups["objective"]),
        "method": idle_method(goal, method, groups["method"]),
        "objective": idle_objective(goal, method, groups["objective"]),
    }


def _with_room(plan: Plan, groups: Mapping[str, Params], reads: int) -> Params:
    from ftstudio.techniques import objectives

    goal, training = objectives()[plan.objective], groups["training"]
    longer = goal.writes(groups["objective"]) - goal.writes(goal.params(**plan.objective_params))
    if longer <= 0:
        return training
    limit = max(plan.training.max_length, min(reads, plan.training.max_length + longer))
    return training.model_copy(update={"max_length": limit})


def _demand_heeded(
    plan: Plan, groups: Mapping[str, Params], named: Iterable[tuple[str, str]]
) -> None:
    """Nothing that was set on purpose may count for nothing without a word."""
    idle = _idle(plan, groups)
    for group, name in named:
        value = getattr(groups[group], name)
        declared = type(groups[group]).model_fields[name].default
        if name in idle[group] and value and value != declared:  # “off” is what it is
            raise StudioError(
                f"{group}.{name} counts for nothing here.",
                idle[group][name],
                f"Leave {group}.{name} out, or change what it depends on.",
                code="setting_ignored",
            )


def _set(params: Params, group: str, name: str, text: str) -> Params:
    if name not in type(params).model_fields:
        known = ", ".join(f"{group}.{field}" for field in type(params).model_fields)
        raise StudioError(
            f"There is no setting “{group}.{name}”.",
            "It is spelt otherwise, or belongs to another method.",
            f"There are: {known}." if known else f"Leave it out: {group} has no settings here.",
            code="unknown_setting",
        )
    choices = next(dict(spec.choices) for spec in type(params).specs() if spec.name == name)
    unset = text.lower() in ("", "none", "null") and text not in choices
    value: Any = None if unset else text
    try:
        return type(params).model_validate({**params.model_dump(), name: value})
    except ValidationError as error:
        raise StudioError(
            f"“{text}” is no value for {group}.{name}.",
            flaw_of(error)[1],
            "Look at its bounds: ftstudio techniques.",
            code="bad_setting",
        ) from error


def _bad_setting(setting: str, groups: Mapping[str, Any]) -> StudioError:
    return StudioError(
        f"The setting “{setting}” can't be understood.",
        f"A setting is written group.name=value, with the groups {', '.join(groups)}.",
        "For example: --set training.epochs=3 --set method.rank=32.",
        code="bad_setting",
    )


def _unknown(kind: str, key: str, known: Iterable[str]) -> StudioError:
    return StudioError(
        f"There is no {kind} “{key}”.",
        f"This version has: {', '.join(sorted(known))}.",
        "Choose one of them; ftstudio techniques tells what each is for.",
        code=f"unknown_{kind}",
    )


def read_plan(path: Path) -> Plan:
    """A plan file as `ftstudio plan --out` writes it."""
    try:
        return Plan.model_validate(json.loads(path.read_text("utf-8")))
    except OSError as error:
        raise StudioError(
            f"The plan {path} can't be read.",
            f"The system says: {error.strerror or error}.",
            "Check the path, or make a plan: ftstudio plan --data … --model … --out FILE.",
            code="plan_unreadable",
        ) from error
    except (ValueError, RecursionError) as error:
        raise StudioError(
            f"The plan {path.name} can't be read.",
            "It is not a plan file of this app, or it was damaged.",
            "Make it again: ftstudio plan --data … --model … --out FILE.",
            code="plan_unreadable",
        ) from error
