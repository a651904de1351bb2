"""The prompt and the answer, token by token, with the choices that surecall's engine leaves to the model.

Must say the same as chat_template.jinja and lib/formats/qwen.ts; check_choices.mjs compares the two.

An answer is written piece by piece. Where the engine would have to ask the model, the writer notes a span of the text and what else
could stand there. `marked` then cuts the text into tokens and finds for each token in such a span which tokens the engine would
allow: all that begin one of the texts that may follow.
"""

import json
from dataclasses import dataclass
from os.path import commonprefix
from typing import Sequence

from .tokenizer import Tokenizer
from .tools import Call, Digits, Kind, Parameter, Tool, Value

START, END = "<|im_start|>", "<|im_end|>"
OPEN, CLOSE = "<tool_call>", "</tool_call>"
NO_CALL = "I have no tool for that."

# What a choice is about; the trainer weighs them differently.
# STRUCTURE is what the engine writes itself; FREE is where it does not constrain: whether to call at all or once more, and text
# instead of a call.
# FIRST is the first token of a string or a number: which words of the request it is taken from.
NAME, KEY, VALUE, TEXT, FIRST, STRUCTURE, FREE = range(7)
UNCONSTRAINED = STRUCTURE, FREE
ANY_TEXT = None  # allowed: whatever may stand in a string


def kind_text(kind: Kind) -> str:
    if kind.type == "enum":
        return "|".join(kind.values)
    if kind.type == "array":
        return kind_text(kind.items) + "[]"
    if kind.type == "object" and kind.members:
        return "{" + members_text(kind.members) + "}"
    return kind.type


def members_text(parameters: Sequence[Parameter]) -> str:
    return ", ".join(f"{p.name}{'' if p.required else '?'}: {kind_text(p.kind)}" for p in parameters)


def tool_line(tool: Tool) -> str:
    """What a tool is for stands in the first sentence of its description; the rest made answers worse."""
    described = tool.description.split(". ")[0] + " -> " if tool.description else ""
    return f"{described}{tool.name}({members_text(tool.parameters)})"


def tools_text(tools: Sequence[Tool]) -> str:
    return f"{START}system\n# Tools\n" + "\n".join(map(tool_line, tools)) + f"{END}\n"


def request_text(text: str) -> str:
    return f"{START}user\n{text}{END}\n{START}assistant\n"


@dataclass
class Mark:
    """A choice: the token at this index, what it is about, and the tokens allowed there."""

    index: int
    about: int
    allowed: list[int] | None


@dataclass
class Span:
    start: int
    end: int
    about: int
    options: list[str] | None = None  # texts that could follow `start`; None inside strings and numbers
    closers: str = ""  # for numbers: what may follow
    number: str = ""  # "number" or "integer"
    optional: bool = False  # the number may be left out: the first of a list


class AnswerWriter:
    """The text of an answer and the spans in which the model chooses."""

    def __init__(self, tools: Sequence[Tool]):
        self.tools = tools
        self.text = ""
        self.spans: list[Span] = []

    def calls(self, calls: Sequence[Call]) -> None:
        for index, call in enumerate(calls):
            if index:
                self.text += "\n"
            self.call(call)
            self.choose("\n" if index + 1 < len(calls) else END, ["\n", END], FREE)

    def call(self, call: Call) -> None:
        tool = self.tools[call.tool]
        self.text += f'{OPEN}\n{{"name": "'
        self.choose(f'{tool.name}"', [f'{t.name}"' for t in self.tools], NAME)
        self.text += f'{tool.name}", "arguments": '
        self.members(tool.parameters, call.arguments)
        self.text += f"}}\n{CLOSE}"

    def choose(self, right: str, options: list[str], about: int) -> None:
        """Notes that one of the options follows; the caller writes it."""
        options = list(dict.fromkeys(options))
        assert right in options, (right, options)
        if len(options) > 1:
            self.spans.append(Span(len(self.text), len(self.text) + len(right), about, options))

    def members(self, parameters: Sequence[Parameter], given: dict[str, Value]) -> None:
        """An object: keys in declared order; those that are not required may be left out."""
        ends = self.next_keys(parameters, 0, first=True)
        for at, parameter in enumerate(parameters):
            if parameter.name not in given:
                continue
            opening = ends[0] if len(ends) == 1 else next(e for e in ends if e.endswith(f"{json.dumps(parameter.name)}:"))
            self.choose(opening, ends, KEY)
            self.text += opening
            ends = self.next_keys(parameters, at + 1, first=False)
            self.value(parameter.kind, given[parameter.name], closers="".join(dict.fromkeys(e[0] for e in ends)))
        closing = "}" if given else "{}"
        self.choose(closing, ends, KEY)
        self.text += closing

    @staticmethod
    def next_keys(parameters: Sequence[Parameter], at: int, first: bool) -> list[str]:
        """What may follow in an object: each key up to the next required one, or the end."""
        found = []
        for parameter in parameters[at:]:
            found.append(("{" if first else ", ") + json.dumps(parameter.name, ensure_ascii=False) + ":")
            if parameter.required:
                return found
        return [*found, "{}" if first else "}"]

    def value(self, kind: Kind, value: Value, closers: str, space: str = " ", optional: bool = False) -> None:
        if kind.type in ("number", "integer"):
            assert isinstance(value, Digits), (kind, value)
            self.text += space
            self.spans.append(Span(len(self.text), len(self.text) + len(value) + 1, VALUE, closers=closers, number=kind.type, optional=optional))
            self.text += value
        elif kind.type == "boolean":
            right = f"{space}{json.dumps(value)}"
            self.choose(right, [f"{space}true", f"{space}false"], VALUE)
            self.text += right
        elif kind.type == "enum":
            self.text += f'{space}"'
            self.choose(f'{value}"', [f'{v}"' for v in kind.values], VALUE)
            self.text += f'{value}"'
        elif kind.type == "array":
            self.array(kind.items, value, space)
        elif kind.type == "object":
            self.text += space
            self.members(kind.members, value)
        else:
            self.open_string(space)
            body = json.dumps(value, ensure_ascii=False)[1:-1]
            self.spans.append(Span(len(self.text), len(self.text) + len(body) + 1, TEXT))
            self.text += f'{body}"'

    def open_string(self, space: str) -> None:
        """The quote and its space may come as one token or two; both are open to the engine."""
        opening = f'{space}"'
        if space:
            self.choose(opening, [opening, f'{opening}"'], KEY)
        self.text += opening

    def array(self, items: Kind, values: list[Value], space: str) -> None:
        self.text += f"{space}["
        text_like = items.type in ("string", "enum")
        for index, value in enumerate(values):
            if text_like and index == 0:
                self.choose('"', ['":', '"', "]"] if items.type == "string" else ['"', "]"], KEY)
            self.value(items, value, closers=",]", space="" if index == 0 else " ", optional=index == 0)
            if text_like or items.type not in ("number", "integer"):
                self.choose("," if index + 1 < len(values) else "]", [",", "]"], KEY)
            if index + 1 < len(values):
                self.text += ","
        if not values and text_like:
            self.choose("]", ['"', "]"], KEY)  # empty lists are rare: that a quote may open with a colon is left out
        self.text += "]"


