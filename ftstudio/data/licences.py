"""What the data's licences allow: the choices, the strictest of several, and what follows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_READ = 20_000  # characters of a file that are looked at
_LARGEST = 2_000_000  # bytes


@dataclass(frozen=True)
class Licence:
    """One choice. `commercial` and the like: None where it has to be read first."""

    key: str  # as on the Hugging Face Hub, where it is known there
    title: str
    url: str = ""
    commercial: bool | None = True
    changes: bool | None = True  # may be changed, and the result passed on
    same_terms: str = ""  # what is made of it must be passed on on these terms
    credit: bool = False  # the authors must be named


def _cc(key: str, title: str, **rules: bool | str) -> Licence:
    kind = key.removeprefix("cc-").removesuffix("-4.0")
    url = f"https://creativecommons.org/licenses/{kind}/4.0/"
    return Licence(key, title, url, credit=True, **rules)  # type: ignore[arg-type]


# From the loosest to the strictest. What nobody knows is stricter than what allows much.
_ALL = (
    Licence("own", "my own data"),
    Licence("cc0-1.0", "CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
    Licence("mit", "MIT", "https://opensource.org/license/mit", credit=True),
    Licence("bsd-3-clause", "BSD 3-Clause", "https://opensource.org/license/bsd-3-clause",
            credit=True),
    Licence("apache-2.0", "Apache 2.0", "https://www.apache.org/licenses/LICENSE-2.0",
            credit=True),
    Licence("odc-by", "ODC-BY 1.0", "https://opendatacommons.org/licenses/by/1-0/", credit=True),
    _cc("cc-by-4.0", "CC BY 4.0"),
    Licence("odbl", "ODbL 1.0", "https://opendatacommons.org/licenses/odbl/1-0/",
            same_terms="odbl", credit=True),
    _cc("cc-by-sa-4.0", "CC BY-SA 4.0", same_terms="cc-by-sa-4.0"),
    Licence("gpl-3.0", "GPL 3.0", "https://www.gnu.org/licenses/gpl-3.0", same_terms="gpl-3.0",
            credit=True),
    Licence("other", "another licence", commercial=None, changes=None),
    Licence("unknown", "not said", commercial=None, changes=None),
    _cc("cc-by-nd-4.0", "CC BY-ND 4.0", changes=False),
    _cc("cc-by-nc-4.0", "CC BY-NC 4.0", commercial=False),
    _cc("cc-by-nc-sa-4.0", "CC BY-NC-SA 4.0", commercial=False, same_terms="cc-by-nc-sa-4.0"),
    _cc("cc-by-nc-nd-4.0", "CC BY-NC-ND 4.0", commercial=False, changes=False),
    Licence("internal", "my organisation's, internal"),
)  # fmt: skip
_BY_KEY = {one.key: one for one in _ALL}


def licences() -> tuple[Licence, ...]:
    """All choices, the loosest first."""
    return _ALL


def licence(key: str) -> Licence:
    """One by its key; any other word is “another licence” by that name."""
    return _BY_KEY.get(key) or Licence(key, key, commercial=None, changes=None)


def strictest(keys: Iterable[str]) -> str:
    """Of several sources' licences the one that the whole must keep to; "unknown" for none."""
    order = {one.key: place for place, one in enumerate(_ALL)}
    return max(keys, key=lambda key: (order.get(key, order["other"]), key), default="unknown")


def use_matters(keys: Iterable[str]) -> bool:
    """Whether it has to be known if the model is for business: one of these forbids that."""
    return any(licence(key).commercial is False for key in keys)


