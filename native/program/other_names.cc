#include "program/other_names.h"

#include <algorithm>
#include <map>
#include <string>

namespace surecall {
namespace {

/// The inside of any JSON string: escapes of printable ASCII only where they are needed.
constexpr const char* kString =
    R"((?:[^"\\\x00-\x1f]|\\(?:["\\bfnrt]|u(?:00[01][0-9a-fA-F]|00[89a-fA-F][0-9a-fA-F]|0[1-9a-fA-F][0-9a-fA-F]{2})"
    R"(|[1-9abcefABCEF][0-9a-fA-F]{3}|[dD][0-7][0-9a-fA-F]{2}|[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})))*)";

/// The automaton of strings, with its bytes in classes.
struct Base {
  Dfa dfa = Dfa::from_regex(kString);
  std::array<uint8_t, 256> byte_class{};
  std::vector<uint8_t> byte_of_class;
  std::vector<uint32_t> costs;

  Base() : costs(dfa.size(), Dfa::kDead) {
    std::map<std::vector<uint32_t>, uint8_t> known;
    for (uint32_t b = 0; b < 256; ++b) {
      std::vector<uint32_t> column;
      for (uint32_t s = 0; s < dfa.size(); ++s) column.push_back(dfa.next(s, b));
      const auto [it, is_new] = known.try_emplace(std::move(column), static_cast<uint8_t>(byte_of_class.size()));
      if (is_new) byte_of_class.push_back(static_cast<uint8_t>(b));
      byte_class[b] = it->second;
    }
    for (uint32_t s = 0; s < dfa.size(); ++s) costs[s] = dfa.accepting(s) ? 0 : Dfa::kDead;
    for (bool changed = true; changed;) {
      changed = false;
      for (uint32_t s = 0; s < dfa.size(); ++s) {
        for (const uint8_t b : byte_of_class) {
          const uint32_t t = dfa.next(s, b);
          if (t == Dfa::kDead || costs[t] == Dfa::kDead || costs[t] + 1 >= costs[s]) continue;
          costs[s] = costs[t] + 1;
          changed = true;
        }
      }
    }
  }
};

const Base& base() {
  static const Base base;
  return base;
}

struct TrieNode {
  uint32_t state = 0;  ///< of the automaton of strings
  bool ends = false;
  std::vector<std::pair<uint8_t, uint32_t>> children;
};

std::string spelled(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::vector<TrieNode> trie_of(const TextSpec& spec) {
  std::vector<TrieNode> trie(1);
  for (const TextPattern& name : spec.patterns) {
    uint32_t at = 0;
    for (const char c : spelled(name.text)) {
      const uint8_t byte = static_cast<uint8_t>(c);
      const auto& children = trie[at].children;
      const auto child = std::ranges::find(children, byte, &std::pair<uint8_t, uint32_t>::first);
      if (child != children.end()) {
        at = child->second;
        continue;
      }
      const uint32_t next = static_cast<uint32_t>(trie.size());
      const uint32_t state = base().dfa.next(trie[at].state, byte);
      trie[at].children.emplace_back(byte, next);
      trie.emplace_back().state = state;
      at = next;
    }
    trie[at].ends = true;
  }
  return trie;
}

}  // namespace

bool is_plain_name(std::string_view name) {
  return std::ranges::all_of(name, [](char c) { return c >= 0x20 && c < 0x7f; });
}

// The rows are those of the automaton of strings, then those of the trie. Bytes that occur in names have columns of their
// own behind those of the classes.
TextDfa names_text(const TextSpec& spec) {
  const Base& strings = base();
  const uint32_t states = strings.dfa.size();
  const std::vector<TrieNode> trie = trie_of(spec);
  TextDfa out;
  out.byte_class = strings.byte_class;
  const uint32_t classes = static_cast<uint32_t>(strings.byte_of_class.size());
  std::vector<uint8_t> own;  // bytes with columns of their own
  for (const TrieNode& node : trie) {
    for (const auto& [byte, child] : node.children) {
      if (out.byte_class[byte] >= classes) continue;
      out.byte_class[byte] = static_cast<uint8_t>(classes + own.size());
      own.push_back(byte);
    }
  }
  out.columns = classes + static_cast<uint32_t>(own.size()) + 2;
  const uint32_t rows = states + static_cast<uint32_t>(trie.size());
  out.next.reserve(size_t{rows} * out.columns);
  auto add_row = [&](uint32_t state) {
    for (const uint8_t b : strings.byte_of_class) out.next.push_back(strings.dfa.next(state, b));
    for (const uint8_t b : own) out.next.push_back(strings.dfa.next(state, b));
    out.next.push_back(strings.dfa.next(state, Dfa::kText));
    out.next.push_back(strings.dfa.next(state, Dfa::kBeyond));
  };
  for (uint32_t s = 0; s < states; ++s) {
    add_row(s);
    out.accepting.push_back(strings.dfa.accepting(s));
    out.costs.push_back(strings.costs[s]);
  }
  for (const TrieNode& node : trie) {
    const size_t row = out.next.size();
    add_row(node.state);
    for (const auto& [byte, child] : node.children) out.next[row + out.byte_class[byte]] = states + child;
    if (!node.children.empty()) out.next[row + out.columns - 2] = Dfa::kMixed;
    out.accepting.push_back(strings.dfa.accepting(node.state) && !node.ends);
    out.costs.push_back(out.accepting.back() ? 0 : 1);  // one more character always makes it another name
  }
  out.in_loop.resize(rows);
  out.start = states;
  return out;
}

}  // namespace surecall
