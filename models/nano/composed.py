"""Tools composed of an action, a thing and parameters, as everyday APIs are: data/actions.txt, things.txt, parameters.txt.

Name, description and request draw their words independently (`calculate_kinetic_energy`, "Computes the energy of motion", "What is
the kinetic energy of ..."), parameters come in any order, and those that are optional are given or not.
Things marked with ! are held out of training.
"""

import random
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from . import phrasing
from .tools import Digits, Kind, Parameter, Tool, Value
from .values import capital, draw

DATA = Path(__file__).with_name("data")
EXTRAS = "limit language verbose notify tags note format units precision priority".split()  # keys of parameters.txt


@dataclass(frozen=True)
class ParameterIdea:
    key: str
    names: tuple[str, ...]
    type: str  # string, number, integer, enum, bool, or the slot's type in brackets
    slot: str
    values: tuple[str, ...]
    says: tuple[str, ...]
    says_not: tuple[str, ...] = ()


@dataclass(frozen=True)
class Action:
    verbs: tuple[str, ...]
    descriptions: tuple[str, ...]
    heads: tuple[str, ...]


@dataclass(frozen=True)
class Thing:
    action: str
    names: tuple[str, ...]
    parameters: tuple[tuple[str, bool], ...]  # key, required


@dataclass
class Idea:
    """What a composed tool remembers of how it was made."""

    thing: Thing
    ideas: list[ParameterIdea]


def _rows(file: str) -> list[list[str]]:
    lines = (DATA / file).read_text().splitlines()
    return [[part.strip() for part in line.split(" | ")] for line in lines if line and not line.startswith("#")]


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(" / "))


@cache
def parameter_ideas() -> dict[str, ParameterIdea]:
    found = {}
    for key, names, holds, says in _rows("parameters.txt"):
        yes, _, no = says.partition("//")
        if holds.startswith("="):
            type_, slot, values = "enum", "", tuple(holds[1:].split(","))
        else:
            type_, _, slot = holds.rpartition(" ") if " " in holds else ("array", "", holds.strip("[]")) if holds.startswith("[") else (holds, "", "")
            values = ()
        found[key] = ParameterIdea(key, tuple(names.split()), type_, slot, values, _split(yes), _split(no) if no else ())
    return found


@cache
def actions() -> dict[str, Action]:
    return {key: Action(tuple(verbs.split()), _split(descriptions), _split(heads)) for key, verbs, descriptions, heads in _rows("actions.txt")}


@cache
def things(held_out: bool) -> list[Thing]:
    found = []
    for action, names, parameters in _rows("things.txt"):
        first, _, others = names.partition(" = ")
        keys = tuple((key.rstrip("?"), not key.endswith("?")) for key in parameters.split())
        if action.startswith("!") == held_out:
            found.append(Thing(action.lstrip("! "), (first, *(o.strip() for o in others.split(",") if o.strip())), keys))
    return found


def tool_of(thing: Thing, r: random.Random, style: str) -> Tool:
    action = actions()[thing.action]
    chosen = [(parameter_ideas()[key], required) for key, required in thing.parameters if required or r.random() < 0.75]
    if r.random() < 0.15:
        extra = extra_idea(r)
        if extra not in [idea for idea, _ in chosen]:
            chosen.append((extra, False))
    names = _parameter_names([idea for idea, _ in chosen], r)
    parameters = [Parameter(name, kind_of(idea, r), required) for name, (idea, required) in zip(names, chosen)]
    if r.random() < 0.2:  # real definitions do not always list what is required first
        order = list(range(len(chosen)))
        r.shuffle(order)
        parameters, chosen = [parameters[i] for i in order], [chosen[i] for i in order]
    name = phrasing.styled(_name(action, thing, r), style)
    return Tool(name, _description(action, thing, parameters, r), parameters, origin=Idea(thing, [idea for idea, _ in chosen]))


def extra_idea(r: random.Random) -> ParameterIdea:
    """An optional parameter that goes with anything, and that requests mostly do not mention."""
    return parameter_ideas()[r.choice(EXTRAS)]


def _parameter_names(ideas: list[ParameterIdea], r: random.Random) -> list[str]:
    names = []
    for idea in ideas:
        free = [n for n in idea.names if n not in names] or [f"{idea.key}_{len(names)}"]
        names.append(free[0] if r.random() < 0.45 else r.choice(free))
    return names


def kind_of(idea: ParameterIdea, r: random.Random) -> Kind:
    if idea.type == "enum":
        return Kind("enum", tuple(r.sample(idea.values, max(2, len(idea.values) - r.randint(0, 2)))))
    if idea.type == "array":
        return Kind("array", items=Kind({"number": "number", "integer": "integer"}.get(idea.slot, "string")))
    if idea.type == "number" and idea.slot in ("number", "money") and r.random() < 0.3:
        return Kind("integer")
    return Kind("boolean" if idea.type == "bool" else idea.type)


