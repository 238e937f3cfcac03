"""Samples: requests and answers in the shapes that a platform documents, with invented values.

They lie beside the connector (`samples/*.json`), are written apart from client and practice server, and judge both:
wire models must read every answer, a practice server must answer in the same shape.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from ocop_market.channels.registry import CONNECTORS, UNKNOWN_CHANNEL, installed
from ocop_market.errors import SettingsError


@dataclass(frozen=True)
class Sample:
    """One answer of one endpoint, named after its file.

    `endpoint` is method and path template (`GET /integration/v2/orders/{code}`); `source` names the page, the month and
    how sure it is ([H] several witnesses or the official page, [M] contradicted or few, [L] one third party, [A] assumed);
    `refused` is the platform's code when the answer is a refusal, whatever its status.
    """

    channel: str
    name: str
    endpoint: str
    source: str
    status: int
    body: Any
    refused: str = ""
    request: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def answered(self) -> bool:
        """True when the platform did what was asked, at least in part."""
        return self.status == 200 and not self.refused


def load_samples(channel: str) -> list[Sample]:
    """All samples of a channel by name; empty when it ships none. Raises SettingsError for an unknown channel."""
    return [_sample(channel, name, content) for name, content in _contents(channel) if "endpoint" in content]


def load_signatures(channel: str) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """Worked signature examples of a channel by kind, each with `key`, the signed `text` and its `sign`; often none."""
    found = dict(_contents(channel)).get("signatures", {})
    return {kind: rows for kind, rows in found.items() if isinstance(rows, list)}


def differences_in_shape(sample: object, actual: object) -> list[str]:
    """Where a JSON answer lacks a key that the sample has, or holds another JSON type; one line per place.

    Rows of a list are merged into one before they are compared. Null in the sample stands for a key that may be left
    out; null and an empty list fit anything; further keys in the answer are fine.
    """
    return list(dict.fromkeys(_differences(sample, actual, "")))


def _contents(channel: str) -> list[tuple[str, Any]]:
    folder = _folder(channel)
    if not folder.is_dir():
        return []
    found = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".json")), key=lambda entry: entry.name)
    return [(entry.name.removesuffix(".json"), json.loads(entry.read_text(encoding="utf-8"))) for entry in found]


def _folder(channel: str) -> Traversable:
    points = installed(CONNECTORS)
    if channel not in points.names:
        raise SettingsError(UNKNOWN_CHANNEL, code="unknown-channel", name=channel, known=", ".join(sorted(points.names)))
    return files(points[channel].module.rpartition(".")[0]) / "samples"


def _sample(channel: str, name: str, content: dict[str, Any]) -> Sample:
    response = content["response"]
    return Sample(channel, name, content["endpoint"], content["source"], response["status"], response["body"],
                  content.get("refused", ""), content.get("request", {}), response.get("headers", {}))


def _differences(sample: object, actual: object, path: str) -> list[str]:
    if sample is None or actual is None:
        return []
    if _kind(sample) != _kind(actual):
        return [f"{path or 'answer'}: {_kind(actual)}, not {_kind(sample)}"]
    if isinstance(sample, dict) and isinstance(actual, dict):
        return [line for key, value in sample.items() for line in _differences_at(key, value, actual, path)]
    if isinstance(sample, list) and isinstance(actual, list) and sample and actual:
        return _differences(reduce(_merge, sample), reduce(_merge, actual), f"{path}[]")
    return []


def _differences_at(key: str, value: object, actual: dict[str, object], path: str) -> list[str]:
    place = f"{path}.{key}" if path else key
    if key in actual:
        return _differences(value, actual[key], place)
    return [] if value is None else [f"{place}: missing"]


def _merge(one: object, other: object) -> object:
    if isinstance(one, dict) and isinstance(other, dict):
        return {key: _merge(one.get(key), other.get(key)) for key in [*one, *(key for key in other if key not in one)]}
    if isinstance(one, list) and isinstance(other, list):
        return one + other
    return other if one is None else one


def _kind(value: object) -> str:
    kinds = {type(None): "null", bool: "true or false", int: "number", float: "number", str: "text", list: "list", dict: "object"}
    return kinds[type(value)]
