// A recursive-descent parser for the syntax in dfa.h and text.h. Repeats are expanded by parsing their operand again, so a bound
// on NFA states bounds the work too.

#include <algorithm>
#include <optional>
#include <string>

#include "program/nfa.h"
#include "support/error.h"
#include "vocab/utf8.h"

namespace surecall {
namespace {

using Ranges = CodePoints;

Ranges complement(Ranges ranges) {
  std::sort(ranges.begin(), ranges.end(), [](auto a, auto b) { return a.first < b.first; });
  Ranges out;
  uint32_t from = 0;
  for (const auto [first, last] : ranges) {
    if (first > from) out.push_back({from, first - 1});
    from = std::max(from, last + 1);
  }
  if (from <= kMaxCodePoint) out.push_back({from, kMaxCodePoint});
  return out;
}

/// The class an escape letter stands for (ECMA-262, CharacterClassEscape), or nothing.
std::optional<Ranges> class_escape(uint32_t letter) {
  const Ranges digits{{'0', '9'}};
  const Ranges word{{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}};
  const Ranges space{{'\t', '\r'}, {' ', ' '}, {0xa0, 0xa0}, {0x1680, 0x1680}, {0x2000, 0x200a}, {0x2028, 0x2029},
                     {0x202f, 0x202f}, {0x205f, 0x205f}, {0x3000, 0x3000}, {0xfeff, 0xfeff}};
  switch (letter) {
    case 'd': return digits;
    case 'D': return complement(digits);
    case 'w': return word;
    case 'W': return complement(word);
    case 's': return space;
    case 'S': return complement(space);
    default: return std::nullopt;
  }
}

class Parser {
 public:
  Parser(std::string_view pattern, const RegexLimits& limits, Nfa::Edges edges)
      : pattern_(pattern), limits_(limits), knows_assertions_(edges == Nfa::Edges::code_points), nfa_(limits, edges) {}

  Nfa parse() {
    const Nfa::Fragment whole = alternation();
    if (at_ < pattern_.size()) fail("unmatched ')'");
    nfa_.finish(whole);
    return std::move(nfa_);
  }

 private:
  static constexpr int kMaxNesting = 250;
  static constexpr uint32_t kMany = 0xffffffff;

  [[noreturn]] void fail(const std::string& why) const {
    throw Error("SURECALL_UNSUPPORTED_SCHEMA",
                "pattern /" + std::string(pattern_) + "/: " + why + " at offset " + std::to_string(at_));
  }
  bool more() const { return at_ < pattern_.size(); }
  char peek() const { return more() ? pattern_[at_] : '\0'; }
  bool take(char c) {
    if (!more() || pattern_[at_] != c) return false;
    ++at_;
    return true;
  }
  uint32_t code_point() {
    uint32_t c;
    if (!decode_utf8(pattern_, at_, c)) fail("the pattern is not UTF-8");
    return c;
  }

  Nfa::Fragment alternation() {
    if (++nesting_ > kMaxNesting) fail("too many nested groups");
    Nfa::Fragment whole = sequence();
    while (take('|')) whole = nfa_.alternate(whole, sequence());
    --nesting_;
    return whole;
  }

  Nfa::Fragment sequence() {
    Nfa::Fragment whole = nfa_.empty();
    while (more() && peek() != '|' && peek() != ')') whole = nfa_.concatenate(whole, repeated());
    return whole;
  }

  Nfa::Fragment repeated() {
    const size_t begin = at_;
    Nfa::Fragment operand = atom();
    const size_t end = at_;
    uint32_t min = 1;
    uint32_t max = 1;
    if (!quantifier(min, max)) return operand;
    const size_t after = at_;
    bool first = true;
    // Every use of the operand needs states of its own: parse its text once more.
    auto copy = [&] {
      if (std::exchange(first, false)) return operand;
      reread_ += end - begin;
      if (reread_ > limits_.reread_bytes) fail("a long part is repeated too often");
      at_ = begin;
      const Nfa::Fragment again = atom();
      if (at_ != end) fail("a repeated part reads differently the second time");
      return again;
    };
    Nfa::Fragment whole = nfa_.empty();
    for (uint32_t i = 0; i < min; ++i) whole = nfa_.concatenate(whole, copy());
    if (max == kMany) {
      whole = nfa_.concatenate(whole, nfa_.star(copy()));
    } else {
      std::vector<Nfa::Fragment> rest;
      for (uint32_t i = min; i < max; ++i) rest.push_back(copy());
      whole = nfa_.concatenate(whole, nfa_.some_of(rest));
    }
    at_ = after;
    if (at_quantifier()) fail("nothing to repeat");
    return whole;
  }
  bool at_quantifier() const {
    return peek() == '*' || peek() == '+' || peek() == '?' || (peek() == '{' && looks_like_bounds());
  }

