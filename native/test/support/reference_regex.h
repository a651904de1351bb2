#pragma once
// The expressions of the reference matcher, and patterns turned into them. Shares nothing with program/: its own
// parser, for the subset of the syntax that the tests use, and derivatives instead of automata.

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace surecall::test {

/// Number of an expression. Equal expressions have equal numbers.
using Expr = uint32_t;

/// What is left to match, as in Brzozowski's derivatives of regular expressions: hash-consed terms with just enough
/// simplification to keep their number small.
class Terms {
 public:
  static constexpr Expr kNothing = 0;  ///< matches no text
  static constexpr Expr kEmpty = 1;    ///< matches the empty text
  static constexpr uint32_t kMany = 0xffffffff;
  enum class Kind : uint8_t { nothing, empty, byte_set, token, rule, then, either, repeat, members };
  struct Term {
    Kind kind;
    std::vector<Expr> parts;  // members: the rest (kNothing if there is none), the separator, the members left
    std::array<uint64_t, 4> set{};
    uint32_t a = 0, b = 0;  // rule number; 1 for a negated token set; min and max
    std::vector<bool> required = {}, ordered = {};  // members
    auto operator<=>(const Term&) const = default;
  };

  Terms() {
    intern({Kind::nothing, {}});
    intern({Kind::empty, {}});
  }
  const Term& at(Expr e) const { return terms_[e]; }
  size_t size() const { return terms_.size(); }

  Expr byte_range(uint32_t low, uint32_t high) {
    Term t{Kind::byte_set, {}};
    for (uint32_t b = low; b <= high; ++b) t.set[b >> 6] |= uint64_t{1} << (b & 63);
    return intern(std::move(t));
  }
  Expr byte_set(const std::array<uint64_t, 4>& set) {
    if (set == std::array<uint64_t, 4>{}) return kNothing;
    return intern({Kind::byte_set, {}, set});
  }
  /// One token of `ids`, or with `negated` any other; the ids stand in `parts`.
  Expr token_set(std::vector<uint32_t> ids, bool negated) { return intern({Kind::token, std::move(ids), {}, negated}); }
  Expr rule(uint32_t index) { return intern({Kind::rule, {}, {}, index}); }
  Expr literal(std::string_view text) {
    Expr all = kEmpty;
    for (size_t i = text.size(); i-- > 0;) {
      const uint8_t b = static_cast<uint8_t>(text[i]);
      all = then(byte_range(b, b), all);
    }
    return all;
  }
  Expr then(Expr a, Expr b) {
    if (a == kNothing || b == kNothing) return kNothing;
    if (a == kEmpty) return b;
    if (b == kEmpty) return a;
    // Leaning to the right, so that equal texts left give equal terms.
    if (at(a).kind == Kind::then) {
      const Expr head = at(a).parts[0], tail = at(a).parts[1];
      return then(head, then(tail, b));
    }
    return intern({Kind::then, {a, b}});
  }
  Expr either(const std::vector<Expr>& of) {
    std::vector<Expr> flat;
    for (const Expr e : of) {
      if (e == kNothing) continue;
      if (at(e).kind == Kind::either) {
        flat.insert(flat.end(), at(e).parts.begin(), at(e).parts.end());
      } else {
        flat.push_back(e);
      }
    }
    std::sort(flat.begin(), flat.end());
    flat.erase(std::unique(flat.begin(), flat.end()), flat.end());
    if (flat.empty()) return kNothing;
    return flat.size() == 1 ? flat[0] : intern({Kind::either, std::move(flat)});
  }
  Expr repeat(Expr what, uint32_t min, uint32_t max) {
    if (max == 0 || what == kEmpty) return kEmpty;
    if (what == kNothing) return min == 0 ? kEmpty : kNothing;
    if (min == 1 && max == 1) return what;
    return intern({Kind::repeat, {what}, {}, min, max});
  }

  /// One or more of the members left, in any order; kNothing where that cannot be completed.
  Expr members(Term t) {
    t.kind = Kind::members;
    const bool has_rest = t.parts[0] != kNothing;
    if (t.b == 0 || missing(t) > t.b || (!has_rest && (t.required.empty() || t.required.size() < t.a))) return kNothing;
    return intern(std::move(t));
  }
  /// What follows when member `i` of `t` is complete; i = -1: the rest.
  Expr after_member(const Term& t, int i) {
    Term left = t;
    left.a = t.a == 0 ? 0 : t.a - 1;
    left.b = t.b == kMany ? kMany : t.b - 1;
    auto drop = [&left](size_t member) {
      left.parts.erase(left.parts.begin() + 2 + static_cast<ptrdiff_t>(member));
      left.required.erase(left.required.begin() + static_cast<ptrdiff_t>(member));
      left.ordered.erase(left.ordered.begin() + static_cast<ptrdiff_t>(member));
    };
    if (i >= 0) drop(static_cast<size_t>(i));
    // Ordered members that were passed over are gone: those before an ordered one, all of them before any other.
    const size_t passed = i >= 0 && t.ordered[static_cast<size_t>(i)] ? static_cast<size_t>(i) : left.required.size();
    for (size_t m = passed; m-- > 0;) {
      if (!left.ordered[m]) continue;
      if (left.required[m]) return kNothing;
      drop(m);
    }
    if (missing(left) > left.b) return kNothing;
    const bool complete = left.a == 0 && missing(left) == 0;
    const Expr separator = left.parts[1];
    const Expr more = then(separator, members(std::move(left)));
    return complete ? either({kEmpty, more}) : more;
  }

 private:
  static uint32_t missing(const Term& t) { return static_cast<uint32_t>(std::count(t.required.begin(), t.required.end(), true)); }
  Expr intern(Term term) {
    const auto [it, is_new] = known_.try_emplace(term, static_cast<Expr>(terms_.size()));
    if (is_new) terms_.push_back(std::move(term));
    return it->second;
  }

  std::map<Term, Expr> known_;
  std::vector<Term> terms_;
};

/// Parses a pattern: literals (also non-ASCII ones), classes of ASCII members, . \d \w \n \t \r \f \xHH \<punctuation>,
/// groups, | * + ? {m,n}.
class ReferenceRegex {
 public:
  ReferenceRegex(Terms& terms, std::string_view pattern) : terms_(terms), rest_(pattern) {}
  Expr parse() {
    const Expr whole = alternation();
    if (!rest_.empty()) throw std::logic_error("the reference cannot read this pattern");
    return whole;
  }

 private:
  using Ascii = std::array<bool, 128>;

  bool take(char c) {
    if (rest_.empty() || rest_[0] != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  char next() {
    const char c = rest_.at(0);
    rest_.remove_prefix(1);
    return c;
  }

  Expr alternation() {
    std::vector<Expr> of{sequence()};
    while (take('|')) of.push_back(sequence());
    return terms_.either(of);
  }
  Expr sequence() {
    std::vector<Expr> parts;
    while (!rest_.empty() && rest_[0] != '|' && rest_[0] != ')') parts.push_back(repeated());
    Expr all = Terms::kEmpty;
    for (size_t i = parts.size(); i-- > 0;) all = terms_.then(parts[i], all);
    return all;
  }
  Expr repeated() {
    const Expr operand = atom();
    if (take('*')) return terms_.repeat(operand, 0, Terms::kMany);
    if (take('+')) return terms_.repeat(operand, 1, Terms::kMany);
    if (take('?')) return terms_.repeat(operand, 0, 1);
    if (!take('{')) return operand;
    const uint32_t min = number();
    uint32_t max = min;
    if (take(',')) max = rest_.at(0) == '}' ? Terms::kMany : number();
    if (!take('}')) throw std::logic_error("bad bounds");
    return terms_.repeat(operand, min, max);
  }
  uint32_t number() {
    uint32_t n = 0;
    while (rest_.at(0) >= '0' && rest_[0] <= '9') n = n * 10 + static_cast<uint32_t>(next() - '0');
    return n;
  }
  Expr atom() {
    if (take('(')) {
      if (take('?')) take(':');
      const Expr inside = alternation();
      take(')');
      return inside;
    }
    Ascii set{};
    if (take('.')) {
      set.fill(true);
      set['\n'] = set['\r'] = false;
      // U+2028 and U+2029 are line ends too: E2 80 A8 and E2 80 A9.
      return terms_.either({ascii(set), beyond_ascii(true)});
    }
    if (take('[')) {
      const bool negated = take('^');
      while (!take(']')) members(set);
      if (!negated) return ascii(set);
      for (bool& in : set) in = !in;
      return terms_.either({ascii(set), beyond_ascii(false)});
    }
    if (rest_[0] == '\\') {
      members(set);
      return ascii(set);
    }
    // Bytes of a longer character are one atom.
    std::string character(1, next());
    while (!rest_.empty() && (static_cast<uint8_t>(rest_[0]) & 0xc0) == 0x80) character += next();
    return terms_.literal(character);
  }
  /// One member of a class, a range, or an escape.
  void members(Ascii& set) {
    const int first = member(set);
    if (first < 0) return;
    int last = first;
    if (rest_.size() > 1 && rest_[0] == '-' && rest_[1] != ']') {
      next();
      last = member(set);
    }
    for (int c = first; c <= last; ++c) set[static_cast<size_t>(c)] = true;
  }
  int member(Ascii& set) {
    char c = next();
    if (c != '\\') return c;
    c = next();
    switch (c) {
      case 'n': return '\n';
      case 't': return '\t';
      case 'r': return '\r';
      case 'f': return '\f';
      case 'x': {
        const int value = std::stoi(std::string(rest_.substr(0, 2)), nullptr, 16);
        rest_.remove_prefix(2);
        return value;
      }
      case 'd':
      case 'w':
        for (char d = '0'; d <= '9'; ++d) set[static_cast<size_t>(d)] = true;
        if (c == 'd') return -1;
        for (char l = 'a'; l <= 'z'; ++l) set[static_cast<size_t>(l)] = set[static_cast<size_t>(l - 'a' + 'A')] = true;
        set['_'] = true;
        return -1;
      default: return c;
    }
  }
  Expr ascii(const Ascii& in) {
    std::array<uint64_t, 4> set{};
    for (size_t c = 0; c < 128; ++c) set[c >> 6] |= uint64_t{in[c]} << (c & 63);
    return terms_.byte_set(set);
  }
  /// Every character above U+007F: the rows of table 3-7 in the Unicode standard.
  Expr beyond_ascii(bool without_line_ends) {
    auto row = [&](std::initializer_list<std::array<uint32_t, 2>> ranges) {
      Expr all = Terms::kEmpty;
      for (auto it = std::rbegin(ranges); it != std::rend(ranges); ++it) all = terms_.then(terms_.byte_range((*it)[0], (*it)[1]), all);
      return all;
    };
    const std::array<uint32_t, 2> more{0x80, 0xbf};
    std::vector<Expr> rows{row({{0xc2, 0xdf}, more}),         row({{0xe0, 0xe0}, {0xa0, 0xbf}, more}),
                           row({{0xe1, 0xe1}, more, more}),   row({{0xe3, 0xec}, more, more}),
                           row({{0xed, 0xed}, {0x80, 0x9f}, more}), row({{0xee, 0xef}, more, more}),
                           row({{0xf0, 0xf0}, {0x90, 0xbf}, more, more}), row({{0xf1, 0xf3}, more, more, more}),
                           row({{0xf4, 0xf4}, {0x80, 0x8f}, more, more})};
    if (without_line_ends) {
      rows.push_back(row({{0xe2, 0xe2}, {0x81, 0xbf}, more}));
      rows.push_back(row({{0xe2, 0xe2}, {0x80, 0x80}, {0x80, 0xa7}}));
      rows.push_back(row({{0xe2, 0xe2}, {0x80, 0x80}, {0xaa, 0xbf}}));
    } else {
      rows.push_back(row({{0xe2, 0xe2}, more, more}));
    }
    return terms_.either(rows);
  }

  Terms& terms_;
  std::string_view rest_;
};

}  // namespace surecall::test
