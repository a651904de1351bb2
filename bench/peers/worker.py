"""One peer, as a process that answers jobs: a line of JSON in, a line of JSON out. bench/maskbench/engine.ts does the
same with our engine, and bench/maskbench/protocol.ts says what the lines hold.

    python worker.py llguidance vocabulary.json compact
"""

import json
import sys
import time
from typing import Any

from engines import ENGINES, Engine, Refused, Vocabulary

WARM_UP = '{"type":"object","properties":{"a":{"type":"string"},"b":{"enum":[1,true]}},"required":["a"]}'
now = time.perf_counter_ns


def main() -> None:
    name, vocabulary, whitespace = sys.argv[1:]
    engine = ENGINES[name](Vocabulary(vocabulary), whitespace)
    engine.compile_schema(WARM_UP)
    engine.start()
    engine.fill()
    restart_peak()
    memory = memory_bytes()
    answer({"ready": True, "engine": name, "version": engine.version(), "memory": memory["now"], "clockNs": clock_cost()})
    for line in sys.stdin:
        job = json.loads(line)
        try:
            result = run(engine, job)
        except Refused as refused:
            result = {"refused": str(refused)[:500]}
        except Exception as error:  # the engine's own failure, which is a result as well
            result = {"failed": f"{type(error).__name__}: {error}"[:500]}
        answer({"id": job["id"], **result, "memory": memory_bytes()["peak"]})


def run(engine: Engine, job: dict[str, Any]) -> dict[str, Any]:
    start = now()
    if "tools" in job:
        engine.compile_tools(job["tools"], job["structuralTag"])
    else:
        engine.compile_schema(job["schema"])
    compiled = now()
    engine.start()
    engine.fill()
    first = now()
    tests = []
    # The text whose first mask was just made goes on; the others begin anew.
    pending = first - compiled
    for spellings in job["tests"]:
        for number, tokens in enumerate(spellings):
            if number == 0:
                result = walk(engine, tokens, pending)
                pending = 0
                tests.append(result)
            else:
                again = walk(engine, tokens, 0)
                result = {**result, "accepted": again["accepted"], "spelling": number}
                tests[-1] = result
            if result["accepted"]:
                break
    return {"compileNs": compiled - start, "firstMaskNs": first - compiled, "tests": tests}


def walk(engine: Engine, tokens: list[int], pending: int) -> dict[str, Any]:
    """`pending`: what the first mask took, if it is there already; else 0."""
    masks: list[int] = []
    accepts: list[int] = []
    if pending == 0:
        engine.start()
    accepted = True
    for token in tokens:
        if pending > 0:
            masks.append(pending)
            pending = 0
        else:
            start = now()
            engine.fill()
            masks.append(now() - start)
        if not engine.allowed(token):
            accepted = False
            break
        start = now()
        accepted = engine.accept(token)
        accepts.append(now() - start)
        if not accepted:
            break
    result: dict[str, Any] = {"masks": masks, "accepts": accepts}
    result["accepted"] = accepted and engine.accepting()
    error = engine.error()
    if error is not None:
        result["failed"] = error[:200]
    return result


def clock_cost() -> int:
    """What reading the clock twice adds to every figure: the median, in nanoseconds."""
    samples = []
    for _ in range(1001):
        start = now()
        samples.append(now() - start)
    return sorted(samples)[500]


def restart_peak() -> None:
    """Forgets the peak that loading the vocabulary left behind. Linux only; elsewhere it is part of the figure."""
    try:
        with open("/proc/self/clear_refs", "w", encoding="ascii") as file:
            file.write("5")
    except OSError:
        pass


def memory_bytes() -> dict[str, int]:
    """Resident memory now and at its peak."""
    values = {"VmRSS": 0, "VmHWM": 0}
    try:
        with open("/proc/self/status", encoding="ascii") as file:
            for line in file:
                key, _, rest = line.partition(":")
                if key in values:
                    values[key] = int(rest.split()[0]) * 1024
    except OSError:
        pass
    return {"now": values["VmRSS"], "peak": values["VmHWM"]}


def answer(value: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(value, separators=(",", ":")) + "\n")
    sys.stdout.flush()


main()
