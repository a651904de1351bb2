#pragma once
// All strings but a few: the names of an object's members that its schema does not list. Nearly every object has such a
// text, so it is not put together from patterns (text.h) but written down directly: the automaton of JSON strings, with
// the trie of the listed names in front of it.
//
// That takes one spelling for each character of a listed name. So what is accepted is the inside of a JSON string in which
// printable ASCII characters are escaped only where JSON demands it; others may be written by their code points.

#include "program/text.h"

namespace surecall {

/// True if names_text() can keep these names apart: printable ASCII only.
bool is_plain_name(std::string_view name);

/// Every text but those of the patterns of `spec`, which are plain names.
TextDfa names_text(const TextSpec& spec);

}  // namespace surecall
