"""xgrammar's word on structural tags: a line of JSON in, a line of JSON out.

    in:   {"id": any, "tag": a structural tag, "texts": [...]}
    out:  {"id", "error": null or what it refuses, "accepted": [...]: for each text, whether the grammar accepts it}

The first line out says {"ready": true, "version"}.
"""

import json
import sys
from importlib.metadata import version

import absent_modules

absent_modules.provide()

import xgrammar  # noqa: E402
from xgrammar.testing import _is_grammar_accept_string as accepts  # noqa: E402


def answer(line: dict) -> None:
    print(json.dumps(line), flush=True)


answer({"ready": True, "version": version("xgrammar")})
for line in sys.stdin:
    job = json.loads(line)
    try:
        grammar = xgrammar.Grammar.from_structural_tag(json.dumps(job["tag"]))
        answer({"id": job["id"], "error": None, "accepted": [bool(accepts(grammar, text)) for text in job.get("texts", [])]})
    except Exception as error:  # whatever it refuses with is its answer
        answer({"id": job["id"], "error": f"{type(error).__name__}: {error}", "accepted": []})
