"""Reads the metadata of a GGUF file, and from it the tokenizer in the form that llguidance reads.

llguidance forces canonical tokens where the text is determined, so it must tokenise as the model does; from a list of
token bytes alone it could not. The metadata holds the merges; their spelling is GPT-2's, as in a tokenizer.json.
"""

import json
import struct
from typing import Any

# GGUF's value types that have a fixed size, as struct knows them.
_FIXED = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING, _ARRAY = 8, 9
_NORMAL = 1  # the token type of ordinary text

# The pre-tokenizer of Qwen 2, as its tokenizer.json and llama.cpp's llama-vocab.cpp spell it.
_QWEN2 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def read_metadata(path: str) -> dict[str, Any]:
    """All key-value pairs of the file."""
    with open(path, "rb") as file:
        data = file.read()
    if data[:4] != b"GGUF":
        raise ValueError(f"{path} is not a GGUF file")
    at = 4

    def fixed(code: str) -> Any:
        nonlocal at
        (value,) = struct.unpack_from("<" + code, data, at)
        at += struct.calcsize(code)
        return value

    def string() -> str:
        nonlocal at
        size = fixed("Q")
        at += size
        return data[at - size : at].decode("utf8")

    def value(kind: int) -> Any:
        if kind == _STRING:
            return string()
        if kind == _ARRAY:
            kind, count = fixed("I"), fixed("Q")
            return [value(kind) for _ in range(count)]
        return fixed(_FIXED[kind])

    _version, _tensors, count = fixed("I"), fixed("Q"), fixed("Q")
    pairs = {}
    for _ in range(count):
        key = string()
        pairs[key] = value(fixed("I"))
    return pairs


def tokenizer_json(path: str) -> str:
    """The vocabulary as the text of a tokenizer.json."""
    pairs = read_metadata(path)
    if pairs.get("tokenizer.ggml.pre") != "qwen2":
        raise ValueError(f"{path}: only the pre-tokenizer qwen2 is known here, not {pairs.get('tokenizer.ggml.pre')}")
    tokens: list[str] = pairs["tokenizer.ggml.tokens"]
    kinds: list[int] = pairs["tokenizer.ggml.token_type"]
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": False, "use_regex": False}
    return json.dumps({
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [{"id": id, "content": token, **flags}
                         for id, (token, kind) in enumerate(zip(tokens, kinds)) if kind != _NORMAL],
        "normalizer": None,
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
            {"type": "Split", "pattern": {"Regex": _QWEN2}, "behavior": "Isolated", "invert": False}, byte_level]},
        "post_processor": None,
        "decoder": byte_level,
        "model": {
            "type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": "", "end_of_word_suffix": "",
            "fuse_unk": False, "byte_fallback": False, "ignore_merges": False,
            "vocab": {token: id for id, (token, kind) in enumerate(zip(tokens, kinds)) if kind == _NORMAL},
            "merges": pairs["tokenizer.ggml.merges"],
        },
    })
