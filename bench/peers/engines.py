"""The peers behind one small face: compile a schema, fill a mask, accept a token.

Masks are numpy arrays of int32 with one bit per token id, so that "is this token allowed" is asked alike of all. What is
timed (`fill`, `accept`) is one call into the peer's own library each, with nothing else around it.
"""

import json
from importlib.metadata import version
from typing import Any, Optional

import numpy as np

from gguf import tokenizer_json


class Refused(Exception):
    """The engine does not compile this schema."""


class Vocabulary:
    """The vocabulary file that bench/maskbench/vocabulary.ts writes."""

    def __init__(self, path: str) -> None:
        with open(path, encoding="utf8") as file:
            data = json.load(file)
        self.tokens = [bytes.fromhex(token) for token in data["tokens"]]
        self.end: list[int] = data["end"]
        self.gguf: str = data["gguf"]


class Engine:
    """Base of the peers. One grammar at a time; `start` begins a new text of it."""

    name: str

    def __init__(self, vocabulary: Vocabulary, whitespace: str) -> None:
        self.vocabulary = vocabulary
        self.whitespace = whitespace
        self.mask = np.zeros((1, (len(vocabulary.tokens) + 31) // 32), dtype=np.int32)
        # A flat view of Python-friendly words, made once.
        self._words = self.mask.reshape(-1).view(np.uint32)

    def version(self) -> str:
        return version(self.name.replace("_", "-"))

    def allowed(self, token: int) -> bool:
        """Whether the mask last filled allows the token."""
        return bool((int(self._words[token >> 5]) >> (token & 31)) & 1)

    def compile_schema(self, schema: str) -> None:
        raise NotImplementedError

    def compile_tools(self, tools: list[dict[str, Any]], structural_tag: dict[str, Any]) -> None:
        """Each tool: {begin, schema, end, trigger}. The structural tag says the same in its own words."""
        raise Refused("no structural tags")

    def start(self) -> None:
        raise NotImplementedError

    def fill(self) -> None:
        raise NotImplementedError

    def accept(self, token: int) -> bool:
        raise NotImplementedError

    def accepting(self) -> bool:
        raise NotImplementedError

    def error(self) -> Optional[str]:
        """What went wrong while walking, other than a refused token."""
        return None


class Llguidance(Engine):
    name = "llguidance"

    def __init__(self, vocabulary: Vocabulary, whitespace: str) -> None:
        super().__init__(vocabulary, whitespace)
        import llguidance

        self._module = llguidance
        size = len(vocabulary.tokens)
        # Slices are left at their default, which llguidance advises for all grammars.
        self._tokenizer = llguidance.LLTokenizer(tokenizer_json(vocabulary.gguf), n_vocab=size, eos_token=vocabulary.end)
        for id in range(0, size, 97):
            if vocabulary.tokens[id] and self._tokenizer.decode_bytes([id]) != vocabulary.tokens[id]:
                raise ValueError(f"llguidance reads token {id} as {self._tokenizer.decode_bytes([id])!r}")
        self._pointer = self.mask.ctypes.data
        self._bytes = self.mask.nbytes
        self._overrides = {"whitespace_flexible": whitespace == "flexible"}
        self._first: Any = None
        self._matcher: Any = None

    def compile_schema(self, schema: str) -> None:
        self._compile(self._module.LLMatcher.grammar_from_json_schema(schema, overrides=self._overrides))

    def compile_tools(self, tools: list[dict[str, Any]], structural_tag: dict[str, Any]) -> None:
        if structural_tag["format"]["type"] == "or":
            rules = [
                f'tag_{index}: {json.dumps(tool["begin"])} %json {json.dumps({**tool["schema"], "x-guidance": self._overrides})}'
                f' {json.dumps(tool["end"])}'
                for index, tool in enumerate(tools)
            ]
            choice = " | ".join(f"tag_{index}" for index in range(len(tools)))
            self._compile("\n".join(["%llguidance {}", f"start: {choice}", *rules]))
            return
        tag = self._module.StructTag
        tags = [
            tag(trigger=tool["trigger"], begin=tool["begin"], end=tool["end"],
                grammar={**tool["schema"], "x-guidance": self._overrides})
            for tool in tools
        ]
        self._compile(tag.to_grammar(tags, assume_special=False))

    def _compile(self, grammar: str) -> None:
        matcher = self._module.LLMatcher(self._tokenizer, grammar, log_level=0)
        if matcher.is_error():
            raise Refused(matcher.get_error())
        self._first = matcher
        self._matcher = None

    def start(self) -> None:
        # The first text uses the matcher itself; a copy shares its lexer, as copies do in a server.
        self._matcher = self._first.deep_copy()

    def fill(self) -> None:
        self._matcher.unsafe_compute_mask_ptr(self._pointer, self._bytes)

    def accept(self, token: int) -> bool:
        return self._matcher.consume_token(token)

    def accepting(self) -> bool:
        return self._matcher.is_accepting()

    def error(self) -> Optional[str]:
        return self._matcher.get_error() if self._matcher.is_error() else None


class Xgrammar(Engine):
    name = "xgrammar"

    def __init__(self, vocabulary: Vocabulary, whitespace: str) -> None:
        super().__init__(vocabulary, whitespace)
        import absent_modules

        absent_modules.provide()
        import tvm_ffi
        import xgrammar

        self._module = xgrammar
        info = xgrammar.TokenizerInfo(
            vocabulary.tokens, xgrammar.VocabType.RAW, vocab_size=len(vocabulary.tokens), stop_token_ids=vocabulary.end
        )
        self._compiler = xgrammar.GrammarCompiler(info, max_threads=1)
        # Made once: xgrammar would otherwise wrap the array anew in every call.
        self._tensor = tvm_ffi.from_dlpack(self.mask)
        flexible = whitespace == "flexible"
        self._options: dict[str, Any] = {"any_whitespace": flexible, "separators": None if flexible else (",", ":")}
        self._compiled: Any = None
        self._matcher: Any = None

    def compile_schema(self, schema: str) -> None:
        # Not strict: strict mode refuses undeclared properties, which the standard allows.
        self._compile(lambda: self._compiler.compile_json_schema(schema, strict_mode=False, **self._options))

    def compile_tools(self, tools: list[dict[str, Any]], structural_tag: dict[str, Any]) -> None:
        # A tag that was compiled before would only be looked up.
        self._compiler.clear_cache()
        self._compile(lambda: self._compiler.compile_structural_tag(structural_tag))

    def _compile(self, compile: Any) -> None:
        try:
            self._compiled = compile()
        except Exception as error:
            raise Refused(str(error)) from error

    def start(self) -> None:
        self._matcher = self._module.GrammarMatcher(self._compiled)

    def fill(self) -> None:
        self._matcher.fill_next_token_bitmask(self._tensor)

    def accept(self, token: int) -> bool:
        return self._matcher.accept_token(token)

    def accepting(self) -> bool:
        self.fill()
        return any(self.allowed(token) for token in self.vocabulary.end)


class OutlinesCore(Engine):
    name = "outlines_core"

    def __init__(self, vocabulary: Vocabulary, whitespace: str) -> None:
        super().__init__(vocabulary, whitespace)
        import outlines_core

        self._module = outlines_core
        ids: dict[bytes, list[int]] = {}
        for id, token in enumerate(vocabulary.tokens):
            if token:
                ids.setdefault(token, []).append(id)
        self._vocabulary = outlines_core.Vocabulary(vocabulary.end[0], ids)
        self._pointer = self.mask.ctypes.data
        self._numel = self.mask.size
        # Its own default is an optional space; "[ ]?" is the pattern it substitutes for white space.
        self._pattern = r"[\n\t ]*" if whitespace == "flexible" else ""
        self._index: Any = None
        self._guide: Any = None

    def compile_schema(self, schema: str) -> None:
        try:
            regex = self._module.json_schema.build_regex_from_schema(schema, self._pattern)
            self._index = self._module.Index(regex, self._vocabulary)
        except Exception as error:
            raise Refused(str(error)) from error

    def start(self) -> None:
        self._guide = self._module.Guide(self._index)

    def fill(self) -> None:
        self._guide.write_mask_into(self._pointer, self._numel, 4)

    def accept(self, token: int) -> bool:
        try:
            self._guide.advance(token, False)
        except ValueError:
            return False
        return True

    def accepting(self) -> bool:
        return self._guide.is_finished()


ENGINES: dict[str, type[Engine]] = {engine.name: engine for engine in (Llguidance, Xgrammar, OutlinesCore)}
