"""Stands in for torch and transformers, which xgrammar imports and this bench does not use.

xgrammar allocates its masks as torch tensors and reads vocabularies from transformers tokenizers; it accepts DLPack
tensors and lists of bytes as well, and the bench passes those. Importing xgrammar then needs nothing of the two but the
names in signatures. If either is installed it is used instead.
"""

import importlib.util
import sys
import types


def provide() -> None:
    """Call before `import xgrammar`."""
    # tvm_ffi looks for torch as well, and copes without: let it find out the truth first.
    import tvm_ffi  # noqa: F401

    for name in ("torch", "transformers"):
        if importlib.util.find_spec(name) is None:
            sys.modules[name] = _Absent(name)


class _Absent(types.ModuleType):
    """A module in which every name means nothing."""

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Nothing


class _Nothing:
    def __init__(self, *_args: object, **_kwargs: object) -> None:
        pass
