"""The workspace: one folder, the only truth. Knows where things lie, not what is in them."""

from __future__ import annotations

import errno
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from ftstudio.core.errors import StudioError

_UNFINISHED = re.compile(r"\..+\.(\d{1,10})-[a-z0-9_]{8}")
_POINTER = Path(platformdirs.user_config_dir("ftstudio", appauthor=False)) / "workspace.txt"


@dataclass(frozen=True)
class Workspace:
    """Paths inside one workspace folder; `create` makes them."""

    root: Path

    @classmethod
    def current(cls) -> Workspace:
        """FTSTUDIO_WORKSPACE if set, else the folder chosen in the settings, else the default."""
        chosen = os.environ.get("FTSTUDIO_WORKSPACE") or _remembered()
        if not chosen:
            chosen = platformdirs.user_data_dir("ftstudio", appauthor=False)
        return cls(Path(chosen).expanduser()).create()

    @property
    def sources(self) -> Path:
        return self.root / "sources"

    @property
    def datasets(self) -> Path:
        return self.root / "datasets"

    @property
    def drafts(self) -> Path:
        return self.root / "drafts"

    @property
    def jobs(self) -> Path:
        return self.root / "jobs"

    @property
    def adapters(self) -> Path:
        return self.root / "adapters"

    @property
    def models(self) -> Path:
        return self.root / "models"

    @property
    def exports(self) -> Path:
        return self.root / "exports"

    @property
    def vectors(self) -> Path:
        """What models made of rows, so that they need not read them twice. Not always there."""
        return self.root / "vectors"

    @property
    def previews(self) -> Path:
        """What a model would read of the rows of drafts, kept for the next look. Likewise."""
        return self.root / "previews"

    @property
    def settings_file(self) -> Path:
        return self.root / "settings.json"

    def create(self) -> Workspace:
        """Make the folders (private to the user) and try whether files can be written.

        Raises StudioError where it cannot be written.
        """
        try:
            for folder in (
                self.root,
                self.sources,
                self.datasets,
                self.drafts,
                self.jobs,
                self.adapters,
                self.models,
                self.exports,
            ):
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with tempfile.TemporaryFile(dir=self.root) as probe:  # folders may be there already,
                probe.write(b"x")  # on a disk that is read-only or full
        except OSError as error:
            full = error.errno == errno.ENOSPC
            cure = "Free some space on its disk" if full else "Make it writable"
            raise StudioError(
                f"The workspace {self.root} can't be used.",
                f"The system says: {error.strerror or error}.",
                f"{cure}, or choose another folder.",
                code="workspace_unusable",
            ) from error
        return self


def _remembered() -> str:
    try:
        return _POINTER.read_text("utf-8").strip()
    except FileNotFoundError:
        return ""
    except (OSError, ValueError) as error:
        raise StudioError(
            "The note that says where the workspace lies can't be read.",
            f"It is {_POINTER}: {error}.",
            "Choose the workspace folder again, or name it in FTSTUDIO_WORKSPACE.",
            code="workspace_unusable",
        ) from error


def remember_workspace(root: Path) -> None:
    """Make `root` the workspace of the next start."""
    write_text(_POINTER, str(root))


def write_text(path: Path, text: str) -> None:
    """Replace a file whole or not at all: write beside it, flush to disk, rename over it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    prefix = f".{path.name}.{os.getpid()}-"  # whose it is: see `sweep_unfinished`
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=prefix)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def sweep_unfinished(folder: Path) -> None:
    """Remove what a kill left of `write_text` there: nobody writes it any more."""
    for path in folder.glob(".*-*"):
        named = _UNFINISHED.fullmatch(path.name)
        if named is not None and not _runs(int(named[1])):
            path.unlink(missing_ok=True)


def _runs(pid: int) -> bool:
    import psutil

    return bool(psutil.pid_exists(pid))
