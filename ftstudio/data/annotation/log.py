"""The judgements of a round, one line each, only ever added to and flushed to the disk at once."""

from __future__ import annotations

import json
import os
import secrets
import time
from collections.abc import Iterable
from pathlib import Path

from pydantic import Field, ValidationError

from ftstudio.core.errors import StudioError
from ftstudio.data.judged import Verdict


class Judgement(Verdict):
    """What one person said of one row, at one time. The last of a person's counts."""

    id: str = Field(default_factory=lambda: secrets.token_hex(6))
    when: float = Field(default_factory=time.time)
    seconds: float = 0.0  # that were thought about it
    skipped: bool = False
    settles: bool = False  # said with both judgements in sight; it decides
    left: str = ""  # which answer of a pair stood first: own or other

    def verdict(self) -> Verdict:
        mine = self.model_dump(include=set(Verdict.model_fields))
        return Verdict.model_validate(mine)


class JudgementLog:
    """`taken` holds what stands now, in the order in which it was said; what was withdrawn stays
    in the file, as a line that says so."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.taken: list[Judgement] = []
        self.changes = 0  # how often `taken` became another one
        self.damaged = 0  # lines that could not be read: a kill can leave the last one half-written
        self._whole = True  # the file ends with a whole line
        self._read()

    def add(self, judgement: Judgement) -> None:
        """Returns when it lies on the disk. Raises StudioError where it can't."""
        self._append(_line(judgement))
        self.taken.append(judgement)
        self.changes += 1

    def add_all(self, judgements: Iterable[Judgement]) -> int:
        """Those that are not there yet, by their id; how many there were."""
        known = {one.id for one in self.taken}
        fresh = [one for one in judgements if one.id not in known]
        if fresh:  # all at once: waiting for the disk after each of thousands takes minutes
            self._append(*(_line(one) for one in fresh))
            self.taken += fresh
            self.changes += 1
        return len(fresh)

    def withdraw(self, judgement: Judgement) -> None:
        self._append({"withdrawn": judgement.id, "when": time.time()})
        self.taken = [one for one in self.taken if one.id != judgement.id]
        self.changes += 1

    def _append(self, *lines: dict[str, object]) -> None:
        said = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        start = b"" if self._whole else b"\n"
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("ab") as file:
                file.write(start + said.encode("utf-8", "surrogatepass"))
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            self._whole = False  # part of it may have been written
            raise StudioError(
                "Your judgement was not saved.",
                f"The system says: {error.strerror or error}.",
                "Free some space, or check the drive; then judge this row again.",
                code="disk",
            ) from error
        self._whole = True

    def _read(self) -> None:
        try:
            raw = self.path.read_bytes()
        except FileNotFoundError:
            return
        except OSError as error:
            raise StudioError(
                "The judgements can't be read.",
                f"The system says: {error.strerror or error}.",
                "Check that the workspace's drive is connected.",
                code="judgements_unreadable",
            ) from error
        self._whole = raw.endswith(b"\n") or not raw
        said: dict[str, Judgement] = {}
        for line in raw.split(b"\n"):
            if not line.strip():
                continue
            try:
                told = json.loads(line.decode("utf-8", "surrogatepass"))
                if "withdrawn" in told:
                    said.pop(str(told["withdrawn"]), None)
                else:
                    one = Judgement.model_validate(told["said"])
                    said[one.id] = one
            except (ValueError, KeyError, TypeError, ValidationError, RecursionError):
                self.damaged += 1
        self.taken = list(said.values())


def judged_by(path: Path) -> dict[str, int]:
    """Who has judged and how many rows; nobody where the file can't be read."""
    rows: dict[str, set[str]] = {}
    try:
        taken = JudgementLog(path).taken
    except StudioError:
        return {}
    for one in taken:
        if not one.skipped:
            rows.setdefault(one.who, set()).add(one.key)
    return {who: len(keys) for who, keys in rows.items()}


def _line(judgement: Judgement) -> dict[str, object]:
    return {"said": judgement.model_dump(exclude_none=True)}
