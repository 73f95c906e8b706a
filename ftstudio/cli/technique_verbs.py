"""`ftstudio techniques`: the whole catalogue with every setting, and which pairs go together."""

from __future__ import annotations

import argparse
from typing import Any

from ftstudio.cli.options import Verbs, with_json
from ftstudio.cli.screen import Screen
from ftstudio.core.params import Params, ParamSpec
from ftstudio.core.training_settings import TrainingSettings


def add(verbs: Verbs) -> None:
    parser = verbs.add_parser("techniques", help="methods, objectives and all their settings")
    with_json(parser).set_defaults(run=_list)


def _list(arguments: argparse.Namespace, screen: Screen) -> int:
    from ftstudio.techniques import methods, objectives, rewards, safeguards

    kinds: dict[str, Any] = {
        "objective": objectives(), "method": methods(), "safeguard": safeguards(),
        "reward": rewards(),
    }  # fmt: skip
    pairs = _pairs()
    screen.result(
        {
            **{
                f"{kind}s": [
                    {"key": t.key, "title": t.title, "term": t.term, "promise": t.promise,
                     "settings": _specs(t.params)}
                    for t in found.values()
                ]
                for kind, found in kinds.items()
            },
            "pairs": pairs,
            "training": _specs(TrainingSettings),
        }
    )  # fmt: skip
    for kind, found in kinds.items():
        for technique in found.values():
            screen.say(f"{kind} {technique.key}: {technique.title}. {technique.promise}")
            _tell_settings(kind, technique.params, screen)
            screen.say()
    screen.say("Every run:")
    _tell_settings("training", TrainingSettings, screen)
    screen.say()
    screen.say("Every objective goes with every method, but for these:")
    for pair in pairs:
        if not pair["ok"]:
            screen.say(f"  {pair['objective']} × {pair['method']}: {pair['why']}")
    return 0


def _pairs() -> list[dict[str, Any]]:
    """Every objective with every method: `ok`, or `why` not."""
    from ftstudio.techniques import methods, objectives
    from ftstudio.techniques.fitting import why_not

    found = []
    for objective in objectives().values():
        for method in methods().values():
            said = why_not(objective, method)
            pair: dict[str, Any] = {"objective": objective.key, "method": method.key}
            found.append({**pair, "ok": said is None, **({"why": said} if said else {})})
    return found


def _tell_settings(group: str, params: type[Params], screen: Screen) -> None:
    for spec in params.specs():
        screen.say(f"  {group}.{spec.name}={_default(spec)}  {_bounds(spec)}{spec.help}")


def _default(spec: ParamSpec) -> str:
    return "(decided for you)" if spec.default is None else str(spec.default)


def _bounds(spec: ParamSpec) -> str:
    if spec.choices:
        return f"[{', '.join(str(value) for value, _ in spec.choices)}] "
    if spec.minimum is not None and spec.maximum is not None:
        return f"[{spec.minimum:g} to {spec.maximum:g}] "
    return ""


def _specs(params: type[Params]) -> list[dict[str, Any]]:
    return [
        {"name": s.name, "default": s.default, "minimum": s.minimum, "maximum": s.maximum,
         "choices": [value for value, _ in s.choices], "title": s.title, "help": s.help}
        for s in params.specs()
    ]  # fmt: skip
