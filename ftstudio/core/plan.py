"""A plan: examples plus choices, complete enough to run anywhere. Pure data."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from ftstudio.core.training_settings import TrainingSettings

SCHEMA = 1


class ModelRef(BaseModel):
    """A base model folder, and the hash that tells whether it is still the same."""

    model_config = ConfigDict(extra="forbid", protected_namespaces=())

    path: str
    name: str
    sha256: str  # over config, tokenizer files and the safetensors headers and sizes
    licence: str = "unknown"
    source: str = ""  # "built in", a folder, or a Hub name with its revision


class DatasetRef(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: str  # ds-<12 hex>
    path: str
    name: str


class Decision(BaseModel):
    """A choice the app made, with its reason, so that the window can show it."""

    model_config = ConfigDict(extra="forbid")

    name: str
    value: str
    reason: str


class Plan(BaseModel):
    model_config = ConfigDict(extra="forbid", protected_namespaces=())

    schema_version: int = SCHEMA
    name: str
    dataset: DatasetRef
    model: ModelRef
    objective: str = "instruct"
    objective_params: dict[str, Any] = Field(default_factory=dict)
    method: str = "lora"
    method_params: dict[str, Any] = Field(default_factory=dict)
    training: TrainingSettings = Field(default_factory=TrainingSettings)
    decisions: list[Decision] = Field(default_factory=list)
    started_from: str = ""  # the run whose settings were copied, if any
