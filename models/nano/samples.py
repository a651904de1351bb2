"""Writes samples as JSON lines for the checks and the evaluation by the package: tools, requests, expected calls, and for --choices also
the marks that training uses and the greedy answer of a checkpoint.

    python -m nano.samples --source seen --blocks 100 > seen.jsonl
"""

import argparse
import json
import random
import sys

from .blocks import EVALUATION_SETS, draw_block
from .layout import NO_CALL, STRUCTURE, AnswerWriter, Layout, request_text, tools_text
from .tokenizer import Tokenizer
from .tools import object_schema, plain

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
        "marks": [[m.index - start, m.allowed] for m in marks if m.about != STRUCTURE],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", choices=["train", *EVALUATION_SETS], required=True)
    parser.add_argument("--blocks", type=int, default=50)
    parser.add_argument("--seed", default="samples")
    options = parser.parse_args()
    r, layout = random.Random(f"{options.seed} {options.source}"), Layout(Tokenizer())
    for _ in range(options.blocks):
        block = draw_block(r, options.source)
        for _ in range(REQUESTS):
            json.dump(sample(block, block.request(r), layout), sys.stdout, ensure_ascii=False)
            print()


if __name__ == "__main__":
    main()
