"""Tools, requests and calls as the generators make them."""

from dataclasses import dataclass, field
from typing import Union


class Digits(str):
    """A number as it is written: `12.50` is not `12.5`."""


Value = Union[str, Digits, bool, list["Value"], dict[str, "Value"]]


@dataclass(frozen=True)
class Kind:
    """A JSON type: `string`, `number`, `integer`, `boolean`, `enum` with values, `array` with items, `object` with members."""

    type: str
    values: tuple[str, ...] = ()
    items: "Kind | None" = None
    members: tuple["Parameter", ...] = ()


@dataclass(frozen=True)
class Parameter:
    name: str
    kind: Kind
    required: bool = True


@dataclass
class Tool:
    name: str
    description: str
    parameters: list[Parameter]
    origin: object = field(default=None, repr=False)  # what its generator needs to write requests for it
    extras: list = field(default_factory=list, repr=False)  # ideas of composed.py behind the last parameters, which are optional


@dataclass
class Call:
    tool: int
    arguments: dict[str, Value]


@dataclass
class Request:
    """What a user says to the tools of a block, and the calls that answer it (none: no tool fits)."""

    text: str
    calls: list[Call]


def json_schema(kind: Kind) -> dict:
    """The JSON Schema of a kind, as tool definitions have it."""
    if kind.type == "enum":
        return {"type": "string", "enum": list(kind.values)}
    if kind.type == "array":
        return {"type": "array", "items": json_schema(kind.items)}
    if kind.type == "object":
        return object_schema(kind.members)
    return {"type": kind.type}


def object_schema(parameters) -> dict:
    return {
        "type": "object",
        "properties": {p.name: json_schema(p.kind) for p in parameters},
        "required": [p.name for p in parameters if p.required],
    }


def plain(value: Value):
    """A value as JSON has it."""
    if isinstance(value, Digits):
        return int(value) if value.lstrip("-").isdigit() else float(value)
    if isinstance(value, list):
        return [plain(v) for v in value]
    if isinstance(value, dict):
        return {key: plain(v) for key, v in value.items()}
    return value
