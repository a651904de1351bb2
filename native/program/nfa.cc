#include "program/nfa.h"

#include <algorithm>
#include <string>

#include "support/error.h"
#include "vocab/utf8.h"

namespace surecall {

uint32_t Nfa::add(State state) {
  if (states_.size() >= limits_.nfa_states) {
    throw Error("SURECALL_UNSUPPORTED_SCHEMA",
                "the pattern needs more than " + std::to_string(limits_.nfa_states) + " NFA states");
  }
  states_.push_back(state);
  return size() - 1;
}

// Open exits are split states whose `next` is patched; `other` equal to itself means "no second way".
Nfa::Fragment Nfa::empty() {
  const uint32_t exit = add({State::Kind::split});
  states_[exit].other = states_[exit].next = exit;
  return {exit, exit};
}

Nfa::Fragment Nfa::byte_range(uint8_t low, uint8_t high) {
  const uint32_t edge = add({State::Kind::byte_range, low, high});
  const Fragment exit = empty();
  states_[edge].next = exit.start;
  return {edge, exit.end};
}

Nfa::Fragment Nfa::concatenate(Fragment a, Fragment b) {
  states_[a.end].next = b.start;
  return {a.start, b.end};
}

Nfa::Fragment Nfa::alternate(Fragment a, Fragment b) {
  const uint32_t fork = add({State::Kind::split, 0, 0, a.start, b.start});
  const Fragment exit = empty();
  states_[a.end].next = exit.start;
  states_[b.end].next = exit.start;
  return {fork, exit.end};
}

Nfa::Fragment Nfa::star(Fragment a) {
  const Fragment exit = empty();
  const uint32_t fork = add({State::Kind::split, 0, 0, a.start, exit.start});
  states_[a.end].next = fork;
  return {fork, exit.end};
}

Nfa::Fragment Nfa::some_of(std::span<const Fragment> parts) {
  const Fragment exit = empty();
  uint32_t next = exit.start;
  for (size_t i = parts.size(); i-- > 0;) {
    states_[parts[i].end].next = next;
    next = add({State::Kind::split, 0, 0, parts[i].start, exit.start});
  }
  return {next, exit.end};
}

void Nfa::finish(Fragment whole) {
  start_ = whole.start;
  const uint32_t accept = add({State::Kind::accept});
  states_[whole.end].next = accept;
}

Nfa::Fragment Nfa::utf8_sequence(const uint8_t (*bytes)[2], int length) {
  Fragment whole = byte_range(bytes[0][0], bytes[0][1]);
  for (int i = 1; i < length; ++i) whole = concatenate(whole, byte_range(bytes[i][0], bytes[i][1]));
  return whole;
}

// Splits a range of code points into ranges whose UTF-8 forms are products of byte ranges (the method of RE2's
// compile.cc and of Rust's utf8-ranges): cut at length changes, then wherever a trailing byte would not span 80..BF.
void Nfa::add_utf8_ranges(uint32_t first, uint32_t last, std::vector<Fragment>& out) {
  constexpr uint32_t kLastOfLength[] = {0x7f, 0x7ff, 0xffff, kMaxCodePoint};
  for (const uint32_t limit : kLastOfLength) {
    if (first <= limit && limit < last) {
      add_utf8_ranges(first, limit, out);
      add_utf8_ranges(limit + 1, last, out);
      return;
    }
  }
  if (last <= 0x7f) {
    out.push_back(byte_range(static_cast<uint8_t>(first), static_cast<uint8_t>(last)));
    return;
  }
  for (int i = 1; i < 4; ++i) {
    const uint32_t low_bits = (1u << (6 * i)) - 1;
    if ((first & ~low_bits) == (last & ~low_bits)) continue;
    if ((first & low_bits) != 0) {
      add_utf8_ranges(first, first | low_bits, out);
      add_utf8_ranges((first | low_bits) + 1, last, out);
      return;
    }
    if ((last & low_bits) != low_bits) {
      add_utf8_ranges(first, (last & ~low_bits) - 1, out);
      add_utf8_ranges(last & ~low_bits, last, out);
      return;
    }
  }
  const int length = last <= 0x7ff ? 2 : last <= 0xffff ? 3 : 4;
  constexpr uint8_t kLead[] = {0, 0, 0xc0, 0xe0, 0xf0};
  uint8_t bytes[4][2];
  for (int side = 0; side < 2; ++side) {
    const uint32_t c = side == 0 ? first : last;
    bytes[0][side] = static_cast<uint8_t>(kLead[length] | c >> (6 * (length - 1)));
    for (int i = 1; i < length; ++i) bytes[i][side] = static_cast<uint8_t>(0x80 | (c >> (6 * (length - 1 - i)) & 0x3f));
  }
  out.push_back(utf8_sequence(bytes, length));
}

/// One edge for the whole set, which is brought into a normal form so that equal sets are kept once.
Nfa::Fragment Nfa::one_of(CodePoints ranges) {
  std::ranges::sort(ranges);
  CodePoints set;
  for (const auto [first, last] : ranges) {
    if (!set.empty() && first <= set.back().last + 1) {
      set.back().last = std::max(set.back().last, last);
    } else {
      set.push_back({first, last});
    }
  }
  const auto [it, is_new] = known_sets_.try_emplace(std::move(set), static_cast<uint32_t>(sets_.size()));
  if (is_new) sets_.push_back(it->first);
  const uint32_t edge = add({State::Kind::code_points, 0, 0, 0, it->second});
  const Fragment exit = empty();
  states_[edge].next = exit.start;
  return {edge, exit.end};
}

uint32_t Nfa::look(bool ahead, Fragment body) {
  auto anything = [this] { return star(one_of({{0, kMaxCodePoint}})); };
  const Fragment whole = ahead ? concatenate(body, anything()) : concatenate(anything(), body);
  const Fragment rest = anything();
  states_[whole.end].next = states_[rest.end].next = add({State::Kind::accept});
  looks_.push_back({ahead, whole.start, rest.start});
  return static_cast<uint32_t>(looks_.size() - 1);
}

Nfa::Fragment Nfa::assertion(uint32_t look, bool negated) {
  const uint32_t check = add({State::Kind::assertion, 0, 0, 0, look, negated});
  const Fragment exit = empty();
  states_[check].next = exit.start;
  return {check, exit.end};
}

Nfa::Fragment Nfa::code_points(const CodePoints& ranges) {
  if (edges_ == Edges::code_points) return one_of(ranges);
  std::vector<Fragment> parts;
  for (const auto [first, last] : ranges) {
    if (first < kFirstSurrogate) add_utf8_ranges(first, std::min(last, kFirstSurrogate - 1), parts);
    if (last > kLastSurrogate) add_utf8_ranges(std::max(first, kLastSurrogate + 1), last, parts);
  }
  if (parts.empty()) {
    // Nothing matches: an edge that leads into a state without a way on.
    const Fragment exit = empty();
    const uint32_t stuck = add({State::Kind::split});
    states_[stuck].next = states_[stuck].other = stuck;
    return {stuck, exit.end};
  }
  Fragment whole = parts[0];
  for (size_t i = 1; i < parts.size(); ++i) whole = alternate(whole, parts[i]);
  return whole;
}

}  // namespace surecall
