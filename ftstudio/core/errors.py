"""The one error a person may see: what happened, why, and what to do about it."""

from __future__ import annotations

from typing import Any


class StudioError(Exception):
    """An expected failure, told in an analyst's words.

    Raised where the cause is known, shown by a notice bar or printed by the command line.
    All three sentences are required; `code` is a stable word for tests and scripts.
    """

    def __init__(self, what: str, why: str, remedy: str, *, code: str = "error") -> None:
        super().__init__(f"{what} {why} {remedy}")
        self.what = what
        self.why = why
        self.remedy = remedy
        self.code = code

    def to_dict(self) -> dict[str, str]:
        return {"what": self.what, "why": self.why, "remedy": self.remedy, "code": self.code}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> StudioError:
        return cls(
            str(data.get("what", "Something went wrong.")),
            str(data.get("why", "")),
            str(data.get("remedy", "")),
            code=str(data.get("code", "error")),
        )


class Cancelled(Exception):
    """The person asked to stop; nothing is wrong and nothing needs to be shown."""
