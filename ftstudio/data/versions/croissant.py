"""A version described for machines: Croissant 1.0 (JSON-LD of MLCommons)."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from typing import Any

from ftstudio.core.units import plural
from ftstudio.data.kind import TITLES
from ftstudio.data.licences import licence, strictest
from ftstudio.data.sides.split import SIDES
from ftstudio.data.versions.card import licence_keys
from ftstudio.data.versions.stored import COLUMNS

FILE = "croissant.json"
_CONTEXT: dict[str, Any] = {
    "@language": "en", "@vocab": "https://schema.org/", "citeAs": "cr:citeAs",
    "column": "cr:column", "conformsTo": "dct:conformsTo", "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "examples": {"@id": "cr:examples", "@type": "@json"}, "extract": "cr:extract",
    "field": "cr:field", "fileObject": "cr:fileObject", "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet", "format": "cr:format", "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset", "jsonPath": "cr:jsonPath", "key": "cr:key",
    "md5": "cr:md5", "parentField": "cr:parentField", "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/", "recordSet": "cr:recordSet",
    "references": "cr:references", "regex": "cr:regex", "repeated": "cr:repeated",
    "replace": "cr:replace", "sc": "https://schema.org/", "separator": "cr:separator",
    "source": "cr:source", "subField": "cr:subField", "transform": "cr:transform",
}  # fmt: skip


def croissant(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """The description of a version; the files are named as they lie beside it."""
    sides = [side for side in SIDES if manifest["counts"][side]]
    key = strictest(licence_keys(manifest))
    total = sum(manifest["counts"].values())
    day = time.strftime("%Y-%m-%d", time.gmtime(manifest["created"]))
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "@id": manifest["id"],
        "name": _plain(manifest["name"]) or manifest["id"],
        "alternateName": manifest["id"],
        "description": f"{TITLES[manifest['kind']]}: {plural(total, '1 example', '{n} examples')} "
        f"for fine-tuning a language model, frozen as {manifest['id']}.",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "license": licence(key).url or licence(key).title,
        "url": f"urn:ftstudio:{manifest['id']}",
        "citeAs": f"{manifest['name']} ({manifest['id']}), {day}",
        "creator": {"@type": "sc:Organization", "name": "Fine-Tuning Studio"},
        "datePublished": day,
        "version": "1.0.0",
        "isLiveDataset": False,
        "distribution": [_file(side, manifest) for side in sides],
        "recordSet": [_records(side) for side in sides],
    }


def _file(side: str, manifest: Mapping[str, Any]) -> dict[str, Any]:
    name = f"{side}.parquet"
    return {
        "@type": "cr:FileObject", "@id": name, "name": name, "contentUrl": name,
        "encodingFormat": "application/x-parquet", "sha256": manifest["files"][name],
    }  # fmt: skip


def _records(side: str) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet", "@id": side, "name": side,
        "description": f"The examples of the {side} part.",
        "key": {"@id": f"{side}/row_id"},
        "field": [_field(side, column) for column in COLUMNS],
    }  # fmt: skip


def _field(side: str, column: str) -> dict[str, Any]:
    return {
        "@type": "cr:Field", "@id": f"{side}/{column}", "name": column,
        "dataType": "sc:Integer" if column == "source_row" else "sc:Text",
        "source": {
            "fileObject": {"@id": f"{side}.parquet"}, "extract": {"column": column}
        },
    }  # fmt: skip


def _plain(name: object) -> str:
    """Letters, digits, spaces, dots and dashes."""
    return " ".join(re.sub(r"[^\w .-]", " ", str(name)).split())