def licence_warnings(keys: Iterable[str], commercial: bool | None = None) -> list[str]:
    """What follows from these licences together, as sentences. `commercial`: whether the model is
    to be sold or used in business; None: not known."""
    found = [licence(key) for key in sorted(set(keys))]
    said = []
    if bans := [one for one in found if one.commercial is False]:
        what = "A model that learned from it must not be either."
        if commercial:
            what = "This use breaks it: take other data, or ask its owners."
        if commercial is not False:
            said.append(f"{_titles(bans)}: not to be sold or used in business. {what}")
    if fixed := [one for one in found if one.changes is False]:
        said.append(f"{_titles(fixed)}: must be passed on unchanged, and cleaning changes it.")
    terms = sorted({one.same_terms for one in found if one.same_terms})
    if len(terms) > 1 or (terms and any(one.commercial is False and not one.same_terms
                                        for one in found)):  # fmt: skip
        both = _titles(one for one in found if one.same_terms or one.commercial is False)
        said.append(
            f"{both}: their terms can't both be kept (share-alike), so the mixture may not be "
            "passed on."
        )
    elif terms:
        said.append(
            f"{licence(terms[0]).title}: what is made of it must be passed on on the same terms "
            "(share-alike)."
        )
    if any(one.key == "internal" for one in found):
        said.append("It is your organisation's own: keep dataset and model inside.")
    if vague := [one for one in found if one.commercial is None]:
        said.append(f"{_titles(vague)}: find out what is allowed before you pass anything on.")
    return said


def _titles(found: Iterable[Licence]) -> str:
    return " and ".join(
        "A source's licence is not said" if one.key == "unknown" else one.title for one in found
    )


@dataclass(frozen=True)
class FoundLicence:
    key: str
    file: str  # where it was read


_NAMED = re.compile(
    r"(?im)^\W{0,6}licen[cs]e\W{1,6}(?:this (?:data|dataset|work) is )?(?:licensed under )?"
    r"(?:the )?([a-z0-9][\w .+-]{1,40})"
)
_TEXTS = (
    (r"attribution-noncommercial-sharealike|cc[ -]by[ -]nc[ -]sa", "cc-by-nc-sa-4.0"),
    (r"attribution-noncommercial-noderiv|cc[ -]by[ -]nc[ -]nd", "cc-by-nc-nd-4.0"),
    (r"attribution-noncommercial|cc[ -]by[ -]nc", "cc-by-nc-4.0"),
    (r"attribution-noderiv|cc[ -]by[ -]nd", "cc-by-nd-4.0"),
    (r"attribution-sharealike|cc[ -]by[ -]sa", "cc-by-sa-4.0"),
    (r"creative commons attribution|attribution 4\.0|cc[ -]by", "cc-by-4.0"),
    (r"\bcc0\b|cc-zero|public domain dedication", "cc0-1.0"),
    (r"open database license|\bodbl\b", "odbl"),
    (r"open data commons attribution|\bodc-by\b", "odc-by"),
    (r"apache license|apache[ -]2", "apache-2.0"),
    (r"gnu general public license|\bgpl", "gpl-3.0"),
    (r"redistribution and use in source and binary forms|\bbsd\b", "bsd-3-clause"),
    (r"\bmit\b|permission is hereby granted, free of charge", "mit"),
)


def licence_beside(path: Path) -> FoundLicence | None:
    """What a LICENSE or README beside the file says; a README only where it names a licence."""
    folder = path if path.is_dir() else path.parent
    try:
        files = sorted(one for one in folder.iterdir() if one.is_file() and not one.is_symlink())
    except OSError:
        return None
    for file in files:
        names_it = re.search(r"licen[cs]e|copying", file.name, re.IGNORECASE)
        if names_it and (key := _told(_beginning(file)[:4000])):
            return FoundLicence(key, file.name)
    for file in files:
        if re.match(r"readme|dataset_?card", file.name, re.IGNORECASE):
            named = _NAMED.search(_beginning(file))
            if named and (key := _told(named[1])):
                return FoundLicence(key, file.name)
    return None


def _told(text: str) -> str:
    low = text.casefold()
    return next((key for pattern, key in _TEXTS if re.search(pattern, low)), "")


def _beginning(file: Path) -> str:
    try:
        if file.stat().st_size > _LARGEST:
            return ""
        with file.open("rb") as stream:
            return stream.read(_READ).decode("utf-8", "replace")
    except OSError:
        return ""
