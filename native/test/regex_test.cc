// Patterns: what they accept, what they refuse, and what they may cost.

#include <gtest/gtest.h>

#include <chrono>
#include <regex>

#include "program/dfa.h"
#include "support/error.h"
#include "test/support/random.h"
#include "test/support/reference_matcher.h"

namespace surecall::test {
namespace {

bool matches(const Dfa& dfa, std::string_view text) {
  uint32_t state = 0;
  for (const char c : text) {
    state = dfa.next(state, static_cast<uint8_t>(c));
    if (state == Dfa::kDead) return false;
  }
  return dfa.accepting(state);
}

std::string error_of(std::string_view pattern, const RegexLimits& limits = {}) {
  try {
    Dfa::from_regex(pattern, limits);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "SURECALL_UNSUPPORTED_SCHEMA");
    return error.what();
  }
  return "accepted";
}

TEST(Regex, AcceptsWhatItSays) {
  using Texts = std::vector<std::string>;
  const struct {
    std::string_view pattern;
    Texts accepted, refused;
  } cases[] = {
      {"", {""}, {"a"}},
      {"abc", {"abc"}, {"", "ab", "abcd", "abd"}},
      {"a|bc|", {"a", "bc", ""}, {"b", "abc"}},
      {"a*", {"", "a", "aaaa"}, {"b", "aab"}},
      {"a+b?", {"a", "ab", "aab"}, {"", "b", "abb"}},
      {"(?:ab)*", {"", "ab", "abab"}, {"a", "aba"}},
      {"(a|b)(c|d)", {"ac", "bd"}, {"ab", "a", "acc"}},
      {"a{3}", {"aaa"}, {"aa", "aaaa"}},
      {"a{2,}", {"aa", "aaaaaa"}, {"a", ""}},
      {"a{0,2}", {"", "a", "aa"}, {"aaa"}},
      {"a{0}", {""}, {"a"}},
      {"(?:a{0,2}b){2}", {"bb", "aabab"}, {"b", "aaabb", "bbb"}},
      {"a*?b+?c??d{1,2}?", {"bd", "aabbcdd"}, {"d", "bccd"}},
      {"x{a}{,2}y", {"x{a}{,2}y"}, {"xa", "xy"}},  // not bounds: themselves
      {".", {"a", " ", "é", "€", "😀", "\x7f"}, {"", "\n", "\r", "\xe2\x80\xa8", "\xe2\x80\xa9", "ab", "\x80", "\xff"}},
      {"[a-c]", {"a", "b", "c"}, {"d", "A", "-"}},
      {"[^a-c]", {"d", "é", "\n"}, {"a", "c", "", "dd"}},
      {"[a\\-z]", {"a", "-", "z"}, {"b"}},
      {"[-a]", {"-", "a"}, {"b"}},
      {"[a-]", {"-", "a"}, {"b"}},
      {"[\\]]", {"]"}, {"\\"}},
      {"[\\d_]+", {"0_9"}, {"a", ""}},
      {"[\\s\\S]", {"a", "\n", "\xe2\x80\xa8", "😀"}, {"", "\xed\xa0\x80"}},
      {"[^]", {"a", "\n", "😀"}, {"", "\xc3"}},
      {"[^\\d\\s]", {"a", "é"}, {"0", " ", "\xc2\xa0"}},
      {"\\d\\D\\w\\W\\s\\S", {"0aa \tx", "9-_é\xe3\x80\x80é"}, {"aaa \tx", "0aa  "}},
      {"\\n\\r\\t\\f\\v\\0", {std::string("\n\r\t\f\v\0", 6)}, {"nrtfv0"}},
      {"\\x41\\u0042\\u{43}\\u{1F600}", {"ABC😀"}, {"ABC"}},
      {"\\.\\*\\/\\\\\\[\\(\\{\\}\\$\\^\\|\\-", {".*/\\[({}$^|-"}, {"a"}},
      {"é+", {"é", "éé"}, {"e", "\xc3", "\xa9", "\xc3\xa9\xa9"}},
      {"[à-ÿ]", {"à", "é", "ÿ"}, {"ß", "a", "Ā"}},
      {"[α-ω]{2}", {"αω", "λλ"}, {"α", "ab", "αa"}},
      {"[€-₿一-龥]", {"€", "₿", "中"}, {"₠ x", "a"}},
      {"[\\u{10000}-\\u{10ffff}]", {"😀", "\xf4\x8f\xbf\xbf"}, {"\xef\xbf\xbf", "a", "\xf4\x90\x80\x80"}},
      {"[\\ud83d\\ude00-\\ud83d\\ude02]", {"😀", "😁", "😂"}, {"😃", "\xed\xa0\xbd"}},
      {"[\\ud000-\\ue000]", {"\xed\x80\x80", "\xed\x9f\xbf", "\xee\x80\x80"}, {"\xed\xa0\x80", "\xed\xbf\xbf", "\xee\x80\x81"}},
      {"[\\0-\\u{10ffff}]", {"a", "é", "😀", std::string(1, '\0')}, {"\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\x80"}},
      {"[b\\b]", {"b", "\b"}, {"\\"}},
      {"\\ud83d\\ude00", {"😀"}, {"\xed\xa0\xbd\xed\xb8\x80"}},
  };
  for (const auto& [pattern, accepted, refused] : cases) {
    SCOPED_TRACE(pattern);
    try {
      const Dfa dfa = Dfa::from_regex(pattern);
      for (const std::string& text : accepted) EXPECT_TRUE(matches(dfa, text)) << testing::PrintToString(text);
      for (const std::string& text : refused) EXPECT_FALSE(matches(dfa, text)) << testing::PrintToString(text);
    } catch (const Error& error) {
      ADD_FAILURE() << error.what();
    }
  }
}

TEST(Regex, SaysWhatIsWrong) {
  const struct {
    std::string_view pattern, message;
  } cases[] = {
      {"a)", "unmatched ')' at offset 1"},
      {"(a", "missing ')'"},
      {"[a", "missing ']'"},
      {"[a\\", "ends in a backslash"},
      {"a\\", "ends in a backslash"},
      {"*a", "nothing to repeat"},
      {"+", "nothing to repeat"},
      {"a**", "nothing to repeat"},
      {"a{2}{3}", "nothing to repeat"},
      {"(?:|{2})", "nothing to repeat"},
      {"a{3,2}", "out of order"},
      {"a{9999999}", "more than 1,000,000"},
      {"a{99999999999999999999}", "more than 1,000,000"},
      {"[z-a]", "range out of order"},
      {"[a-\\d]", "cannot end a range"},
      {"\\q", "unknown escape"},
      {"\\1", "unknown escape"},
      {"\\xg0", "hexadecimal"},
      {"\\u12", "hexadecimal"},
      {"\\u{}", "hexadecimal"},
      {"\\u{12", "hexadecimal"},
      {"\\u{110000}", "above U+10FFFF"},
      {"^a", "anchors"},
      {"a$", "anchors"},
      {"(?=a)", "only (?:...) groups"},
      {"(?<name>a)", "only (?:...) groups"},
      {"a\\b", "unknown escape"},
      {"\xff", "not UTF-8"},
      {"[]", "matches nothing"},
      {"a[]", "matches nothing"},
      {"\\ud800", "matches nothing"},
  };
  for (const auto& [pattern, message] : cases) {
    const std::string error = error_of(pattern);
    EXPECT_NE(error.find(message), std::string::npos) << pattern << ": " << error;
  }
  EXPECT_EQ(error_of("a|[]"), "accepted");
  EXPECT_NE(error_of("a**").find("/a**/"), std::string::npos) << "the message names the pattern";
}

class RandomPattern {
 public:
  explicit RandomPattern(uint64_t seed) : random_(seed) {}
  std::string make(uint32_t depth = 3) {
    if (depth == 0 || random_.percent(20)) return atom();
    switch (random_.below(4)) {
      case 0: return make(depth - 1) + make(depth - 1);
      case 1: return "(?:" + make(depth - 1) + "|" + make(depth - 1) + ")";
      case 2: return "(" + make(depth - 1) + "|)" + make(depth - 1);
      default: return "(?:" + make(depth - 1) + ")" + quantifier();
    }
  }
  std::string text() { return random_.text("aabbcA1 -\"", random_.below(9)); }

