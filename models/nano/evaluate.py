"""How often the right tool and the whole right call come out, by the choices alone: the best allowed token at each must be the right one.

That is what greedy decoding under surecall's masks does; check_choices.mjs and the package's own evaluation confirm it.
"""

import random
from dataclasses import dataclass

import torch

from .blocks import EVALUATION_SETS, draw_block
from .layout import NAME, UNCONSTRAINED, Layout
from .model import Model
from .packing import Batcher, Sequence, packed


@dataclass
class Score:
    exchanges: int = 0
    tools: int = 0
    calls: int = 0

    def __str__(self) -> str:
        return f"{100 * self.tools / self.exchanges:.0f}/{100 * self.calls / self.exchanges:.0f}"


def evaluation_sequences(layout: Layout, source: str, count: int, length: int) -> list[Sequence]:
    """The same sequences at each call: a set of its own seed."""
    r, found = random.Random(f"evaluate {source}"), []
    while len(found) < count:
        sequence = packed(draw_block(r, source), layout, r, length)
        if sequence is not None:
            sequence.marks = [m for m in sequence.marks if m.about not in UNCONSTRAINED]
            found.append(sequence)
    return found


@torch.no_grad()
def evaluate(model: Model, batcher: Batcher, sequences: list[Sequence]) -> Score:
    score, device = Score(), model.embedding.device
    for at in range(0, len(sequences), batcher.size):
        part = sequences[at : at + batcher.size]
        batch = batcher.collated(part, random.Random(0), every_candidate=True).to(device)
        states = model(batch.ids, batch.positions, batch.groups, batch.rows)[batch.real]
        logits = (states @ model.embedding.t()).float().masked_fill(~batch.allowed, -torch.inf)
        right = (logits.argmax(-1) == batch.targets).tolist()
        _count(score, part, right)
    return score


def _count(score: Score, sequences: list[Sequence], right: list[bool]) -> None:
    row = iter(right)
    for sequence in sequences:
        names: dict[int, bool] = {}
        calls: dict[int, bool] = {}
        for mark in sequence.marks:
            exchange, hit = sequence.groups[mark.index], next(row)
            calls[exchange] = calls.get(exchange, True) and hit
            names[exchange] = names.get(exchange, True) and (hit or mark.about != NAME)
        score.exchanges += len(calls)
        score.tools += sum(names.values())
        score.calls += sum(calls.values())


def all_sets(layout: Layout, count: int, length: int) -> dict[str, list[Sequence]]:
    return {source: evaluation_sequences(layout, source, count, length) for source in EVALUATION_SETS}
