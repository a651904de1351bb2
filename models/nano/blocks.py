"""Blocks: a few tools and some requests for them, drawn from the three generators. What training and evaluation are made of."""

import random
import re
from dataclasses import dataclass

from . import composed, families, invented, phrasing
from .phrasing import NAME_STYLES
from .tools import Call, Request, Tool, Value

# How blocks are drawn: for training, or for one of the evaluation's sets. All but `seen` are never trained on.
EVALUATION_SETS = ("seen", "phrasings", "families", "things", "invented")

# Domains of families that are drawn more often than others, which are many and narrow, and by how much: what everybody tries first.
OFTEN = {
    **dict.fromkeys("calendar code convert db dev device file finance food geom health home image lang life msg music news notes shop social sport".split(), 3),
    **dict.fromkeys("systems timer todo travel user weather web".split(), 3),
    **dict.fromkeys("string texts math numbers".split(), 12),
}
ONE_DOMAIN = 0.7  # share of blocks of families that are of one domain, and so easily confused

# Shares of blocks from families, things, invented tools, and all of them together.
Mix = tuple[float, float, float, float]
USUAL_MIX: Mix = (0.48, 0.28, 0.14, 0.10)

SEVERAL_CALLS = 0.08  # share of requests that ask for two calls or three
SEVERAL_VALUES = 0.1  # share of requests that ask for the same with several values
SIZES = 2, 2, 3, 3, 4, 4, 5, 5, 6, 7, 8, 9, 10, 11, 12  # tools of a block
ALONE = 0.12  # share of blocks of one tool, in training only
WITHOUT_A_TOOL = 0.45  # share of blocks that hide a tool, and then of their requests that need it


@dataclass
class Block:
    """The tools of a block, and one that is hidden: requests for it have no answer."""

    tools: list[Tool]
    source: str
    hidden: Tool | None = None

    def request(self, r: random.Random) -> Request:
        """A new request."""
        if self.hidden is not None and r.random() < WITHOUT_A_TOOL:
            return Request(written_for(self.hidden, r, self.source)[0], [])
        text, call = self._single(r)
        if self.source == "train" and r.random() < SEVERAL_VALUES:
            return self._for_several_values(text, call, r)
        calls = [call]
        while self.source == "train" and len(calls) < 3 and r.random() < SEVERAL_CALLS * len(calls):
            other, further = self._single(r)
            joined = r.choice([" and ", ". Also ", ", then ", ". ", " and also ", "; ", ", ", " and then "])
            text, calls = text.rstrip("?.! ") + joined + other[0].lower() + other[1:], [*calls, further]
        return Request(text, calls)

    def _for_several_values(self, text: str, call: Call, r: random.Random) -> Request:
        """`weather in Oslo and Rome`: a value of the request becomes a list, each of whose values asks for a call; two values, pairwise."""
        tool = self.tools[call.tool]
        spoken = {name: place for name, value in call.arguments.items() if (place := _place_of(value, text)) is not None}
        varied = r.sample(sorted(spoken), min(len(spoken), r.choice([1, 1, 1, 2])))
        calls = [call]
        for _ in range(r.choice([1, 1, 2, 3])):
            other = written_for(tool, r, self.source)[1]
            values = {name: other[name] for name in varied if isinstance(other.get(name), str)}
            if len(values) == len(varied) and all(values != {name: c.arguments[name] for name in varied} for c in calls):
                calls.append(Call(call.tool, {**call.arguments, **values}))
        if not varied or len(calls) == 1:
            return Request(text, [call])
        for name in sorted(varied, key=lambda name: -spoken[name].start()):
            quote = spoken[name].group(1)
            said = phrasing.enumerated([f"{quote}{c.arguments[name]}{quote}" for c in calls], r)
            text = text[: spoken[name].start()] + said + text[spoken[name].end() :]
        return Request(text.rstrip("?.! ") + ", respectively" if len(varied) > 1 and r.random() < 0.5 else text, calls)

    def _single(self, r: random.Random) -> tuple[str, Call]:
        able = [i for i, t in enumerate(self.tools) if self.source != "phrasings" or t.origin.holds_request_out()]
        index = r.choice(able)
        text, arguments = written_for(self.tools[index], r, self.source)
        return text, Call(index, arguments)