  bool quantifier(uint32_t& min, uint32_t& max) {
    if (take('*')) {
      min = 0, max = kMany;
    } else if (take('+')) {
      min = 1, max = kMany;
    } else if (take('?')) {
      min = 0, max = 1;
    } else if (peek() == '{' && looks_like_bounds()) {
      bounds(min, max);
    } else {
      return false;
    }
    take('?');  // lazy: another order of search, the same language
    return true;
  }

  bool looks_like_bounds() const {
    size_t i = at_ + 1;
    const size_t digits = i;
    while (i < pattern_.size() && pattern_[i] >= '0' && pattern_[i] <= '9') ++i;
    if (i == digits) return false;
    if (i < pattern_.size() && pattern_[i] == ',') ++i;
    while (i < pattern_.size() && pattern_[i] >= '0' && pattern_[i] <= '9') ++i;
    return i < pattern_.size() && pattern_[i] == '}';
  }

  uint32_t number() {
    uint64_t value = 0;
    while (peek() >= '0' && peek() <= '9') {
      value = value * 10 + static_cast<uint64_t>(pattern_[at_++] - '0');
      if (value > 1'000'000) fail("a repeat bound is more than 1,000,000");
    }
    return static_cast<uint32_t>(value);
  }

  void bounds(uint32_t& min, uint32_t& max) {
    take('{');
    min = max = number();
    if (take(',')) max = peek() == '}' ? kMany : number();
    take('}');
    if (min > max) fail("repeat bounds out of order");
  }

  Nfa::Fragment atom() {
    if (knows_assertions_) {
      if (const auto assertion = this->assertion()) return *assertion;
    }
    if (take('(')) {
      if (take('?') && !take(':')) fail("only (?:...) groups are supported");
      const Nfa::Fragment inside = alternation();
      if (!take(')')) fail("missing ')'");
      return inside;
    }
    if (take('[')) return nfa_.code_points(char_class());
    if (take('.')) return nfa_.code_points(complement({{'\n', '\n'}, {'\r', '\r'}, {0x2028, 0x2029}}));
    if (take('\\')) {
      if (const auto ranges = class_escape(static_cast<uint8_t>(peek()))) {
        ++at_;
        return nfa_.code_points(*ranges);
      }
      const uint32_t c = escaped_character(false);
      return nfa_.code_points({{c, c}});
    }
    if (at_quantifier()) fail("nothing to repeat");
    if (peek() == '^' || peek() == '$') fail("anchors are not supported inside a whole-text pattern");
    const uint32_t c = code_point();
    return nfa_.code_points({{c, c}});
  }

  bool take(std::string_view text) {
    if (pattern_.substr(at_, text.size()) != text) return false;
    at_ += text.size();
    return true;
  }

  /// An assertion, if there is one here: ^ $ \b \B (?=...) (?!...) (?<=...) (?<!...).
  std::optional<Nfa::Fragment> assertion() {
    if (take('^')) return nfa_.assertion(behind_any_.get(nfa_, false, {{0, kMaxCodePoint}}), true);
    if (take('$')) return nfa_.assertion(ahead_any_.get(nfa_, true, {{0, kMaxCodePoint}}), true);
    if (take("\\b")) return word_border(false);
    if (take("\\B")) return word_border(true);
    const bool ahead = take("(?=");
    const bool not_ahead = !ahead && take("(?!");
    const bool behind = !ahead && !not_ahead && take("(?<=");
    const bool not_behind = !ahead && !not_ahead && !behind && take("(?<!");
    if (!ahead && !not_ahead && !behind && !not_behind) return std::nullopt;
    const Nfa::Fragment body = alternation();
    if (!take(')')) fail("missing ')'");
    return nfa_.assertion(nfa_.look(ahead || not_ahead, body), not_ahead || not_behind);
  }

