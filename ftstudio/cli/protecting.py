"""`--protect KEY=DATA[:name=value,…]`: what shall not be forgotten, as it is typed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from ftstudio.core.errors import StudioError
from ftstudio.core.params import flaw_of
from ftstudio.core.paths import Workspace
from ftstudio.core.plan import DatasetRef, Plan, SafeguardChoice

if TYPE_CHECKING:
    from ftstudio.core.safeguard import Safeguard

_SETTINGS = re.compile(r"[A-Za-z_]+=[^=,:]*(,[A-Za-z_]+=[^=,:]*)*")


def protected(
    plan: Plan,
    words: Iterable[str],
    workspace: Workspace,
    progress: Callable[[float], None] | None = None,
    few: bool = False,
) -> Plan:
    """The plan with these safeguards added; `few`: even where there is little to check with.
    Raises StudioError where one is not understood."""
    found = [_choice(plan, word, workspace, progress, few) for word in words]
    return plan.model_copy(update={"safeguards": [*plan.safeguards, *found]})


def _choice(
    plan: Plan,
    word: str,
    workspace: Workspace,
    progress: Callable[[float], None] | None,
    few: bool,
) -> SafeguardChoice:
    from ftstudio.cli.choose import choose_dataset
    from ftstudio.data.versions.library import load_version
    from ftstudio.techniques import methods, objectives, safeguards
    from ftstudio.techniques.fitting import why_not_protect

    key, found, rest = word.partition("=")
    safeguard = safeguards().get(key)
    if not found or not rest or safeguard is None:
        raise _not_understood(word, safeguards())
    data, settings = _apart(rest)
    params = _params(safeguard, settings)
    version = choose_dataset(workspace, data, progress, few)
    objective, method = objectives()[plan.objective], methods()[plan.method]
    own = load_version(Path(plan.dataset.path)).facts
    if why := why_not_protect(safeguard, objective, method, version.facts, own):
        raise StudioError(
            f"“{safeguard.title}” can't protect {version.name} in this run.",
            why,
            "Leave it out, or choose other data, another goal or method.",
            code="safeguard_refused",
        )
    ref = DatasetRef(id=version.id, path=str(version.path), name=version.name)
    return SafeguardChoice(key=key, params=params, dataset=ref)


def _apart(text: str) -> tuple[str, dict[str, str]]:
    """The data, and the settings behind the last colon; a drive's own colon is no such one."""
    data, colon, tail = text.rpartition(":")
    if not colon or not _SETTINGS.fullmatch(tail) or Path(text).exists():
        return text, {}
    pairs = (part.partition("=") for part in tail.split(","))
    return data, {name: value for name, _, value in pairs}


def _params(safeguard: Safeguard, settings: dict[str, str]) -> dict[str, Any]:
    try:
        return safeguard.params.model_validate(settings).model_dump()
    except ValidationError as error:
        name, why = flaw_of(error)
        known = ", ".join(safeguard.params.model_fields)
        raise StudioError(
            f"“{name}={settings.get(name, '')}” is no setting of {safeguard.key}.",
            why,
            f"There are: {known}. Look at their bounds: ftstudio techniques.",
            code="bad_setting",
        ) from error


def _not_understood(word: str, known: Iterable[str]) -> StudioError:
    return StudioError(
        f"The protection “{word}” can't be understood.",
        f"It is written KEY=DATA, and this version knows {', '.join(sorted(known))}.",
        "For example: --protect replay=general.jsonl:share=0.25.",
        code="bad_protection",
    )
