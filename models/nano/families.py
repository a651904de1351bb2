"""Families of tools, written by hand: data/families/*.toml.

A family is a tool under its several names and descriptions, and requests for it. In a request `{0}` is the first parameter as it is,
`{0q}` in quotes, `{0o}` in quotes or not; `[a|b]` is either; ` @1=true` at the end sets parameter 1, which the words imply.
Half of the tools get optional parameters from composed.py behind their own.
The families that are `held_out` are never trained on, nor is the last request of those with four or more.
"""

import random
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from . import composed, phrasing
from .tools import Digits, Kind, Parameter, Tool, Value
from .values import draw, phrase_of, word

FOLDER = Path(__file__).with_name("data") / "families"
EXTRA_IS_GIVEN = 0.3  # share of a family's optional parameters that a request mentions
LEAST_TO_HOLD_OUT = 4  # requests that a family must have for its last one to be kept for the evaluation


@dataclass(frozen=True)
class FamilyParameter:
    names: tuple[str, ...]
    type: str
    slot: str = ""
    values: tuple[str, ...] = ()

    @property
    def kind(self) -> Kind:
        if self.type == "array":
            return Kind("array", items=Kind(self.slot if self.slot in ("number", "integer") else "string"))
        return Kind("enum", self.values) if self.values else Kind(self.type)


@dataclass(frozen=True)
class Family:
    domain: str
    names: tuple[str, ...]
    descriptions: tuple[str, ...]
    parameters: tuple[FamilyParameter, ...]
    requests: tuple[str, ...]
    held_out: bool = False

    def trained_requests(self) -> tuple[str, ...]:
        return self.requests[:-1] if self.holds_request_out() else self.requests

    def holds_request_out(self) -> bool:
        return not self.held_out and len(self.requests) >= LEAST_TO_HOLD_OUT


@cache
def families() -> list[Family]:
    found = []
    for file in sorted(FOLDER.glob("*.toml")):
        for entry in tomllib.loads(file.read_text())["family"]:
            parameters = tuple(FamilyParameter(**{k: tuple(v) if isinstance(v, list) else v for k, v in p.items()}) for p in entry["parameters"])
            found.append(Family(file.stem, tuple(entry["names"]), tuple(entry["descriptions"]), parameters, tuple(entry["requests"]), entry.get("held_out", False)))
    return found


@cache
def by_domain() -> dict[str, list[Family]]:
    """Trained families by their file."""
    domains: dict[str, list[Family]] = {}
    for family in families():
        if not family.held_out:
            domains.setdefault(family.domain, []).append(family)
    return domains


def tool_of(family: Family, r: random.Random, style: str) -> Tool:
    """The family as a tool under one of its names; its parameters mostly use names that belong together."""
    most = max((len(p.names) for p in family.parameters), default=1)
    at = 0 if r.random() < 0.4 else r.randrange(most)
    names = [p.names[at % len(p.names)] if at < len(p.names) else r.choice(p.names) for p in family.parameters]
    if len(set(names)) < len(names):
        names = [p.names[0] for p in family.parameters]
    parameters = [Parameter(name, p.kind) for name, p in zip(names, family.parameters)]
    extras = _extras(names, r)
    parameters += [Parameter(name, composed.kind_of(idea, r), required=False) for name, idea in extras]
    description = "" if r.random() < 0.05 else r.choice(family.descriptions)
    return Tool(phrasing.styled(r.choice(family.names), style), description, parameters, origin=family, extras=[idea for _, idea in extras])


def _extras(names: list[str], r: random.Random) -> list[tuple[str, composed.ParameterIdea]]:
    """Optional parameters, with names of their own."""
    found: dict[str, composed.ParameterIdea] = {}
    for _ in range(r.choice([0, 0, 0, 1, 1, 2])):
        idea = composed.extra_idea(r)
        name = r.choice(idea.names)
        if name not in names and idea not in found.values():
            found[name] = idea
    return list(found.items())


