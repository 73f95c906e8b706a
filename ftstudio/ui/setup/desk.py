"""What the set-up pages work on: the answers so far, what was found for them, what follows."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from ftstudio.basemodels.catalogue import add_folder, find_model, forget_folder
from ftstudio.basemodels.hub import discard_partial
from ftstudio.basemodels.inspect import BaseModelInfo
from ftstudio.core.errors import StudioError
from ftstudio.core.example import Example
from ftstudio.core.method import Method
from ftstudio.core.objective import Objective
from ftstudio.core.params import Params
from ftstudio.core.paths import Workspace
from ftstudio.core.plan import (
    DatasetRef,
    ModelRef,
    MoreData,
    Plan,
    RewardChoice,
    SafeguardChoice,
)
from ftstudio.core.training_settings import TrainingSettings
from ftstudio.data.versions.library import DatasetVersion
from ftstudio.planning.advice import natural_objective
from ftstudio.planning.guide import guide_method
from ftstudio.planning.judging import judges_bytes
from ftstudio.planning.measured import Record
from ftstudio.planning.naming import next_name
from ftstudio.planning.path_setup import why_not_path
from ftstudio.planning.proposal import Proposal, Situation, propose
from ftstudio.planning.setup_draft import Preset, SetupDraft
from ftstudio.planning.stages import RECIPES
from ftstudio.planning.whole import valid_params
from ftstudio.techniques import methods, objectives
from ftstudio.techniques.fitting import why_not_learn
from ftstudio.techniques.idle import at_rest, idle_objective, weighed
from ftstudio.techniques.rewarding import demand_rewards
from ftstudio.ui.bridge import background
from ftstudio.ui.setup.foresight import Foresight
from ftstudio.ui.setup.run_parts import gone
from ftstudio.ui.setup.surroundings import Surroundings, learned_here, look, situation_of
from ftstudio.ui.setup.ways_out import WaysOut
from ftstudio.ui.studio import Studio

_SAVE_AFTER_MS = 400
_HELD_OUT = 3
_Measured = tuple[Situation, list[Example], list[Record]]


class SetupDesk(QObject):
    """One draft at a time. Pages call its verbs; `changed` comes after everything that matters."""

    changed = Signal()
    failed = Signal(object)  # StudioError

    def __init__(self, studio: Studio, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.studio = studio
        self.draft = SetupDraft()
        self.around = Surroundings()
        self.ready = False  # the surroundings are known
        self.saved_at = 0.0
        self._repeats: Plan | None = None  # the run that is set up anew
        self.situation: Situation | None = None
        self.held_out: list[Example] = []  # a few, to try rewards on
        self.proposals: dict[str, Proposal] = {}
        self._looking: background.Task[Surroundings] | None = None
        self._measuring: background.Task[_Measured] | None = None
        self._save = QTimer(self)
        self._save.setSingleShot(True)
        self._save.setInterval(_SAVE_AFTER_MS)
        self._save.timeout.connect(self.save_now)
        self.foresight = Foresight(self, self)
        self.foresight.news.connect(self.changed)
        self.ways = WaysOut(self, self.foresight)
        self.foresight.news.connect(self.ways.count_best)

    # ---- what is known ----

    @property
    def workspace(self) -> Workspace:
        return self.studio.workspace

    @property
    def dataset(self) -> DatasetVersion | None:
        return next((d for d in self.around.datasets if d.id == self.draft.dataset), None)

    @property
    def model(self) -> BaseModelInfo | None:
        return next((m for m in self.around.models if m.ref.path == self.draft.model), None)

    @property
    def proposal(self) -> Proposal | None:
        """What would run with the answers given so far."""
        return self.proposals.get(self.method_key)

    @property
    def method_key(self) -> str:
        return self.draft.method or self.recommended_key

    @property
    def recommended_key(self) -> str:
        return guide_method(list(self.proposals.values()), self.draft.keep_skills)[0]

    @property
    def method(self) -> Method | None:
        return methods().get(self.method_key)

    @property
    def objective(self) -> Objective:
        """The one that was chosen, as long as the data allows it; else the one that suits it."""
        chosen = objectives().get(self.draft.objective)
        dataset = self.dataset
        if dataset is None:
            return chosen or next(iter(objectives().values()))
        if chosen is not None and not why_not_learn(chosen, dataset.facts):
            return chosen
        try:
            return natural_objective(dataset.facts)
        except StudioError:  # nothing can learn from it; the goal page says so
            return next(iter(objectives().values()))

    @property
    def objective_params(self) -> Params:
        """What was set for the goal, as far as it is valid for it."""
        return valid_params(self.objective.params, self.draft.objective_params)

    @property
    def missing(self) -> str:
        """What the goal still needs before the start, in a few words; empty where nothing."""
        if self.objective.wants_rewards:
            if not self.draft.rewards:
                return self.tr("Choose what an answer is worth")
            try:
                answers = self.dataset is None or self.dataset.facts.answers
                demand_rewards(self.draft.rewards, answers)
            except StudioError as error:
                return error.what
        if self.objective.wants_more_data and not self.draft.more_data:
            return self.tr("Choose a second dataset")
        return ""

    @property
    def name(self) -> str:
        if self.draft.name:
            return self.draft.name
        return next_name(self.dataset.name if self.dataset else "", self.around.run_names)

    def needs_chat_format(self) -> bool:
        return self.model is not None and not self.model.has_chat_template

    # ---- opening ----

    def open(self, draft: SetupDraft, repeats: Plan | None = None) -> None:
        """Take up a draft and look around anew. `repeats`: the plan of the run it was made from."""
        self.draft = draft
        self._repeats = repeats
        self.ready = False
        self.situation, self.proposals = None, {}
        self.ways.forget()
        self.foresight.trial.look_up()
        self.look_around()

    def look_around(self) -> None:
        workspace, wanted = self.workspace, self.draft.model
        if self._looking is not None:
            self._looking.cancel()
        self._looking = background.run(
            self, lambda cancel: look(workspace, wanted), self._on_found, self.failed.emit
        )

    def _on_found(self, around: Surroundings) -> None:
        self.around = around
        self.ready = True
        repeats, self._repeats = self._repeats, None
        dataset_gone = bool(self.draft.dataset) and self.dataset is None
        if dataset_gone:
            self.draft.dataset = ""
        self._settle_model(repeats.model if repeats else None)
        self._settle_chat_format()
        self._measure()
        if repeats is not None and (dataset_gone or self.model is None):
            self.failed.emit(gone(repeats, dataset_gone, self.model is None))

    def _settle_model(self, wanted: ModelRef | None) -> None:
        """The model of an earlier run is known by its folder, then by its fingerprint; another
        one is never put in its place."""
        if wanted is not None:
            refs = [info.ref for info in self.around.models]
            same = [r for r in refs if r.sha256 == wanted.sha256 or not wanted.sha256]
            here = [r for r in same if r.path == wanted.path]
            by_print = same if wanted.sha256 else []
            self.draft.model = next((r.path for r in (*here, *by_print)), "")
        elif self.model is None:
            repeated = self.draft.started_from  # of that run's model it was said that it is gone
            self.draft.model = "" if repeated else self._preferred_model()

    def _preferred_model(self) -> str:
        """The last one used, else the first: the starter model."""
        paths = [info.ref.path for info in self.around.models]
        last = self.studio.settings.last_model
        return last if last in paths else next(iter(paths), "")

    # ---- answers ----

    def choose_dataset(self, dataset_id: str) -> None:
        if dataset_id != self.draft.dataset:
            self.draft.dataset, self.draft.path = dataset_id, ""
            self._settle_chat_format()
            self._measure()

    def choose_model(self, path: str) -> None:
        if path != self.draft.model:
            self.draft.model = path
            self._settle_chat_format()
            self._measure()

    def choose_objective(self, key: str) -> None:
        if key != self.objective.key or key != self.draft.objective or self.draft.path:
            self.draft.objective, self.draft.path = key, ""
            self._settle_chat_format()
            self._propose()

    def choose_path(self, kind: str, data: dict[str, str]) -> None:
        """Several runs at once; the other pages are about the first of them."""
        first, before = RECIPES[kind].steps[0], self.draft.dataset
        self.draft.path, self.draft.path_data = kind, dict(data)
        self.draft.objective = first.objective
        self.draft.dataset = data.get(first.data, before)
        self._settle_chat_format()
        if self.draft.dataset != before:
            self._measure()
        else:
            self._propose()

    def keep_skills(self, keep: bool) -> None:
        """Must what the model can do otherwise stay? The recommended method follows from it."""
        self.draft.keep_skills = keep
        self._announce()

    def set_rewards(self, rewards: list[RewardChoice]) -> None:
        self.draft.rewards = list(rewards)
        self._propose()  # models among them take memory

    def set_more_data(self, more: list[MoreData]) -> None:
        self.draft.more_data = list(more)
        self._announce()

    def set_safeguards(self, safeguards: list[SafeguardChoice]) -> None:
        self.draft.safeguards = list(safeguards)
        self._propose()

    def choose_method(self, key: str) -> None:
        if key != self.draft.method:
            self.draft.method = key
            self.foresight.refine()
            self._announce()

    def choose_preset(self, preset: Preset) -> None:
        """A preset starts from the advice again: what was set by hand is let go."""
        self.draft.preset = preset
        self.draft.training = {}
        self.draft.method_params = {}
        self._propose()

    def set_training(self, values: dict[str, Any]) -> None:
        """All values of the form; those that differ from what is proposed are kept."""
        if self.proposal is None:
            return
        before = self.proposal.training.model_dump()
        self.draft.training.update({k: v for k, v in values.items() if before.get(k) != v})
        self._propose()

    def set_method_params(self, values: dict[str, Any]) -> None:
        if self.method is not None:
            self.draft.method_params[self.method.key] = dict(values)
            self._propose()

    def set_objective_params(self, values: dict[str, Any]) -> None:
        self.draft.objective_params = dict(values)
        if self.situation is None:
            self._announce()
        else:  # the room for what is written follows
            self._propose()

    def put_back(self, draft: SetupDraft) -> None:
        """The answers as they were before a change."""
        measured = (self.draft.dataset, self.draft.model) == (draft.dataset, draft.model)
        self.draft = draft.model_copy(update={"page": self.draft.page}, deep=True)
        if measured:
            self._propose()
        else:
            self._measure()

    def set_name(self, name: str) -> None:
        self.draft.name = name.strip()
        self._save.start()

    def remember_page(self, key: str) -> None:
        self.draft.page = key
        self._save.start()

    def add_model_folder(self, folder: Path) -> None:
        workspace = self.workspace
        background.run(
            self, lambda cancel: add_folder(workspace, folder), self._on_model_added,
            self.failed.emit,
        )  # fmt: skip

    def forget_model_folder(self, folder: Path) -> None:
        workspace = self.workspace
        others = [one for one in self.around.unusable if one.folder != folder]
        self.around = replace(self.around, unusable=others)
        background.run(
            self, lambda cancel: forget_folder(workspace, folder),
            lambda _known: self.look_around(), self.failed.emit,
        )  # fmt: skip

    def discard_download(self, name: str) -> None:
        models = self.workspace.models
        background.run(
            self, lambda cancel: discard_partial(models, name),
            lambda _bytes: self.look_around(), self.failed.emit,
        )  # fmt: skip

    def take_model(self, path: str) -> None:
        """A model that has just arrived in the workspace."""
        background.run(
            self, lambda cancel: find_model(Path(path)), self._on_model_added, self.failed.emit
        )

    def _on_model_added(self, info: BaseModelInfo) -> None:
        others = [m for m in self.around.models if m.ref.path != info.ref.path]
        self.around = replace(self.around, models=[*others, info])
        self.draft.model = info.ref.path
        self._settle_chat_format()
        self._measure()

    def _settle_chat_format(self) -> None:
        """A chat model keeps its own format; one without takes the plain one."""
        if self.model is not None and "template" in self.objective.params.model_fields:
            own = "chatml" if self.needs_chat_format() else "own"
            self.draft.objective_params = {**self.draft.objective_params, "template": own}

    # ---- what follows ----

    def _measure(self) -> None:
        """Lengths of the data, speed of earlier runs and the machine, in the background."""
        self.situation, self.proposals = None, {}
        if self._measuring is not None:
            self._measuring.cancel()
        dataset, model, workspace = self.dataset, self.model, self.workspace
        if dataset is not None and model is not None:
            method = self.draft.method or "lora"
            self._measuring = background.run(
                self,
                lambda cancel: (
                    situation_of(workspace, dataset, model, method),
                    list(islice(dataset.examples("validation"), _HELD_OUT)),
                    learned_here(workspace),
                ),
                self._on_measured,
                self.failed.emit,
            )
        self._announce()

    def _on_measured(self, found: _Measured) -> None:
        self.situation, self.held_out, self.foresight.records = found
        self._propose()

    def _propose(self) -> None:
        if self.situation is None:
            return
        scored = self.draft.rewards if self.objective.wants_rewards else []
        judges = judges_bytes(scored, self.situation.machine.device)
        for key, method in methods().items():
            self.proposals[key] = propose(
                self.situation, method, self.objective.key,
                self.draft.method_params.get(key), self.draft.training, self.draft.preset,
                self.draft.objective_params, self.draft.safeguards, judges,
            )  # fmt: skip
            if recipe := RECIPES.get(self.draft.path):
                why = why_not_path(recipe, method, self.situation.shape) or ""
                self.proposals[key] = replace(self.proposals[key], refusal=why)
        self.foresight.begin_anew()
        self.foresight.refine()
        self._announce()

    def _announce(self) -> None:
        self._save.start()
        self.changed.emit()

    def save_now(self) -> None:
        self._save.stop()
        try:
            self.draft.save(self.workspace)
        except OSError as error:
            self.failed.emit(
                StudioError(
                    "The draft could not be saved.",
                    f"The system says: {error.strerror or error}.",
                    "Check that the workspace's drive is connected and not full.",
                )
            )
        else:
            self.saved_at = time.time()

    def save_if_due(self) -> None:
        if self._save.isActive():
            self.save_now()

    def forget(self) -> None:
        """The run was started: this draft is done."""
        self._save.stop()

    def plan(self) -> Plan | None:
        """Everything that Start needs, or None while something is missing."""
        dataset, model, proposal = self.dataset, self.model, self.proposal
        if dataset is None or model is None or proposal is None:
            return None
        objective, params = self.objective, self.objective_params
        params = at_rest(params, idle_objective(objective, proposal.method, params))
        return Plan(
            name=self.name,
            dataset=DatasetRef(id=dataset.id, path=str(dataset.path), name=dataset.name),
            model=model.ref,
            objective=objective.key,
            objective_params=params.model_dump(),
            more_data=weighed(objective, params, self.draft.more_data),
            rewards=self.draft.rewards if objective.wants_rewards else [],
            safeguards=self.draft.safeguards,
            method=proposal.method.key,
            method_params=proposal.params.model_dump(),
            training=TrainingSettings.model_validate(proposal.training.model_dump()),
            decisions=proposal.decisions,
            started_from=self.draft.started_from,
        )
