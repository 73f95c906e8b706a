"""What is known of a plan beyond the quick figure: counted exactly, tried here, and the machine
as it is just now. Stands behind the desk, and changes only what follows from the answers."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from ftstudio.core.plan import Plan
from ftstudio.core.units import format_bytes
from ftstudio.planning import exact
from ftstudio.planning.energy import Energy, energy
from ftstudio.planning.machine import Machine
from ftstudio.planning.measured import Record, card_of, corrected, corrections
from ftstudio.planning.memory import MemoryEstimate, fits
from ftstudio.planning.proposal import Proposal
from ftstudio.planning.tried import Tried, left_out, measured, timed
from ftstudio.ui.setup.desk_view import DeskView
from ftstudio.ui.setup.exact_figures import ExactFigures, Stages, key_of
from ftstudio.ui.setup.live_machine import LiveMachine
from ftstudio.ui.setup.trial import Trial


class Foresight(QObject):
    """The desk calls `refine` after each answer; `news` when something came by itself."""

    news = Signal()

    def __init__(self, desk: DeskView, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self.exact = ExactFigures(desk.studio, self)
        self.trial = Trial(desk.studio, self)
        self.live = LiveMachine(self)
        self.key = ""  # of what is on the desk
        self.records: list[Record] = []
        self._quick: dict[str, MemoryEstimate] = {}  # of each method, before it was counted
        self._foretold: dict[str, MemoryEstimate] = {}  # likewise, before it was measured
        self._active = False
        self._stages: Stages = ()  # of the path that is in view
        self.exact.changed.connect(self._on_news)
        self.trial.changed.connect(self._on_news)
        self.live.seen.connect(self._on_machine)

    @property
    def tried(self) -> Tried | None:
        """What a trial of this very plan has measured on this machine."""
        return self.trial.of(self.key) if self.key else None

    def quick(self, method: str) -> MemoryEstimate | None:
        return self._quick.get(method)

    def foretold(self, made: Proposal) -> MemoryEstimate:
        """What a run of it is to be held against: never what was measured of the same."""
        known = self._foretold.get(made.method.key, made.memory)
        return known if made.memory.how == "measured" else made.memory

    def set_active(self, active: bool) -> None:
        """Whether figures are in view. Nothing is counted or looked at for a page without."""
        if active != self._active:
            self._active = active
            self._want()

    def show_path(self, stages: Stages) -> MemoryEstimate | None:
        """The stages of the path in view, none while it is being made. What is known of the largest
        one; what is not is asked for."""
        self._stages, situation = tuple(stages), self._desk.situation
        self._want()
        if not stages or situation is None:
            return None
        (plan, longest), *later = stages
        found = self.exact.find(plan, situation.machine, longest, later)
        return self.taught(found, situation.machine) if found else None

    def counted(self, plan: Plan, longest: int) -> MemoryEstimate | None:
        """What is known exactly of a plan that is not on the desk."""
        situation = self._desk.situation
        found = self.exact.find(plan, situation.machine, longest) if situation else None
        if found is None or situation is None or found.how != "exact":
            return None
        return self.taught(found, situation.machine)

    def count_too(self, plan: Plan, longest: int) -> None:
        """A plan that may follow the one on the desk, while nothing else is to be counted."""
        situation = self._desk.situation
        if self._active and not self.trial.at_work and situation is not None:
            self.exact.want_too(plan, situation.machine, longest)

    def begin_anew(self) -> None:
        """All proposals were made anew, by arithmetic alone: what this card taught goes in."""
        self._quick.clear()
        self._foretold.clear()
        situation = self._desk.situation
        if situation is None:
            return
        for key, made in self._desk.proposals.items():
            memory = self.taught(made.memory, situation.machine)
            fit = fits(memory, situation.machine.free_bytes)
            self._desk.proposals[key] = replace(made, memory=memory, fit=fit)

    def taught(self, memory: MemoryEstimate, machine: Machine) -> MemoryEstimate:
        """With the context and the margin that finished runs on this card justify."""
        taught = corrections(self.records, card_of(machine), memory.how, memory.eager)
        return corrected(memory, taught) if taught.runs else memory

    def refine(self) -> None:
        """Put what is known in the place of the quick figure, and ask for what is not."""
        desk = self._desk
        self.key, seen = "", set[str]()
        # A method that turns out not to fit may leave the recommendation to another one.
        while (made := desk.proposal) is not None and made.method.key not in seen:
            seen.add(made.method.key)
            if desk.situation is not None:
                self._quick.setdefault(made.method.key, made.memory)
                self._put(made, desk.situation.machine)
        self._want()

    def _put(self, made: Proposal, machine: Machine) -> None:
        desk = self._desk
        plan = desk.plan()
        if plan is None or desk.situation is None:
            return
        longest = self.longest(made)
        self.key = key_of(exact.payload(plan, machine, longest))
        known = self.exact.find(plan, machine, longest)
        memory = self.taught(known, machine) if known else self._quick[made.method.key]
        self._foretold[made.method.key] = memory
        desk.proposals[made.method.key] = self._judged(replace(made, memory=memory), machine)

    def longest(self, made: Proposal) -> int:
        """Tokens of the longest row that is trained on."""
        assert self._desk.situation is not None
        row = self._desk.situation.lengths.longest_row(made.objective.writes(made.objective_params))
        return min(row, made.training.max_length)

    def _judged(self, made: Proposal, machine: Machine) -> Proposal:
        """What was measured goes before what was foretold."""
        tried = self.tried
        if tried is None:
            return replace(made, fit=fits(made.memory, machine.free_bytes))
        if not tried.ran:
            return replace(made, fit="does not fit")
        beside = 0
        if (situation := self._desk.situation) is not None:
            made, beside = timed(made, situation, tried), left_out(made, situation)
        memory = measured(made.memory, tried, beside)
        return replace(made, memory=memory, fit=fits(memory, machine.free_bytes))

    def _want(self) -> None:
        desk, made = self._desk, self._desk.proposal
        busy = self.trial.at_work or bool(desk.missing)
        path, plan = bool(desk.draft.path), desk.plan() if self._active and not busy else None
        if plan is not None and path and self._stages and desk.situation is not None:
            (first, longest), *later = self._stages
            self.exact.want(first, desk.situation.machine, longest, later)
        elif path or plan is None or made is None or desk.situation is None or made.refusal:
            self.exact.want_nothing()
        else:
            self.exact.want(plan, desk.situation.machine, self.longest(made))
        # What is counted or tried takes memory itself; that is not the machine's usual state.
        quiet = self._active and not self.trial.at_work and not self.exact.busy
        self.live.watch(desk.situation.machine if quiet and desk.situation else None)

    def _on_news(self) -> None:
        self.refine()
        self.news.emit()

    def _on_machine(self, machine: Machine) -> None:
        """Less or more is free: what fits is judged anew; the settings stay as they are."""
        desk = self._desk
        if desk.situation is None:
            return
        desk.situation = replace(desk.situation, machine=machine)
        for key, made in desk.proposals.items():
            desk.proposals[key] = replace(made, fit=fits(made.memory, machine.free_bytes))
        self._on_news()

    def energy(self, made: Proposal, machine: Machine) -> Energy | None:
        """By the power that earlier runs took on this card, where there were any."""
        watts = corrections(self.records, card_of(machine)).watts
        return energy(made.forecast, machine, watts)

    # ---- trying ----

    def why_not_try(self) -> str:
        """A sentence where a trial is not possible now; empty where it is."""
        desk, made = self._desk, self._desk.proposal
        if made is None or not self.key:
            return self.tr("The data is still being measured.")
        if made.refusal:
            return made.refusal
        if desk.missing:
            return desk.missing
        if desk.draft.path:
            return self.tr("A path of several runs is not tried; try its stages one by one.")
        if desk.around.busy:
            return self.tr("A run is at work and holds memory; try when it has ended.")
        if desk.situation and desk.situation.machine.device == "cpu" and made.fit == "does not fit":
            return self.tr(
                "It needs {size} of the computer's memory, and {free} are free: the whole computer "
                "would stand still."
            ).format(
                size=format_bytes(made.memory.shown),
                free=format_bytes(desk.situation.machine.free_bytes),
            )
        return ""

    def try_now(self) -> None:
        plan, situation = self._desk.plan(), self._desk.situation
        if plan is None or situation is None or self.why_not_try() or self.trial.at_work:
            return
        made = self._desk.proposal
        assert made is not None
        # From now on it is the person's choice: whatever comes of it, the page stays with it.
        self._desk.choose_method(made.method.key)
        self.trial.begin(self.key, plan, self.foretold(made), situation.machine.device)

    def should_try_first(self) -> bool:
        """A tight plan on a card, of which nothing was measured here yet."""
        desk, made = self._desk, self._desk.proposal
        return (
            desk.studio.settings.try_tight
            and made is not None
            and made.fit == "tight"
            and desk.situation is not None
            and desk.situation.machine.device == "cuda"
            and self.tried is None
            and not self.why_not_try()
        )

    def shut_down(self) -> None:
        self._active = False
        self.live.watch(None)
        self.exact.shut_down()
        self.trial.shut_down()