def request_of(tool: Tool, r: random.Random, phrasings: str = "trained") -> tuple[str, dict[str, Value]]:
    """A request for a family's tool and its arguments. `phrasings`: trained, held_out, or all."""
    family: Family = tool.origin
    options = {"trained": family.trained_requests(), "held_out": family.requests[-1:], "all": family.requests}[phrasings]
    text, implied = _implied(r.choice(options))
    said, values = _drawn(family, implied, r)
    _repeat_words(family, text, said, values, r)
    ends_in_value = bool(re.search(r"\{\do?\}$", text))
    text = phrasing.alternatives(text, r)
    begins_in_value = text.startswith("{")
    text = re.sub(r"\{(\d)([qo]?)\}", lambda m: _written(said[int(m[1])], m[2], r), text)
    arguments = {p.name: _value(p.kind, value) for p, value in zip(tool.parameters, values)}
    for parameter, idea in zip(tool.parameters[len(family.parameters) :], tool.extras):
        if r.random() < EXTRA_IS_GIVEN:
            heard, arguments[parameter.name] = composed.said_and_meant(parameter.kind, idea, r)
            text = _with_phrase(text.strip(), composed.phrase_for(parameter, idea, heard, arguments[parameter.name], r), r)
            ends_in_value = True
    return phrasing.dressed(text.strip(), r, ends_in_value, begins_in_value), arguments


def _with_phrase(text: str, phrase: str, r: random.Random) -> str:
    """The request with what it says of one more parameter, before its question mark."""
    body = text.rstrip("?.")
    return body + r.choice([" ", " ", " ", ", "]) + phrase + text[len(body) :][:1]


def _implied(request: str) -> tuple[str, dict[int, str]]:
    text, *settings = re.split(r" @(?=\d=)", request)
    return text, {int(s[0]): s[2:] for s in settings}


def _drawn(family: Family, implied: dict[int, str], r: random.Random) -> tuple[list[str], list[str | list[str]]]:
    """What is said and what is meant, for each parameter; two parameters of the same choices never agree."""
    while True:
        pairs = []
        for index, parameter in enumerate(family.parameters):
            if index in implied:
                pairs.append((implied[index], implied[index]))
            elif parameter.values:
                chosen = r.choice(parameter.values)
                pairs.append((chosen.replace("_", r.choice(" _")), chosen))
            elif parameter.type == "array":
                several = [draw(parameter.slot, r) for _ in range(r.randint(2, 5))]
                numeric = parameter.kind.items.type != "string"
                pairs.append((phrasing.listed([meant if numeric else said for said, meant in several], r), [meant for _, meant in several]))
            else:
                pairs.append(draw(parameter.slot, r))
        choices = [(p.values, pair) for p, pair in zip(family.parameters, pairs) if p.values]
        if len(set(choices)) == len(choices):
            return [said for said, _ in pairs], [meant for _, meant in pairs]


def _repeat_words(family: Family, text: str, said: list[str], values: list[str], r: random.Random) -> None:
    """Texts in which a word is looked for mostly hold that word."""
    looked_for = {"replace_text": 1, "count_occurrences": 1}.get(family.names[0])
    if "{3q}" in text:  # a literal word in place of a named pattern
        values[1] = word(r) if r.random() < 0.8 else phrase_of(r, 1, 2)
        said.append(values[1])
        looked_for = 3
    if looked_for is None or r.random() > 0.75:
        return
    words = said[0].split(" ")
    for _ in range(r.choice([1, 1, 2])):
        words.insert(r.randint(0, len(words)), said[looked_for])
    said[0] = values[0] = " ".join(words)


def _written(said: str, quoting: str, r: random.Random) -> str:
    return phrasing.quoted(said, r) if quoting == "q" or (quoting == "o" and r.random() < 0.45) else said


def _value(kind: Kind, value: str | list[str]) -> Value:
    if isinstance(value, list):
        return [_value(kind.items, v) for v in value]
    if kind.type in ("number", "integer"):
        return Digits(value)
    return value == "true" if kind.type == "boolean" else value
