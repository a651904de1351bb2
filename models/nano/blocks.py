"""Blocks: a few tools and some requests for them, drawn from the three generators. What training and evaluation are made of."""

import random
from dataclasses import dataclass

from . import composed, families, invented
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
SIZES = 2, 2, 3, 3, 4, 4, 5, 5, 6, 7, 8, 9, 10, 11, 12  # tools of a block
WITHOUT_A_TOOL = 0.25  # share of blocks from which a tool is taken away, and then of their requests that need it


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
        calls = [call]
        while self.source == "train" and len(calls) < 3 and r.random() < SEVERAL_CALLS * len(calls):
            other, further = self._single(r)
            joined = r.choice([" and ", ". Also ", ", then ", ". ", " and also ", "; ", ", ", " and then "])
            text, calls = text.rstrip("?.! ") + joined + other[0].lower() + other[1:], [*calls, further]
        return Request(text, calls)

    def _single(self, r: random.Random) -> tuple[str, Call]:
        able = [i for i, t in enumerate(self.tools) if self.source != "phrasings" or t.origin.holds_request_out()]
        index = r.choice(able)
        text, arguments = written_for(self.tools[index], r, self.source)
        return text, Call(index, arguments)


def draw_block(r: random.Random, source: str = "train", mix: Mix = USUAL_MIX, most_tools: int = max(SIZES)) -> Block:
    """`source`: train, or one of EVALUATION_SETS."""
    while True:
        tools = _tools(r, source, mix, r.choice([size for size in SIZES if size <= most_tools]))
        if len(tools) < 2 or (source == "phrasings" and not any(t.origin.holds_request_out() for t in tools)):
            continue
        hidden = tools.pop() if source == "train" and len(tools) > 2 and r.random() < WITHOUT_A_TOOL else None
        return Block(tools, source, hidden)


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
