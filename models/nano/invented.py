"""Invented tools: any verb on any noun of WordNet, with any parameters; requests use their synonyms.

They teach what no list of everyday tools can: to match whatever words there are.
"""

import random
from dataclasses import dataclass
from functools import cache

from . import phrasing
from .composed import ParameterIdea, kind_of, parameter_ideas, phrase_for, said_and_meant
from .tools import Digits, Kind, Parameter, Tool, Value
from .values import capital, draw, odd_word, usual_words
from .values.registry import listed
from .wordnet import common_words, kinds, synonyms

NAMES = (
    "id title amount count path label value key size level code target source owner type status color price start end limit text name tag speed "
    "weight mode message group rate note index depth region format reason topic user file duration"
).split()
SLOTS = {
    "string": ["word"] * 3 + ["phrase"] * 3 + ["text"] * 4 + ["sentence"] * 2 + ["person"] * 3 + ["path"] * 2 + ["code"] * 2
    + ["email", "date", "date", "title", "title", "time", "url", "city", "quoted_text", "topic", "folder", "full_name"],
    "number": ["number"], "integer": ["integer", "count", "few"],
}

OF_A_KIND = 0.4  # share of the parameters without an idea whose values are of a kind that WordNet knows


@dataclass
class Words:
    """The words of an invented tool: those of its name, and those of its description."""

    verb: tuple[str, str]
    noun: tuple[str, str]
    ideas: list[ParameterIdea | None]


def tool_of(r: random.Random, style: str, sibling: Tool | None = None) -> Tool:
    """A new tool; one with a sibling shares its verb or its noun."""
    verb, noun = _pair("verb", r), _pair("noun", r)
    if sibling is not None and isinstance(sibling.origin, Words):
        verb, noun = (sibling.origin.verb, noun) if r.random() < 0.5 else (verb, sibling.origin.noun)
    parameters, ideas = _parameters(r)
    name = r.choice([f"{verb[0]}_{noun[0]}"] * 3 + [f"{noun[0]}_{verb[0]}", f"{verb[0]}_the_{noun[0]}", f"{verb[0]}_{noun[0]}_{r.choice(common_words('noun', 6, 10))}"])
    return Tool(phrasing.styled(name, style), _description(verb[1], noun[1], parameters, r), parameters, origin=Words(verb, noun, ideas))


def _pair(pos: str, r: random.Random) -> tuple[str, str]:
    """A word and, half of the time, another one for the same."""
    if r.random() < 0.12:
        made_up = odd_word(r)
        return made_up, made_up
    if r.random() < 0.55:
        first = r.choice(list(synonyms(pos)))
        return first, r.choice([first, r.choice(synonyms(pos)[first])])
    first = r.choice(common_words(pos, 6, 10))
    return first, first


def _parameters(r: random.Random) -> tuple[list[Parameter], list[ParameterIdea | None]]:
    parameters: list[Parameter] = []
    ideas: list[ParameterIdea | None] = []
    for _ in range(r.choice([1, 1, 1, 2, 2, 2, 3, 3, 4, 5])):
        if r.random() < 0.35:
            idea = parameter_ideas()[r.choice(list(parameter_ideas()))]
            name, kind = r.choice(idea.names), kind_of(idea, r)
        elif r.random() < OF_A_KIND:
            idea = r.choice(_ideas_of_kinds())
            name, kind = r.choice(idea.names), Kind("string")
        else:
            idea, name = None, r.choice(NAMES) if r.random() < 0.7 else r.choice(common_words("noun", 6, 10))
            kind = _kind(r)
        if name not in [p.name for p in parameters]:
            parameters.append(Parameter(name, kind, required=r.random() > 0.2))
            ideas.append(idea)
    return parameters, ideas


@cache
def _ideas_of_kinds() -> list[ParameterIdea]:
    """Parameters that are told apart by what their values are: `bird` takes an owl or a hawk, `metal` copper."""
    found = []
    for noun, members in kinds().items():
        slot = f"one {noun}"
        listed(slot, members)
        says = "{}", "{}", "with {}", "for {}", "of {}", "the {}", "about {}", "with a {}", "for the {}"
        found.append(ParameterIdea(slot, (noun, noun, f"{noun}_name", f"{noun}_type", f"type_of_{noun}"), "string", slot, (), says))
    return found


def _kind(r: random.Random) -> Kind:
    type_ = r.choices(["string", "number", "integer", "boolean", "enum", "array", "object"], [0.48, 0.14, 0.14, 0.06, 0.11, 0.05, 0.02])[0]
    if type_ == "enum":
        return Kind("enum", tuple(dict.fromkeys(r.choices(usual_words(), k=r.randint(2, 5)))))
    if type_ == "array":
        return Kind("array", items=Kind(r.choice(["string", "string", "number", "integer"])))
    if type_ == "object":
        names = r.sample(NAMES, r.randint(2, 3))
        return Kind("object", members=tuple(Parameter(n, Kind(r.choice(["string", "integer", "number"])), required=r.random() > 0.25) for n in names))
    return Kind(type_)