  /// A word character on one side only, or (`inside`) on both or none.
  Nfa::Fragment word_border(bool inside) {
    const Ranges word = *class_escape('w');
    const uint32_t behind = word_behind_.get(nfa_, false, word);
    const uint32_t ahead = word_ahead_.get(nfa_, true, word);
    auto both = [&](bool no_word_behind, bool no_word_ahead) {
      return nfa_.concatenate(nfa_.assertion(behind, no_word_behind), nfa_.assertion(ahead, no_word_ahead));
    };
    return inside ? nfa_.alternate(both(false, false), both(true, true)) : nfa_.alternate(both(false, true), both(true, false));
  }

  uint32_t hex(int digits) {
    uint32_t value = 0;
    for (int i = 0; i < digits; ++i) {
      const char c = peek();
      const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
      if (digit < 0) fail("expected a hexadecimal digit");
      value = value * 16 + static_cast<uint32_t>(digit);
      ++at_;
    }
    return value;
  }

  uint32_t unicode_escape() {
    if (!take('{')) return surrogate_pair(hex(4));
    uint32_t value = 0;
    int digits = 0;
    for (; peek() != '}'; ++digits) {
      value = value << 4 | hex(1);
      if (value > kMaxCodePoint) fail("code point above U+10FFFF");
    }
    if (digits == 0) fail("expected a hexadecimal digit");
    take('}');
    return value;
  }

  /// JSON spells characters above U+FFFF as two escapes: \uD83D\uDE00 is one character.
  uint32_t surrogate_pair(uint32_t high) {
    if (high < kFirstSurrogate || high >= kFirstLowSurrogate || pattern_.substr(at_, 2) != "\\u") return high;
    const size_t after_high = at_;
    at_ += 2;
    if (peek() != '{') {
      const uint32_t low = hex(4);
      if (low >= kFirstLowSurrogate && low <= kLastSurrogate) {
        return 0x10000 + ((high - kFirstSurrogate) << 10) + (low - kFirstLowSurrogate);
      }
    }
    at_ = after_high;
    return high;
  }

  uint32_t escaped_character(bool in_class) {
    if (!more()) fail("the pattern ends in a backslash");
    const uint32_t c = code_point();
    switch (c) {
      case 'n': return '\n';
      case 'r': return '\r';
      case 't': return '\t';
      case 'f': return '\f';
      case 'v': return '\v';
      case '0': return 0;
      case 'x': return hex(2);
      case 'u': return unicode_escape();
      case 'b':
        if (in_class) return '\b';
        break;
      default: break;
    }
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) fail("unknown escape");
    return c;
  }

  Ranges char_class() {
    const bool negated = take('^');
    Ranges ranges;
    while (!take(']')) {
      if (!more()) fail("missing ']'");
      const auto first = class_member(ranges);
      if (!first) continue;
      uint32_t last = *first;
      if (peek() == '-' && at_ + 1 < pattern_.size() && pattern_[at_ + 1] != ']') {
        ++at_;
        const auto end = class_member(ranges);
        if (!end) fail("a class cannot end a range");
        last = *end;
        if (last < *first) fail("range out of order");
      }
      ranges.push_back({*first, last});
    }
    return negated ? complement(std::move(ranges)) : ranges;
  }

  /// One character of a class; a class escape such as \d goes into `ranges` whole and returns nothing.
  std::optional<uint32_t> class_member(Ranges& ranges) {
    if (!take('\\')) return code_point();
    if (const auto escape = class_escape(static_cast<uint8_t>(peek()))) {
      ++at_;
      ranges.insert(ranges.end(), escape->begin(), escape->end());
      return std::nullopt;
    }
    return escaped_character(true);
  }

  /// A look at one character, made when it is first needed.
  struct CharacterLook {
    std::optional<uint32_t> index;
    uint32_t get(Nfa& nfa, bool ahead, const Ranges& character) {
      if (!index) index = nfa.look(ahead, nfa.code_points(character));
      return *index;
    }
  };

  std::string_view pattern_;
  RegexLimits limits_;
  bool knows_assertions_;
  Nfa nfa_;
  CharacterLook behind_any_, ahead_any_, word_behind_, word_ahead_;
  size_t at_ = 0;
  size_t reread_ = 0;
  int nesting_ = 0;
};

}  // namespace

Nfa parse_regex(std::string_view pattern, const RegexLimits& limits) {
  return Parser(pattern, limits, Nfa::Edges::bytes).parse();
}

Nfa parse_text_regex(std::string_view pattern, const RegexLimits& limits) {
  return Parser(pattern, limits, Nfa::Edges::code_points).parse();
}

}  // namespace surecall
