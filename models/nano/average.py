"""The mean of the weights of checkpoints of one run: often better than any of them, and it keeps what later sittings forgot.

    python -m nano.average OUT.pt 0.85=RUN/checkpoint.pt 0.15=EARLIER/checkpoint.pt

Training can go on from the result. (Wortsman et al. 2022, "Model soups", average such models.)
"""

import argparse
from pathlib import Path

import torch


def average(parts: list[tuple[float, Path]]) -> dict:
    """The checkpoint of the first part, with the weighted mean of the weights of all."""
    total = sum(weight for weight, _ in parts)
    stored = [(weight / total, torch.load(file, map_location="cpu", weights_only=True)) for weight, file in parts]
    first = stored[0][1]
    for _, other in stored:
        if other["shape"] != first["shape"]:
            raise SystemExit("average: the models have different shapes")
    names = first["model"].keys()
    return {**first, "model": {name: sum(weight * other["model"][name] for weight, other in stored) for name in names}}


def part(text: str) -> tuple[float, Path]:
    weight, _, file = text.partition("=")
    return float(weight), Path(file)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("parts", nargs="+", type=part, metavar="WEIGHT=FILE")
    options = parser.parse_args()
    torch.save(average(options.parts), options.out)


if __name__ == "__main__":
    main()
