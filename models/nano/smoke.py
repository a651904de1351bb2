"""A few minutes of training from scratch, end to end: two sittings of a small model, the loss must fall, the checkpoint must go on, the file
must be written.

    python -m nano.smoke [--minutes 4] [--folder FOLDER]
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

LEAST_FALL = 0.3  # of the loss, from the first to the last record


def run(*words: object) -> None:
    subprocess.run([sys.executable, "-m", *map(str, words)], check=True)


def losses(log: Path) -> list[float]:
    return [record["loss"] for record in map(json.loads, log.read_text().splitlines()) if "loss" in record]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=4)
    parser.add_argument("--folder")
    options = parser.parse_args()
    folder = Path(options.folder or tempfile.mkdtemp(prefix="nano-smoke-"))
    small = ["--run", folder, "--width", 128, "--layers", 3, "--inner", 256, "--batch", 4, "--evaluate-sequences", 4, "--minutes", options.minutes / 2, "--log-every", 5]
    run("nano.train", *small)
    before = losses(folder / "log.jsonl")
    run("nano.train", *small, "--finish")
    found = losses(folder / "log.jsonl")
    run("nano.export", folder / "checkpoint.pt", folder / "smoke.gguf")
    print(f"loss {found[0]:.3f} -> {before[-1]:.3f} -> {found[-1]:.3f} in {folder}")
    if found[-1] > found[0] * (1 - LEAST_FALL) or found[-1] > before[-1]:
        sys.exit("the loss did not fall as it should")


if __name__ == "__main__":
    main()
