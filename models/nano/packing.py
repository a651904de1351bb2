"""Packs a block of tools and its requests into one sequence of fixed length, and sequences into batches.

A sequence is [tools][request 1][request 2]...; each request sees the tools and itself, and its positions go on where the tools end, as if it
were alone. So tools are read once for several requests, and nothing is padded but the few tokens that no request fits in.
"""

import math
import random
from dataclasses import dataclass
from typing import Iterator

import torch

from .blocks import SIZES, USUAL_MIX, Block, Mix, draw_block
from .layout import ANY_TEXT, STRUCTURE, UNCONSTRAINED, Layout, Mark
from .tokenizer import PRINTED_TOKENS

LOSS_WEIGHTS = torch.tensor([2.5, 1.0, 1.0, 1.0, 3.0, 0.2, 1.5])  # by what a choice is about: NAME, KEY, VALUE, TEXT, FIRST, STRUCTURE, FREE
STRUCTURE_SHARE = 0.07  # of the tokens that the engine forces
RANDOM_CANDIDATES = 1024
MISSES = 3  # requests that do not fit before a sequence counts as full
TOOLS, PADDING = 0, -1  # groups; requests are 1, 2, ...


@dataclass
class Sequence:
    ids: list[int]
    positions: list[int]
    groups: list[int]
    marks: list[Mark]


@dataclass
class Batch:
    """Tensors of a batch. Rows are the positions whose next token counts in the loss."""

    ids: torch.Tensor  # [B, N]
    positions: torch.Tensor  # [B, N]
    groups: torch.Tensor  # [B, N]
    rows: torch.Tensor  # [B, R] positions of rows, 0 where a sequence has fewer
    real: torch.Tensor  # [B, R] which of them are rows
    candidates: torch.Tensor  # [C] tokens over which the loss normalises
    stand_for: torch.Tensor  # [C] logarithm of how many tokens each of them stands for
    allowed: torch.Tensor  # [M, C] which of them each row allows
    targets: torch.Tensor  # [M] index among the candidates
    about: torch.Tensor  # [M]
    tokens: int  # of the sequences, without padding

    def to(self, device: torch.device) -> "Batch":
        moved = {k: v.to(device, non_blocking=True) if isinstance(v, torch.Tensor) else v for k, v in vars(self).items()}
        return Batch(**moved)


def packed(block: Block, layout: Layout, r: random.Random, length: int) -> Sequence | None:
    """A full sequence, or None where not even two requests fit."""
    tools = layout.tools(block.tools)
    sequence = Sequence(tools[:], list(range(len(tools))), [TOOLS] * len(tools), [])
    misses, group = 0, 0
    while misses < MISSES and length - len(sequence.ids) > 40:
        request = block.request(r)
        ids, marks = layout.exchange(block.tools, request.text, request.calls)
        ids = ids[: marks[-1].index + 1]
        if len(sequence.ids) + len(ids) > length:
            misses += 1
            continue
        group += 1
        start = len(sequence.ids)
        sequence.ids += ids
        sequence.positions += range(len(tools), len(tools) + len(ids))
        sequence.groups += [group] * len(ids)
        sequence.marks += [Mark(start + m.index, m.about, m.allowed) for m in marks if m.about != STRUCTURE or r.random() < STRUCTURE_SHARE]
    return sequence if group >= 2 else None


def text_tokens(layout: Layout) -> torch.Tensor:
    """[V] which tokens may stand in a JSON string: no control characters, quotes only alone."""
    tokenizer = layout.tokenizer
    allowed = torch.zeros(len(tokenizer), dtype=torch.bool)
    printed = [tokenizer.ids[name] for name in PRINTED_TOKENS]
    for token in [*range(tokenizer.regular), *printed]:
        text = tokenizer.bytes(token)
        allowed[token] = all(b >= 32 for b in text) and (b'"' not in text or text == b'"')
    return allowed


