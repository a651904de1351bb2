"""Writes samples as JSON lines for the checks and the evaluation by the package: tools, requests, expected calls, and for --choices also
the marks that training uses and the greedy answer of a checkpoint.

    python -m nano.samples --source seen --blocks 100 > seen.jsonl

With a checkpoint, each mark also gets the log probability of the right token among the allowed ones.
"""

import argparse
import json
import random
import sys

import torch

from .blocks import EVALUATION_SETS, draw_block
from .export import load
from .layout import NO_CALL, UNCONSTRAINED, AnswerWriter, Layout, Mark, request_text, tools_text
from .model import Model
from .packing import TOOLS, Batcher, Sequence
from .tokenizer import Tokenizer
from .tools import object_schema, plain
from .train import LENGTH

REQUESTS = 6


def sample(block, request, layout: Layout) -> dict:
    ids, marks = layout.exchange(block.tools, request.text, request.calls)
    writer = AnswerWriter(block.tools)
    writer.calls(request.calls)
    start = len(layout.tokenizer.encode(request_text(request.text), special=True))
    return {
        "tools": [{"name": t.name, "description": t.description, "parameters": object_schema(t.parameters)} for t in block.tools],
        "prompt": request.text,
        "calls": [{"name": block.tools[c.tool].name, "arguments": plain(c.arguments)} for c in request.calls],
        "text": writer.text if request.calls else NO_CALL,
        "rendered": tools_text(block.tools) + request_text(request.text),
        "tokens": ids[start:],
        "marks": [[m.index - start, m.allowed] for m in marks if m.about not in UNCONSTRAINED and m.index < len(ids)],
    }


def add_log_probabilities(written: dict, block, request, batcher: Batcher, model: Model) -> None:
    """The right tokens' log probabilities, for comparing with those of the exported file."""
    tools = batcher.layout.tools(block.tools)
    ids, marks = batcher.layout.exchange(block.tools, request.text, request.calls)
    marks = [Mark(len(tools) + m.index, m.about, m.allowed) for m in marks if m.about not in UNCONSTRAINED and m.index < len(ids)]
    together = tools + ids
    sequence = Sequence(together, list(range(len(together))), [TOOLS] * len(together), marks)
    batch = batcher.collated([sequence], random.Random(0), every_candidate=True)
    with torch.no_grad():
        logits = model(batch.ids, batch.positions, batch.groups, batch.rows)[batch.real] @ model.embedding.t()
        found = logits.masked_fill(~batch.allowed, -torch.inf).log_softmax(-1).gather(1, batch.targets[:, None])[:, 0]
    written["logprobs"] = [round(x, 5) for x in found.tolist()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", choices=["train", *EVALUATION_SETS], required=True)
    parser.add_argument("--blocks", type=int, default=50)
    parser.add_argument("--seed", default="samples")
    parser.add_argument("--checkpoint")
    options = parser.parse_args()
    r, layout = random.Random(f"{options.seed} {options.source}"), Layout(Tokenizer())
    batcher, model = Batcher(layout, LENGTH, 1), load(options.checkpoint) if options.checkpoint else None
    for _ in range(options.blocks):
        block = draw_block(r, options.source)
        for _ in range(REQUESTS):
            request = block.request(r)
            written = sample(block, request, layout)
            if model is not None and request.calls:
                add_log_probabilities(written, block, request, batcher, model)
            json.dump(written, sys.stdout, ensure_ascii=False)
            print()


if __name__ == "__main__":
    main()
