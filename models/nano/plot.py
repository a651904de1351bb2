"""Draws the curves of a run as an SVG: losses by what is chosen, and how often the evaluation's sets come out right.

    python -m nano.plot RUN_FOLDER/log.jsonl curves.svg
"""

import json
import sys
from pathlib import Path

WIDTH, HEIGHT, MARGIN = 460, 260, 44
COLOURS = ["#0b6e99", "#b4441f", "#3f7d20", "#7a3e9d", "#8a6d00"]
Points = list[tuple[float, float]]


def panel(title: str, curves: dict[str, Points], top: float, left: int) -> str:
    """One diagram: millions of tokens to the right."""
    right = max(x for points in curves.values() for x, _ in points) or 1

    def at(x: float, y: float) -> tuple[float, float]:
        return left + MARGIN + x / right * (WIDTH - 2 * MARGIN), HEIGHT - MARGIN - min(y, top) / top * (HEIGHT - 2 * MARGIN)

    parts = [f'<text x="{left + MARGIN}" y="20" font-weight="bold">{title}</text>']
    for share in (0, 0.25, 0.5, 0.75, 1):
        (x0, y), (x1, _) = at(0, top * share), at(right, top * share)
        parts.append(f'<line x1="{x0:.0f}" y1="{y:.0f}" x2="{x1:.0f}" y2="{y:.0f}" stroke="#ddd"/><text x="{x0 - 6:.0f}" y="{y + 4:.0f}" text-anchor="end">{top * share:g}</text>')
        x, _ = at(right * share, 0)
        parts.append(f'<text x="{x:.0f}" y="{HEIGHT - MARGIN + 16}" text-anchor="middle">{right * share:.1f}M</text>')
    for index, (name, points) in enumerate(curves.items()):
        colour = COLOURS[index % len(COLOURS)]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in (at(*p) for p in points))
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.6"/>')
        parts.append(f'<text x="{left + WIDTH - MARGIN}" y="{44 + 15 * index}" fill="{colour}" text-anchor="end">{name}</text>')
    return "".join(parts)


def smoothed(points: Points, width: int = 5) -> Points:
    return [(points[i][0], sum(y for _, y in points[max(0, i - width + 1) : i + 1]) / min(width, i + 1)) for i in range(len(points))]


def main() -> None:
    records = [json.loads(line) for line in Path(sys.argv[1]).read_text().splitlines()]
    steps = [r for r in records if "loss" in r and r["loss"] < 100]
    losses = {label: smoothed([(r["tokens"] / 1e6, r[key]) for r in steps]) for label, key in (("name", "name"), ("text", "text"), ("all choices", "choices"))}
    scores: dict[str, Points] = {}
    for r in records:
        for name, score in r.get("tool_and_call", {}).items():
            scores.setdefault(name, []).append((r["tokens"] / 1e6, float(score.split("/")[1])))
    drawn = panel("Loss in nats at a choice, by training tokens", losses, 4.0, 0)
    panels = 1
    if any(len(points) > 1 for points in scores.values()):
        drawn += panel("Right calls, percent", scores, 100.0, WIDTH)
        panels = 2
    Path(sys.argv[2]).write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {panels * WIDTH} {HEIGHT}" font-family="sans-serif" font-size="11">'
        f'<rect width="100%" height="100%" fill="white"/>{drawn}</svg>\n'
    )


if __name__ == "__main__":
    main()