def _description(verb: str, noun: str, parameters: list[Parameter], r: random.Random) -> str:
    names = " and ".join(p.name for p in parameters)
    text = r.choice([
        f"{capital(verb)} the {noun}", f"{capital(verb)} a {noun}", f"{capital(inflected(verb, 's'))} the {noun}",
        f"{capital(verb)} {noun} {r.choice(['with', 'using', 'for', 'by'])} {names}", f"Tool for {inflected(verb, 'ing')} a {noun}",
        f"{capital(inflected(verb, 's'))} {noun} {r.choice(common_words('noun', 6, 10))}s", f"This function can {verb} any {noun} of the user",
    ])
    if r.random() < 0.1:
        return ""
    return text + "." if r.random() < 0.5 else text


def inflected(verb: str, ending: str) -> str:
    if ending == "s":
        return verb + ("es" if verb.endswith(("s", "x", "ch", "sh")) else "s")
    return (verb[:-1] if verb.endswith("e") and not verb.endswith("ee") else verb) + "ing"


def request_of(tool: Tool, r: random.Random) -> tuple[str, dict[str, Value]]:
    words: Words = tool.origin
    verb = r.choice(words.verb) if tool.description else words.verb[0]
    noun = r.choice(words.noun) if tool.description else words.noun[0]
    arguments: dict[str, Value] = {}
    phrases = []
    given = [p.required or r.random() < 0.5 for p in tool.parameters]
    alone = sum(given) == 1
    for parameter, idea, wanted in zip(tool.parameters, words.ideas, given):
        if wanted:
            phrase, arguments[parameter.name] = _said(parameter, idea, alone, r)
            phrases.append(phrase)
    if r.random() < 0.3:
        r.shuffle(phrases)
    head = r.choice([
        f"{capital(verb)} the {noun}", f"{capital(verb)} the {noun}", f"{capital(verb)} {noun}", f"{capital(verb)} a {noun}", f"{verb} the {noun}",
        f"I want to {verb} the {noun}", f"Can you {verb} the {noun}", f"{capital(inflected(verb, 'ing'))} the {noun}", f"{capital(verb)} this {noun}",
        f"Do a {noun} {verb}", f"I need the {noun} to be {verb}ed", f"Please could somebody {verb} my {noun}",
    ])
    join = r.choice([" ", ", ", " and "])
    return head + r.choice([" ", " ", ": ", ", "]) * bool(phrases) + join.join(phrases), arguments


def _said(parameter: Parameter, idea: ParameterIdea | None, alone: bool, r: random.Random) -> tuple[str, Value]:
    kind, name = parameter.kind, parameter.name.replace("_", " ")
    if idea is not None:
        said, meant = said_and_meant(kind, idea, r)
        return phrase_for(parameter, idea, said, meant, r), meant
    if kind.type == "boolean":
        meant = r.random() < 0.5
        yes = [f"with {name}", f"{name} on", f"{name} enabled", f"{name} true"]
        no = [f"without {name}", f"{name} off", f"{name} disabled", f"no {name}", f"{name} false"]
        return r.choice(yes if meant else no), meant
    if kind.type == "object":
        parts, meant = [], {}
        for member in kind.members:
            if member.required or r.random() < 0.5:
                phrase, meant[member.name] = _said(member, None, False, r)
                parts.append(phrase)
        return f"{name} {r.choice(['with', 'having', ':'])} {' and '.join(parts)}", meant
    plain = ParameterIdea("", (), kind.type, "", (), ("{}",))
    if kind.type in ("string", "number", "integer"):
        plain = ParameterIdea("", (), kind.type, r.choice(SLOTS[kind.type]), (), ("{}",))
        said, meant = draw(plain.slot, r)
        meant = meant if kind.type == "string" else Digits(meant)
        if kind.type == "string" and r.random() < (0.75 if " " in said else 0.4):
            said = phrasing.quoted(said, r)
    else:
        slot = r.choice(SLOTS[kind.items.type][:10]) if kind.type == "array" else ""
        said, meant = said_and_meant(kind, ParameterIdea("", (), kind.type, slot, (), ("{}",)), r)
    if alone and r.random() < 0.6:
        return said, meant
    return r.choice([
        f"with {name} {said}", f"{name} {said}", f"{name}: {said}", f"{name}={said}", f"using {said} as {name}", f"{said} as the {name}",
        f"with a {name} of {said}", f"the {name} is {said}", f"{name} set to {said}",
    ]), meant
