"""Trains surecall-nano, on a CPU or a GPU, in as many sittings as it takes.

    python -m nano.train --run RUN_FOLDER --minutes 60

Keeps RUN_FOLDER/checkpoint.pt, from which the same command goes on, and RUN_FOLDER/log.jsonl. The learning rate is warmed up, constant,
and run down to nothing in the last part of a sitting that is told to --finish; training can go on from such a checkpoint too.
"""

import argparse
import json
import os
import signal
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from torch.utils.data import DataLoader, IterableDataset

from .blocks import SIZES, USUAL_MIX
from .evaluate import all_sets, evaluate
from .layout import NAME, FIRST, STRUCTURE, TEXT, Layout
from .model import Model, Shape
from .optimizer import Optimizer
from .packing import LOSS_WEIGHTS, Batch, Batcher
from .tokenizer import Tokenizer
from .wiring import structured_embedding, wire

LENGTH = 640
WARM_UP = 60  # steps
FINAL_PART = 0.7  # of a finishing sitting, in which the learning rate falls to zero
KEEP_MINUTES = 3
LONGEST_STEP = 60  # seconds that a step may count: a process that was paused has not trained


class Stream(IterableDataset):
    """Batches made in a process of their own. Another start has another seed, so a resumed run sees new data."""

    def __init__(self, batcher: Batcher, seed: int):
        self.batcher, self.seed = batcher, seed

    def __iter__(self):
        torch.set_num_threads(1)
        worker = torch.utils.data.get_worker_info()
        yield from self.batcher.batches(1_000_003 * self.seed + (worker.id if worker else 0))


def loss_of(model: Model, batch: Batch, precision: torch.dtype) -> tuple[torch.Tensor, torch.Tensor]:
    """The weighted loss, and the plain loss of each row. Normalised over what is allowed at each choice."""
    with torch.autocast(batch.ids.device.type, dtype=precision, enabled=precision != torch.float32):
        states = model(batch.ids, batch.positions, batch.groups, batch.rows)[batch.real]
        logits = states @ F.embedding(batch.candidates, model.embedding).t() + batch.stand_for
    rows = F.cross_entropy(logits.float().masked_fill(~batch.allowed, -1e9), batch.targets, reduction="none")
    weights = LOSS_WEIGHTS.to(rows.device)[batch.about]
    return (rows * weights).sum() / weights.sum(), rows.detach()


