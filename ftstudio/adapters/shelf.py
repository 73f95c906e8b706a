"""The shelf: all adapters and full results of a workspace, found by looking at the folders."""

from __future__ import annotations

import logging
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path

from ftstudio.adapters.card import CARD_FILE, AdapterCard, read_card, write_card
from ftstudio.adapters.exported import describe, without_private_paths
from ftstudio.adapters.files import (
    ADAPTER_CONFIG,
    check_safetensors,
    clean_name,
    flush_folder,
    folder_size,
    is_adapter_folder,
    is_model_folder,
    publish,
    slug,
    stage,
    wanted_files,
)
from ftstudio.adapters.foreign import foreign_card, write_plain_config
from ftstudio.adapters.head_file import read_head
from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace, write_text
from ftstudio.core.plan import ModelRef
from ftstudio.core.trash import bring_back, lying_in, put_into

_log = logging.getLogger(__name__)
Progress = Callable[[int, int], None]


def folder(workspace: Workspace, adapter_id: str) -> Path:
    """Where an adapter lies. Raises StudioError when it is not on the shelf."""
    path = workspace.adapters / adapter_id
    if not adapter_id or path.name != adapter_id or adapter_id.startswith(".") or not path.is_dir():
        raise StudioError(
            f"The adapter “{adapter_id}” is not on the shelf.",
            "It was deleted or renamed, or the workspace is another one.",
            "Choose one from the shelf.",
            code="adapter_not_found",
        )
    return path


def list_cards(workspace: Workspace) -> list[AdapterCard]:
    """All that is on the shelf, newest first. What can't be used is listed with its `problem`."""
    try:
        folders = [
            path
            for path in workspace.adapters.iterdir()
            if path.is_dir() and not path.name.startswith(".")
        ]
    except OSError as error:
        raise StudioError(
            "The shelf can't be listed.",
            f"The system says: {error.strerror or error}.",
            "Check that the workspace's drive is connected.",
            code="shelf_unreadable",
        ) from error
    cards = [card for path in folders if (card := _listed(path)) is not None]
    return sorted(cards, key=lambda c: c.created, reverse=True)


def _listed(path: Path) -> AdapterCard | None:
    """What the list says of a folder; None for one that holds something else."""
    try:
        return _card_of(path) if is_adapter_folder(path) or is_model_folder(path) else None
    except FileNotFoundError:  # deleted meanwhile
        return None
    except OSError as error:
        return AdapterCard(
            id=path.name,
            name=clean_name(path.name),
            created=0.0,
            base=ModelRef(path="", name="unknown", sha256=""),
            problem=f"{path.name} can't be read. The system says: {error.strerror or error}.",
        )


def card(workspace: Workspace, adapter_id: str) -> AdapterCard:
    return _card_of(folder(workspace, adapter_id))


def find(workspace: Workspace, name_or_id: str) -> AdapterCard:
    """One adapter by its id, or by its name where only one has it."""
    cards = list_cards(workspace)
    found = [c for c in cards if c.id == name_or_id] or [c for c in cards if c.name == name_or_id]
    if len(found) == 1:
        return found[0]
    raise StudioError(
        f"The adapter “{name_or_id}” was not found.",
        f"{len(found)} have that name." if found else "Nothing on the shelf is called that.",
        "Look at the list of adapters and give the id.",
        code="adapter_not_found",
    )


def _card_of(path: Path) -> AdapterCard:
    """The card in a folder; one is made up for a folder that was copied in by hand."""
    try:
        found = read_card(path) if (path / CARD_FILE).exists() else foreign_card(path)
        return found.model_copy(update={"id": path.name})
    except StudioError as error:
        _log.info("%s can't be read: %s", path, error)
        return foreign_card(path, problem=f"{error.what} {error.why}").model_copy(
            update={"id": path.name}
        )