def _name(action: Action, thing: Thing, r: random.Random) -> str:
    noun = (thing.names[0] if r.random() < 0.7 else r.choice(thing.names)).replace(" ", "_").replace("-", "_")
    verb = action.verbs[0] if r.random() < 0.5 else r.choice(action.verbs)
    kind = r.random()
    if kind < 0.68:
        return f"{verb}_{noun}"
    if kind < 0.8:
        return noun
    return f"{noun}_{verb}" if kind < 0.9 else f"{r.choice(['math', 'data', 'utils', 'service', 'client', 'my', 'app', 'tools'])}_{verb}_{noun}"


def _description(action: Action, thing: Thing, parameters: list[Parameter], r: random.Random) -> str:
    if r.random() < 0.04:
        return ""
    text = r.choice(action.descriptions).format(thing.names[0] if r.random() < 0.6 else r.choice(thing.names))
    names = [p.name.replace("_", " ") for p in parameters if p.required]
    if names and r.random() < 0.45:
        some = names if r.random() < 0.6 else names[:1]
        listed = " and ".join([", ".join(some[:-1]), some[-1]] if len(some) > 1 else some)
        text += r.choice([" given {}", " based on {}", " using the {}", " for a given {}", " by {}", " with the specified {}", " from {}"]).format(listed)
    if r.random() < 0.7:
        text += "."
        if r.random() < 0.25:
            text += r.choice([
                " Returns the result.", " This function uses the given parameters.", " Use this when the user asks about it.", " Results can be filtered.",
                " Returns an object with the details.", " The user must be signed in.", " It supports several options.", " Note that some values are optional.",
            ])
    return text


def request_of(tool: Tool, r: random.Random) -> tuple[str, dict[str, Value]]:
    """A request for a composed tool, and the arguments."""
    idea: Idea = tool.origin
    action = actions()[idea.thing.action]
    noun = idea.thing.names[0] if r.random() < 0.5 else r.choice(idea.thing.names)
    head = r.choice(action.heads)
    head = head.format(noun) if "{}" in head else head
    arguments: dict[str, Value] = {}
    phrases: list[str] = []
    for parameter, how in zip(tool.parameters, idea.ideas):
        if parameter.required or r.random() < 0.45:
            said, arguments[parameter.name] = said_and_meant(parameter.kind, how, r)
            phrases.append(phrase_for(parameter, how, said, arguments[parameter.name], r))
    return _sentence(head, phrases, r), arguments


def said_and_meant(kind: Kind, idea: ParameterIdea, r: random.Random) -> tuple[str, Value]:
    if kind.type == "boolean":
        return "", r.random() < 0.55
    if kind.type == "enum":
        value = r.choice(kind.values)
        return value, value
    if kind.type == "array":
        pairs = [draw(idea.slot, r) for _ in range(r.choice([1, 2, 2, 3, 3, 4, 5]))]
        numeric = kind.items.type in ("number", "integer")
        said = [p[1] if numeric else p[0] for p in pairs]
        if not numeric and r.random() < 0.2:
            said = [phrasing.quoted(s, r) for s in said]
        return phrasing.listed(said, r), [Digits(p[1]) if numeric else p[1] for p in pairs]
    said, meant = draw("count" if kind.type == "integer" and idea.slot in ("number", "money") else idea.slot, r)
    return said, Digits(meant) if kind.type in ("number", "integer") else meant


def phrase_for(parameter: Parameter, idea: ParameterIdea, said: str, meant: Value, r: random.Random) -> str:
    if isinstance(meant, bool):
        return r.choice(idea.says if meant or not idea.says_not else idea.says_not)
    name = parameter.name.replace("_", " ")
    if r.random() < 0.17:
        generic = ["with {n} {}", "{n}: {}", "{n}={}", "{n} = {}", "using {} as {n}", "with a {n} of {}", "the {n} is {}", "where {n} is {}", "{n} {}", "{} {n}"]
        return r.choice(generic).replace("{n}", name).replace("{}", said)
    pattern = r.choice(idea.says)
    clash = [q for q in ("'", '"') if f"{q}{{}}{q}" in pattern and q in said]
    for q in clash:
        pattern = pattern.replace(f"{q}{{}}{q}", "{}")
    return pattern.replace("{}", said)


def _sentence(head: str, phrases: list[str], r: random.Random) -> str:
    order = phrases[:]
    if r.random() < 0.3:
        r.shuffle(order)
    question = head.split(" ")[0] in ("What", "What's", "How", "Which", "Where", "Who", "Is", "Are", "Roughly,")
    if order and r.random() < 0.13:  # a parameter first: "In Paris, what is the weather"
        first = order.pop(0)
        text = capital(first) + ", " + head[0].lower() + head[1:]
    else:
        text = head
    if order:
        join = r.choice([" ", " ", " ", ", "])
        text += r.choice([" ", " ", " ", ": ", ", "]) + join.join(order[:-1]) + (r.choice([join, " and "]) if len(order) > 1 else "") + order[-1]
    if question and r.random() < 0.8:
        return phrasing.dressed(text + "?", r, ends_in_value=False)
    return phrasing.dressed(text, r, ends_in_value=bool(order))