class Batcher:
    """Endless batches from a seed."""

    def __init__(self, layout: Layout, length: int, size: int, mix: Mix = USUAL_MIX, most_tools: int = max(SIZES)):
        self.layout, self.length, self.size, self.mix, self.most_tools = layout, length, size, mix, most_tools
        self.text = text_tokens(layout)

    def batches(self, seed: int) -> Iterator[Batch]:
        r = random.Random(seed)
        while True:
            sequences: list[Sequence] = []
            while len(sequences) < self.size:
                sequence = packed(draw_block(r, mix=self.mix, most_tools=self.most_tools), self.layout, r, self.length)
                if sequence is not None:
                    sequences.append(sequence)
            yield self.collated(sequences, r)

    def collated(self, sequences: list[Sequence], r: random.Random, every_candidate: bool = False) -> Batch:
        shape = len(sequences), max(len(s.ids) for s in sequences)
        ids, positions = torch.zeros(shape, dtype=torch.long), torch.zeros(shape, dtype=torch.long)
        groups = torch.full(shape, PADDING)
        for at, s in enumerate(sequences):
            ids[at, : len(s.ids)] = torch.tensor(s.ids)
            positions[at, : len(s.ids)] = torch.tensor(s.positions)
            groups[at, : len(s.ids)] = torch.tensor(s.groups)
        marks = [m for s in sequences for m in s.marks]
        rows = torch.zeros(len(sequences), max(len(s.marks) for s in sequences), dtype=torch.long)
        real = torch.zeros(rows.shape, dtype=torch.bool)
        for at, s in enumerate(sequences):
            rows[at, : len(s.marks)] = torch.tensor([m.index - 1 for m in s.marks])
            real[at, : len(s.marks)] = True
        targets = torch.tensor([s.ids[m.index] for s in sequences for m in s.marks])
        candidates, stand_for = self._candidates(ids, marks, r, every_candidate)
        place = torch.full((len(self.text),), -1)
        place[candidates] = torch.arange(len(candidates))
        allowed = self._allowed(marks, candidates, place)
        allowed[torch.arange(len(marks)), place[targets]] = True  # after a backslash quotes are text
        about = torch.tensor([m.about for m in marks])
        return Batch(ids, positions, groups, rows, real, candidates, stand_for, allowed, place[targets], about, int((groups != PADDING).sum()))

    def _candidates(self, ids: torch.Tensor, marks: list[Mark], r: random.Random, every: bool) -> tuple[torch.Tensor, torch.Tensor]:
        """Tokens over which to normalise, and the logarithm of how many each stands for: a sampled softmax.

        The tokens of the batch and those that are listed somewhere stand for themselves, random ones for all others (Jean et al. 2015); else
        the thousands of words that no answer of a batch has would be held down a fifteenth as much as they should.
        Tokens that no answer ever has are in every batch."""
        if every:
            return torch.arange(len(self.text)), torch.zeros(len(self.text))
        listed = [t for m in marks if m.allowed for t in m.allowed] + [self.layout.tokenizer.ids[name] for name in PRINTED_TOKENS]
        own = torch.zeros(len(self.text), dtype=torch.bool)
        own[torch.cat([ids.flatten(), torch.tensor(listed)])] = True
        drawn = torch.zeros_like(own)
        drawn[torch.tensor([r.randrange(len(self.text)) for _ in range(RANDOM_CANDIDATES)])] = True
        drawn &= ~own
        candidates = (own | drawn).nonzero().flatten()
        others = math.log(float((~own).sum()) / float(drawn.sum()))
        return candidates, torch.where(own[candidates], 0.0, others)

    def _allowed(self, marks: list[Mark], candidates: torch.Tensor, place: torch.Tensor) -> torch.Tensor:
        about = torch.tensor([m.about for m in marks])
        allowed = torch.zeros(len(marks), len(candidates), dtype=torch.bool)
        allowed[torch.tensor([m.allowed is ANY_TEXT for m in marks])] = self.text[candidates]
        allowed[about >= min(UNCONSTRAINED)] = True
        limited = [(row, t) for row, m in enumerate(marks) if m.allowed is not ANY_TEXT and m.about not in UNCONSTRAINED for t in m.allowed]
        if limited:
            pairs = torch.tensor(limited)
            allowed[pairs[:, 0], place[pairs[:, 1]]] = True
        return allowed