def add(result: Path, workspace: Workspace, card: AdapterCard,
        progress: Progress | None = None) -> AdapterCard:  # fmt: skip
    """Put a result folder on the shelf under a new id; the folder itself stays as it is."""
    name = clean_name(card.name) or "Adapter"
    adapter_id = f"{slug(name)}-{secrets.token_hex(2)}"
    staged = workspace.adapters / f".new-{adapter_id}"
    try:
        # A full model is gigabytes: the shelf shares its file with the run where it can.
        stage(wanted_files(result), staged, link=card.is_full_model, progress=progress)
        done = card.model_copy(
            update={"id": adapter_id, "name": name, "size_bytes": folder_size(staged)}
        )
        write_card(staged, done)
        flush_folder(staged)
        publish(staged, workspace.adapters / adapter_id)
        return done
    except OSError as error:
        raise _disk_error("The result could not be put on the shelf.", error) from error
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def import_folder(path: Path, workspace: Workspace) -> AdapterCard:
    """Copy an adapter made elsewhere onto the shelf, after a look at whether it is safe.

    Only safetensors, texts and configurations are copied. Raises StudioError.
    """
    card = foreign_card(path)
    weights = sorted(path.glob("*.safetensors"))
    for file in weights:
        check_safetensors(file)
    added = add(path, workspace, card)
    if not added.is_full_model:
        write_plain_config(folder(workspace, added.id) / ADAPTER_CONFIG)
    return added


def rename(workspace: Workspace, adapter_id: str, name: str) -> AdapterCard:
    """Give it another name; its id and folder stay."""
    cleaned = clean_name(name)
    if not cleaned:
        raise StudioError(
            "The name is empty.",
            "An adapter needs a name to be found by.",
            "Type at least one letter.",
            code="name_empty",
        )
    return _change(workspace, adapter_id, name=cleaned)


def set_note(workspace: Workspace, adapter_id: str, note: str) -> AdapterCard:
    return _change(workspace, adapter_id, note=note.strip()[:4000])


def _change(workspace: Workspace, adapter_id: str, **values: str) -> AdapterCard:
    path = folder(workspace, adapter_id)
    card = _card_of(path)
    if card.problem:  # what was made up in its stead must not be written over it
        raise StudioError(
            f"“{card.name}” can't be changed.",
            card.problem,
            "Nothing was written. Put its folder in order first, or update the app.",
            code="card_unreadable",
        )
    changed = card.model_copy(update=values)
    try:
        write_card(path, changed)
    except OSError as error:
        raise _disk_error("The change could not be saved.", error) from error
    return changed


def delete(workspace: Workspace, adapter_id: str) -> str:
    """Move it to the shelf's trash; the token that comes back undoes it for thirty days."""
    path = folder(workspace, adapter_id)
    try:
        return put_into(_trash(workspace), path)
    except OSError as error:
        raise _disk_error("The adapter could not be deleted.", error) from error


def restore(workspace: Workspace, token: str) -> AdapterCard:
    """Undo a deletion."""
    what = "The adapter can't be brought back."
    remedy = "Import it again from a copy, or train it again."
    back = bring_back(_trash(workspace), token, workspace.adapters, what, remedy)
    return _card_of(back)


def deleted_cards(workspace: Workspace) -> list[AdapterCard]:
    """Of all that can be brought back."""
    return [card for path in lying_in(_trash(workspace)) if (card := _listed(path)) is not None]


def _trash(workspace: Workspace) -> Path:
    return workspace.adapters / ".trash"


def export_folder(workspace: Workspace, adapter_id: str, to: Path,
                  progress: Progress | None = None) -> Path:  # fmt: skip
    """Copy an adapter to `to`, a folder that must not exist, as plain peft reads it.

    No path of this machine goes along. Returns the folder.
    """
    source = folder(workspace, adapter_id)
    card = _card_of(source)
    if to.exists() and (not to.is_dir() or any(to.iterdir())):
        raise StudioError(
            f"{to.name} is there already.",
            "An export never overwrites what is there.",
            "Choose another name or an empty folder.",
            code="export_exists",
        )
    staged = to.parent / f".{to.name}.{secrets.token_hex(3)}"
    try:
        stage(wanted_files(source), staged, progress=progress)
        without_private_paths(staged, card)
        write_text(staged / "README.md", describe(card, read_head(staged)))
        if to.exists():
            to.rmdir()
        publish(staged, to)
    except OSError as error:
        raise _disk_error("The export could not be written.", error) from error
    finally:
        shutil.rmtree(staged, ignore_errors=True)
    return to


def _disk_error(what: str, error: OSError) -> StudioError:
    return StudioError(
        what,
        f"The system says: {error.strerror or error}.",
        "Free some space or choose a folder that can be written to, then try again.",
        code="disk",
    )
