#pragma once
// DFAs over all 256 bytes as the small tables that automata hold: a column per class of bytes that every state treats alike.

#include "program/dfa.h"
#include "program/text.h"

namespace surecall {

/// The same DFA, without counted loops.
TextDfa compact(const Dfa& dfa);

}  // namespace surecall