 private:
  std::string atom() {
    static const std::vector<std::string> atoms{"a", "b", "c", "ab", "[ab]", "[^a]", "\\d", "\\w", ".", "[a-c1]", "[^\\w]", "\\-", "\""};
    return random_.pick(atoms);
  }
  std::string quantifier() {
    static const std::vector<std::string> of{"*", "+", "?", "{2}", "{0,2}", "{1,3}", "{2,}", "{0,1}"};
    return random_.pick(of);
  }
  Random random_;
};

// std::regex backtracks: patterns and texts are kept small.
TEST(Regex, AgreesWithTheStandardLibrary) {
  for (uint64_t seed = 1; seed <= 300; ++seed) {
    RandomPattern random(seed);
    const std::string pattern = random.make();
    SCOPED_TRACE(pattern);
    const Dfa dfa = Dfa::from_regex(pattern);
    const std::regex expected(pattern);
    for (int i = 0; i < 60; ++i) {
      const std::string text = random.text();
      ASSERT_EQ(matches(dfa, text), std::regex_match(text, expected)) << text;
    }
  }
}

// Byte by byte, beginnings of characters included: a live DFA state means that a match can still follow.
TEST(Regex, AgreesWithDerivatives) {
  const std::string bytes = "ab\"1 \xc3\xa9\xe2\x82\xac\xa8\x80\xf0\x9f\x98\xed\xa0\xff\n";
  for (uint64_t seed = 1; seed <= 400; ++seed) {
    Random random(seed);
    const std::string pattern = RandomPattern(seed * 7919).make();
    SCOPED_TRACE(pattern);
    const Dfa dfa = Dfa::from_regex(pattern);
    ProgramWriter writer;
    writer.regex(pattern);
    Reference reference(writer, writer.last());
    for (int i = 0; i < 25; ++i) {
      uint32_t state = 0;
      Expr expected = reference.start();
      for (int step = 0; step < 12; ++step) {
        const uint8_t byte = static_cast<uint8_t>(random.pick(bytes));
        expected = reference.after_byte(expected, byte);
        state = dfa.next(state, byte);
        ASSERT_EQ(state == Dfa::kDead, reference.dead(expected)) << step;
        if (state == Dfa::kDead) break;
        ASSERT_EQ(dfa.accepting(state), reference.accepting(expected)) << step;
      }
    }
  }
}

// The text column says what every plain character does: checked on characters at every border of UTF-8.
TEST(Regex, TextColumnSpeaksForEveryPlainCharacter) {
  std::vector<std::string> plain;
  for (char c = 0x20; c < 0x7f; ++c) {
    if (c != '"' && c != '\\') plain.emplace_back(1, c);
  }
  for (const char* text : {"\x7f", "\xc2\x80", "é", "\xdf\xbf", "\xe0\xa0\x80", "€", "\xe2\x80\xa7", "\xed\x9f\xbf", "\xee\x80\x80", "中",
                           "\xef\xbf\xbf", "\xf0\x90\x80\x80", "😀", "\xf4\x8f\xbf\xbf"}) {
    plain.emplace_back(text);
  }
  std::vector<std::string> patterns{R"([^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-f]{4}))", R"([^"\\\x00-\x1f]*)", R"([^"\\\x00-\x1f]{0,5})",
                                    "[^]", "[^]*x", ".*", "[^x]*", "[\\x20-\\x7f]*", "\"", "[^\\u{10ffff}]", "[^€]*", "\\u0000*", "\\S*", "[^\\u00a0]*", "\\s*x",
                                    "[^\\x00-\\x7f]*", "[\\u0080-\\u{10ffff}]{2}", "[^a\\u3000\\ufeff]*b"};
  for (uint64_t seed = 1; seed <= 100; ++seed) patterns.push_back(RandomPattern(seed).make());
  for (const std::string& pattern : patterns) {
    SCOPED_TRACE(pattern);
    const Dfa dfa = Dfa::from_regex(pattern);
    for (uint32_t s = 0; s < dfa.size(); ++s) {
      std::vector<uint32_t> targets;
      for (const std::string& text : plain) {
        uint32_t at = s;
        for (const char c : text) at = at == Dfa::kDead ? at : dfa.next(at, static_cast<uint8_t>(c));
        targets.push_back(at);
      }
      // All of them, and those above U+007F alone.
      const auto beyond = std::ranges::find_if(plain, [](const std::string& text) { return text.size() > 1; }) - plain.begin();
      for (const auto& [symbol, begin] : {std::pair{Dfa::kText, std::ptrdiff_t{0}}, std::pair{Dfa::kBeyond, beyond}}) {
        const bool same = std::adjacent_find(targets.begin() + begin, targets.end(), std::not_equal_to<>()) == targets.end();
        const uint32_t column = dfa.next(s, symbol);
        if (same && column == Dfa::kMixed) {
          ADD_FAILURE() << "state " << s << " is mixed for no character seen here";
        } else {
          ASSERT_EQ(column, same ? targets[static_cast<size_t>(begin)] : Dfa::kMixed) << "state " << s;
        }
      }
    }
  }
}

TEST(Regex, NoDeadStates) {
  for (const char* pattern : {"a[]|b", "(?:ab[]|c)*d", "[^]{3}"}) {
    const Dfa dfa = Dfa::from_regex(pattern);
    std::vector<uint8_t> alive(dfa.size());
    for (uint32_t round = 0; round < dfa.size(); ++round) {
      for (uint32_t s = 0; s < dfa.size(); ++s) {
        alive[s] = alive[s] || dfa.accepting(s);
        for (uint32_t b = 0; b < 256; ++b) alive[s] = alive[s] || (dfa.next(s, b) != Dfa::kDead && alive[dfa.next(s, b)]);
      }
    }
    EXPECT_EQ(std::ranges::count(alive, 0), 0) << pattern;
  }
}

TEST(Regex, CostlyPatternsEndInAnErrorSoon) {
  const std::string nested = std::string(300, '(') + "a" + std::string(300, ')');
  std::string doubled = "a";
  for (int i = 0; i < 40; ++i) doubled = "(?:" + doubled + "){2}";
  std::string zeros = "a";
  for (int i = 0; i < 200; ++i) zeros = "(?:" + zeros + "){0,1000000}";
  const std::string wide_class = "[^" + std::string(100'000, 'a') + "]{900000}";
  const std::string patterns[] = {"(a{1,1000}){1,1000}",
                                  "(?:(?:a{0,1000}){0,1000}){0,1000}",
                                  "a{1000000}",
                                  "(?:a?){60000}",
                                  "(?:a?){20000}",
                                  "(?:a|b)*a(?:a|b){30}",
                                  "(?:.*a){12}.{12}",
                                  "(?:){1000000}",
                                  "(?:.|..|...){0,20000}",
                                  nested,
                                  doubled,
                                  zeros,
                                  wide_class};
  for (const std::string& pattern : patterns) {
    SCOPED_TRACE(pattern.substr(0, 60));
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_NE(error_of(pattern), "accepted");
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    EXPECT_LT(seconds, 30) << "even under sanitizers";
  }
}

TEST(Regex, LimitsAreWhereTheySay) {
  EXPECT_EQ(error_of("a{1000}", {200'000, 1001}), "accepted");
  EXPECT_NE(error_of("a{1000}", {200'000, 1000}).find("more than 1000 DFA states"), std::string::npos);
  EXPECT_NE(error_of("a{1000}", {1000, 20'000}).find("more than 1000 NFA states"), std::string::npos);
  EXPECT_EQ(error_of("a{0,15000}"), "accepted");
}

}  // namespace
}  // namespace surecall::test