class Layout:
    """Turns tools, requests and calls into tokens and marks."""

    def __init__(self, tokenizer: Tokenizer):
        self.tokenizer = tokenizer
        self._after_call = {"\n": tokenizer.encode("\n")[0], END: tokenizer.ids[END]}

    def tools(self, tools: Sequence[Tool]) -> list[int]:
        return self.tokenizer.encode(tools_text(tools), special=True)

    def exchange(self, tools: Sequence[Tool], request: str, calls: Sequence[Call]) -> tuple[list[int], list[Mark]]:
        """Tokens of a request and its answer, and the choices in the answer."""
        ids = self.tokenizer.encode(request_text(request), special=True)
        if not calls:
            answer = self.tokenizer.encode(NO_CALL) + [self.tokenizer.ids[END]]
            return ids + answer, [Mark(len(ids) + i, FREE, [token]) for i, token in enumerate(answer)]
        writer = AnswerWriter(tools)
        writer.calls(calls)
        answer, marks = self.marked(writer)
        marks = [Mark(len(ids) + mark.index, mark.about, mark.allowed) for mark in marks]
        return ids + answer + [self.tokenizer.ids[END]], marks

    def marked(self, writer: AnswerWriter) -> tuple[list[int], list[Mark]]:
        """Tokens of an answer; each token in a span where others are allowed too is marked, the rest as structure."""
        ids = self.tokenizer.encode(writer.text, special=True)
        marks, at, spans = [], 0, iter(writer.spans)
        span = next(spans, None)
        for index, token in enumerate(ids):
            while span is not None and at >= span.end:
                span = next(spans, None)
            allowed: list[int] | None = []
            if span is not None and at >= span.start:
                allowed = self.allowed(writer.text, span, at, token)
            if allowed is ANY_TEXT or len(allowed) > 1:
                starts = at == span.start and span.options is None
                marks.append(Mark(index, FIRST if starts else span.about, allowed))
            else:
                marks.append(Mark(index, STRUCTURE if index else FREE, [token]))
            at += len(self.tokenizer.text(token))
        if span is not None and span.start == at:  # after the last call: another, or the end
            marks.append(Mark(len(ids), span.about, list(self._after_call.values())))
        return ids, marks

    def allowed(self, text: str, span: Span, at: int, token: int) -> list[int] | None:
        if span.number:
            follows = number_continues(text[span.start : at], span.number, span.closers)
            return [self.tokenizer.ids[c] for c in follows + ("]" if span.optional and at == span.start else "")]
        if span.options is None:
            return ANY_TEXT
        written = text[span.start : at]
        following = {o[len(written) :] for o in span.options if o.startswith(written)}
        if len(self.tokenizer.text(token)) < len(commonprefix(list(following))):
            return []  # forced: they part only later
        found = {t for o in following for t in (self.tokenizer.prefixes(o) if o != END else [self.tokenizer.ids[END]])}
        return sorted(found)


def number_continues(written: str, kind: str, closers: str) -> str:
    """The characters that may follow the beginning of a JSON number."""
    digits = "0123456789"
    if written in ("", "-"):
        return ("" if written else "-") + digits
    if written.endswith("."):
        return digits
    whole = written.lstrip("-")
    more = "" if whole == "0" else digits
    if kind == "integer":
        return more + closers
    return (more + ".eE" if "." not in written else digits + "eE") + closers