def draw_block(r: random.Random, source: str = "train", mix: Mix = USUAL_MIX, most_tools: int = max(SIZES)) -> Block:
    """`source`: train, or one of EVALUATION_SETS."""
    while True:
        is_alone = source == "train" and r.random() < ALONE
        tools = _tools(r, source, mix, 2 if is_alone else r.choice([size for size in SIZES if size <= most_tools]))
        if len(tools) < 2 or (source == "phrasings" and not any(t.origin.holds_request_out() for t in tools)):
            continue
        hides = source == "train" and (len(tools) > 2 or is_alone) and r.random() < WITHOUT_A_TOOL
        hidden = tools.pop() if hides else None
        # What is asked for may be near to what the tools do, or far from it.
        if hidden is not None and r.random() < 0.5:
            hidden = next((t for t in _tools(r, source, mix, 2) if t.name not in {tool.name for tool in tools}), hidden)
        return Block(tools[:1] if is_alone else tools, source, hidden)


def _place_of(value: Value, text: str) -> re.Match | None:
    """Where a request says a value, quotes included; None unless it does so exactly once, in the same words."""
    if not isinstance(value, str) or not value:
        return None
    found = list(re.finditer(rf"(?<![\w.\-])(['\"]?){re.escape(value)}\1(?![\w%]|[.:/\-]\w)", text))
    return found[0] if len(found) == 1 and text.count(value) == 1 else None


def written_for(tool: Tool, r: random.Random, source: str) -> tuple[str, dict[str, Value]]:
    """A request for a tool and its arguments, by the generator that made the tool."""
    if isinstance(tool.origin, families.Family):
        return families.request_of(tool, r, {"phrasings": "held_out", "families": "all"}.get(source, "trained"))
    generator = composed if isinstance(tool.origin, composed.Idea) else invented
    return generator.request_of(tool, r)


def _tools(r: random.Random, source: str, mix: Mix, count: int) -> list[Tool]:
    style = r.choice(NAME_STYLES)
    makers = {"seen": _usual, "phrasings": _families, "families": _held_out_families, "things": _held_out_things, "invented": _invented}
    make = makers[source] if source in makers else r.choices([_families, _things, _invented, _mixed], mix)[0]
    tools = make(r, style, count)
    named = {tool.name: tool for tool in tools if tool.parameters}
    tools = list(named.values())
    r.shuffle(tools)
    return tools


def _usual(r: random.Random, style: str, count: int) -> list[Tool]:
    return r.choice([_families, _things])(r, style, count)


def _families(r: random.Random, style: str, count: int) -> list[Tool]:
    domains = families.by_domain()
    one = r.choices(list(domains), [OFTEN.get(domain, 1) for domain in domains])[0]
    pool = domains[one] if r.random() < ONE_DOMAIN else [f for d in domains.values() for f in d]
    return [families.tool_of(f, r, style) for f in r.sample(pool, min(count, len(pool)))]


def _held_out_families(r: random.Random, style: str, count: int) -> list[Tool]:
    return [families.tool_of(f, r, style) for f in r.sample([f for f in families.families() if f.held_out], count)]


def _things(r: random.Random, style: str, count: int) -> list[Tool]:
    """Things from anywhere, or neighbours in the list, which are of one domain and easily confused."""
    pool = composed.things(held_out=False)
    if r.random() < 0.5:
        start = r.randrange(len(pool) - 12)
        pool = pool[start : start + 12]
    return [composed.tool_of(t, r, style) for t in r.sample(pool, count)]


def _held_out_things(r: random.Random, style: str, count: int) -> list[Tool]:
    return [composed.tool_of(t, r, style) for t in r.sample(composed.things(held_out=True), count)]


def _invented(r: random.Random, style: str, count: int) -> list[Tool]:
    tools: list[Tool] = []
    for _ in range(count):
        tools.append(invented.tool_of(r, style, tools[0] if tools and r.random() < 0.3 else None))
    return tools


def _mixed(r: random.Random, style: str, count: int) -> list[Tool]:
    makers = r.choices([_families, _things, _invented], k=count)
    return [tool for make in dict.fromkeys(makers) for tool in make(r, style, makers.count(make))]
