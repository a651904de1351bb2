"""Qwen's byte-level BPE on the vocabulary in vocabulary.json, the same tokens as llama.cpp makes of the exported file."""

import json
import re
from pathlib import Path

SPECIAL_TOKENS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<tool_call>", "</tool_call>", "<think>", "</think>"]
# Special tokens that are printed: their names are text like any other, so the engine allows them in strings.
PRINTED_TOKENS = SPECIAL_TOKENS[3:]
VOCABULARY_FILE = Path(__file__).with_name("vocabulary.json")

# Qwen's split before merging: contractions, words with the character before them, single digits, punctuation, white space.
_PIECES = re.compile(
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|(?:(?![\r\n])[\W_])?[^\W\d_]+|\d| ?(?:[^\s\w]|_)+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def byte_letters() -> list[str]:
    """GPT-2's printable stand-in for each of the 256 bytes."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    letters = {byte: chr(byte) for byte in printable}
    others = (byte for byte in range(256) if byte not in letters)
    letters.update({byte: chr(256 + index) for index, byte in enumerate(others)})
    return [letters[byte] for byte in range(256)]


_LETTERS = byte_letters()
_BYTES = {letter: byte for byte, letter in enumerate(_LETTERS)}


class Tokenizer:
    """Text to token ids and back."""

    def __init__(self, file: Path = VOCABULARY_FILE):
        stored = json.loads(file.read_text())
        self.merges: list[str] = stored["merges"]
        # Ids 0 to 255 are the bytes in Qwen's order, then the merged tokens, then the special ones.
        self.tokens: list[str] = stored["tokens"] + SPECIAL_TOKENS
        self.regular = len(stored["tokens"])
        while len(self.tokens) % 32:  # rows of whole Q8_0 blocks are faster
            self.tokens.append(f"<|unused_{len(self.tokens)}|>")
        self.ids = {token: i for i, token in enumerate(self.tokens)}
        self._ranks = {tuple(merge.split(" ")): rank for rank, merge in enumerate(self.merges)}
        self._special = re.compile("(" + "|".join(map(re.escape, SPECIAL_TOKENS)) + ")")
        self._known: dict[str, list[int]] = {}
        self._by_text = {self.text(i): i for i in range(self.regular) if self._is_text(i)}
        self._longest = max(map(len, self._by_text))

    def __len__(self) -> int:
        return len(self.tokens)

    def encode(self, text: str, special: bool = False) -> list[int]:
        """Token ids of a text; `special` reads the names of special tokens as such."""
        if not special:
            return [i for piece in _PIECES.findall(text) for i in self._merge(piece)]
        ids: list[int] = []
        for part in self._special.split(text):
            ids += [self.ids[part]] if part in SPECIAL_TOKENS else self.encode(part)
        return ids

    def decode(self, ids: list[int]) -> str:
        return b"".join(self.bytes(i) for i in ids).decode("utf-8", "replace")

    def bytes(self, token: int) -> bytes:
        name = self.tokens[token]
        return name.encode() if token >= self.regular else bytes(_BYTES[letter] for letter in name)

    def text(self, token: int) -> str:
        return self.bytes(token).decode("utf-8", "replace")

    def prefixes(self, text: str) -> list[int]:
        """All tokens that begin this text."""
        lengths = range(1, min(len(text), self._longest) + 1)
        return [self._by_text[text[:n]] for n in lengths if text[:n] in self._by_text]

    def _is_text(self, token: int) -> bool:
        try:
            self.bytes(token).decode("utf-8")
        except UnicodeDecodeError:
            return False
        return True

    def _merge(self, piece: str) -> list[int]:
        known = self._known.get(piece)
        if known is None:
            known = self._known[piece] = [self.ids[part] for part in self._merged([_LETTERS[b] for b in piece.encode()])]
            if len(self._known) > 200_000:
                self._known.clear()
        return known

    def _merged(self, parts: list[str]) -> list[str]:
        while len(parts) > 1:
            ranked = [(self._ranks.get(pair, 1 << 30), at) for at, pair in enumerate(zip(parts, parts[1:]))]
            rank, at = min(ranked)
            if rank == 1 << 30:
                break
            parts[at : at + 2] = [parts[at] + parts[at + 1]]
        return parts