def new_model(tokenizer: Tokenizer, options: argparse.Namespace) -> Model:
    torch.manual_seed(options.seed)
    model = Model(Shape(len(tokenizer), options.width, options.layers, options.width // 32, 32, options.inner))
    if options.wiring == "none":
        return model
    wire(model, structured_embedding(tokenizer, options.width, options.seed, 0.0 if options.wiring == "heads" else 0.75), options.seed + 7)
    return model


class Trainer:
    def __init__(self, options: argparse.Namespace):
        self.options, self.folder = options, Path(options.run)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.precision = torch.bfloat16 if self.device.type == "cuda" else torch.float32
        self.layout = Layout(Tokenizer())
        self.batcher = Batcher(self.layout, LENGTH, options.batch or (64 if self.device.type == "cuda" else 4), tuple(options.mix), options.most_tools)
        self.step = self.tokens = self.sittings = 0
        self.minutes = 0.0
        self.stopped = False
        self._load_or_start()

    def stop(self, *_) -> None:
        """Ends the sitting after the present step; the checkpoint is kept."""
        self.stopped = True

    def _load_or_start(self) -> None:
        file = self.folder / "checkpoint.pt"
        stored = torch.load(file, map_location="cpu", weights_only=True) if file.exists() else None
        if stored is None:
            self.model = new_model(self.layout.tokenizer, self.options).to(self.device)
        else:
            self.model = Model(Shape(**stored["shape"])).to(self.device)
            self.model.load_state_dict(stored["model"])
        self.optimizer = Optimizer(self.model, self.options.rate, 0.2 * self.options.rate, 0.5 * self.options.rate)
        if stored is not None:
            self.optimizer.load(stored["optimizer"])
            self.step, self.tokens, self.minutes, self.sittings = (stored[k] for k in ("step", "tokens", "minutes", "sittings"))
        self.sittings += 1

    def keep(self) -> None:
        """Writes the checkpoint beside the old one and then over it: a kill leaves one of them whole."""
        state = {
            "shape": self.model.shape.as_dict(), "model": self.model.state_dict(), "optimizer": self.optimizer.state(),
            "step": self.step, "tokens": self.tokens, "minutes": self.minutes, "sittings": self.sittings,
        }
        torch.save(state, self.folder / "checkpoint.new")
        os.replace(self.folder / "checkpoint.new", self.folder / "checkpoint.pt")

    def log(self, **record) -> None:
        record = {"step": self.step, "tokens": self.tokens, "minutes": round(self.minutes, 2), "sitting": self.sittings, **record}
        print(json.dumps(record), flush=True)
        with open(self.folder / "log.jsonl", "a") as file:
            file.write(json.dumps(record) + "\n")

    def rate_share(self, sitting: float) -> float:
        """The share of the full learning rate at this part of the sitting."""
        warm = min(1.0, (self.step + 1) / WARM_UP)
        return warm * min(1.0, max(0.0, 1 - sitting) / FINAL_PART) if self.options.finish else warm

    def train(self) -> None:
        sets = all_sets(self.layout, self.options.evaluate_sequences, LENGTH)
        loader = iter(DataLoader(Stream(self.batcher, self.options.seed * 1000 + self.sittings), batch_size=None, num_workers=self.options.workers, prefetch_factor=4))
        self.log(parameters=sum(p.numel() for p in self.model.parameters()), options=vars(self.options))
        spent = kept = evaluated = 0.0  # seconds of training in this sitting
        sums: list[list[torch.Tensor]] = []
        before = self.tokens
        while spent < self.options.minutes * 60 and self.step < self.options.steps and not self.stopped:
            began = time.time()
            sums.append(self.learn(next(loader).to(self.device), self.rate_share(spent / (self.options.minutes * 60))))
            taken = min(time.time() - began, LONGEST_STEP)
            spent, self.minutes = spent + taken, self.minutes + taken / 60
            if self.step % self.options.log_every == 0:
                mean = [round(x, 4) for x in torch.tensor(sums).nanmean(0).tolist()]
                self.log(**dict(zip(("loss", "name", "first", "text", "choices"), mean)), speed=round((self.tokens - before) / spent))
                sums = []
            if spent - kept > KEEP_MINUTES * 60:
                self.keep()
                kept = spent
            if spent - evaluated > self.options.evaluate_minutes * 60:
                self.evaluate(sets)
                evaluated = spent
        self.keep()
        if not self.stopped:
            self.evaluate(sets)

    def learn(self, batch: Batch, share: float) -> list[torch.Tensor]:
        """One step; the loss, and the mean loss of rows by what they are about."""
        loss, rows = loss_of(self.model, batch, self.precision)
        loss.backward()
        self.optimizer.step(share)
        self.step, self.tokens = self.step + 1, self.tokens + batch.tokens
        return [loss.detach(), *(rows[batch.about == about].mean() for about in (NAME, FIRST, TEXT)), rows[batch.about < STRUCTURE].mean()]

    def evaluate(self, sets) -> None:
        scores = {name: evaluate(self.model, self.batcher, sequences) for name, sequences in sets.items()}
        self.log(tool_and_call={name: str(score) for name, score in scores.items()})


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", required=True, help="folder of the checkpoint and the log")
    parser.add_argument("--minutes", type=float, default=60, help="how long this sitting trains")
    parser.add_argument("--steps", type=int, default=1 << 40, help="or until the run has had so many steps")
    parser.add_argument("--finish", action="store_true", help="let the learning rate fall to zero")
    parser.add_argument("--rate", type=float, default=0.008, help="learning rate of the matrices")
    parser.add_argument("--batch", type=int, default=0, help="sequences of a batch; 0 chooses by device")
    parser.add_argument("--mix", type=float, nargs=4, default=USUAL_MIX, help="shares of families, things, invented tools, mixed blocks")
    parser.add_argument("--most-tools", type=int, default=max(SIZES), help="of a block; choosing among few is learnt faster at first")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--workers", type=int, default=1, help="processes that make data")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--width", type=int, default=192)
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--inner", type=int, default=512, help="width of the feed-forward")
    parser.add_argument("--wiring", choices=["full", "heads", "none"], default="full", help="initialisation: all, without meanings of words, plain random")
    parser.add_argument("--log-every", type=int, default=20, help="steps")
    parser.add_argument("--evaluate-minutes", type=float, default=10)
    parser.add_argument("--evaluate-sequences", type=int, default=24, help="of each set")
    return parser.parse_args()


def main() -> None:
    options = arguments()
    torch.set_num_threads(options.threads)
    trainer = Trainer(options)
    signal.signal(signal.SIGTERM, trainer.stop)
    signal.signal(signal.SIGINT, trainer.stop)
    trainer.train()


if __name__ == "__main__":
    main()
