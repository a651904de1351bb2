// Text values: what patterns with assertions accept, lengths, escapes, and what they may cost.

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <regex>

#include "support/error.h"
#include "test/support/random.h"
#include "test/support/text_program.h"

namespace surecall::test {
namespace {

std::string error_of(const TextSpec& spec, const RegexLimits& limits = {}) {
  try {
    compile_text(spec, limits);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "SURECALL_UNSUPPORTED_SCHEMA");
    return error.what();
  }
  return "accepted";
}
std::string error_of(std::string_view pattern) { return error_of(TextSpec{{{pattern}}}); }
bool is_unsatisfiable(const TextSpec& spec) { return compile_text(spec).rows() == 0; }
bool is_unsatisfiable(std::string_view pattern) { return is_unsatisfiable(TextSpec{{{pattern}}}); }

TEST(Text, AcceptsWhatItSays) {
  using Texts = std::vector<std::string>;
  const struct {
    std::string_view pattern;
    Texts accepted, refused;
  } cases[] = {
      {"", {""}, {"a"}},
      {"a|bc", {"a", "bc"}, {"", "abc"}},
      {"[^]*", {"", "\n", "é😀", "a\"\\"}, {"\xff", "\xed\xa0\x80", "\xc3"}},
      {".", {"a", "é", "😀"}, {"", "\n", "ab"}},
      {"^a$", {"a"}, {"", "aa"}},
      {"[^]*(?:^a|b$)[^]*", {"a", "ax", "b", "xb"}, {"xa", "bx", ""}},
      {"[^]*(?:^|,)x(?:,|$)[^]*", {"x", "x,y", "y,x", "y,x,z"}, {"", "yx", "xy", "x;y"}},
      {"a^b|b$c|c", {"c"}, {"ab", "bc"}},
      {"(?:^a|^$)*", {"", "a"}, {"aa"}},
      {"[^]*\\bfoo\\b[^]*", {"foo", "a foo b", "-foo-", "éfooé"}, {"xfoo", "foox", "foo_", "1foo", "fo"}},
      {"[^]*a\\Bb[^]*", {"ab"}, {"a", "a b"}},
      {"\\b", {}, {"", "a"}},
      {"\\B", {""}, {"a"}},
      {"(?!foo$)[a-z]+", {"fo", "fooo", "bar"}, {"foo", ""}},
      {"(?=.*\\d)(?=.*[a-z]).{3,}", {"a1b", "1a ", "..1a"}, {"a1", "abc", "123"}},
      {"(?:(?!,)[^])*", {"", "abc"}, {",", "a,b"}},
      {"(?:a(?=b)|b(?!b))*", {"", "ab", "b", "abab"}, {"a", "bb", "aab"}},
      {"(?=a(?!b))[ab]{2}", {"aa"}, {"ab", "ba"}},
      {"(?!(?=a)a)[ab]", {"b"}, {"a"}},
      {"(?!a(?=b)|b(?!a))[ab]*", {"", "a", "ba", "aa", "aab"}, {"ab", "bb", "b", "abb"}},
      {"[ab]*(?<=ab)", {"ab", "aab", "bab"}, {"", "a", "ba"}},
      {"(?:a|(?<!a)b)*", {"", "b", "bb", "a", "ba"}, {"ab", "bab"}},
      {"[abc]*(?<=a(?=b))[abc]*", {"ab", "cabc"}, {"a", "ba", "acb"}},
      {"[abc]*(?<!a(?=b))[abc]+", {"a", "ab", "abc", "bc"}, {"", "x"}},
      {"[abc](?<!a(?=b)|b(?=c))[abc]", {"aa", "ac", "ba", "bb", "cc"}, {"ab", "bc", "a"}},
      {"[ab](?<!a$|\\bb)[ab]*", {"ab", "aa", "aba"}, {"a", "b", "ba"}},
      {"[ab]*(?<=(?<!b)a)", {"a", "aa", "baa"}, {"ba", "", "b"}},
      {"[^]*(?<=^a)b", {"ab"}, {"aab", "b"}},
      {"(?:a(?=$|b)b?)+", {"a", "ab", "aba"}, {"aa", "b"}},
  };
  for (const auto& [pattern, accepted, refused] : cases) {
    SCOPED_TRACE(pattern);
    try {
      Text text(pattern);
      for (const std::string& t : accepted) EXPECT_TRUE(text.matches(t)) << testing::PrintToString(t);
      for (const std::string& t : refused) EXPECT_FALSE(text.matches(t)) << testing::PrintToString(t);
    } catch (const Error& error) {
      EXPECT_TRUE(accepted.empty()) << error.what();
    }
  }
}

/// Every text over a small alphabet up to some length.
void for_each_text(std::string_view alphabet, size_t length, const std::function<void(const std::string&)>& visit) {
  std::string text;
  const std::function<void()> extend = [&] {
    visit(text);
    if (text.size() == length) return;
    for (const char c : alphabet) {
      text.push_back(c);
      extend();
      text.pop_back();
    }
  };
  extend();
}

/// Patterns with assertions. Inside look-aheads only those that look ahead themselves: libstdc++ takes the place of a
/// look-ahead for the beginning of the text.
class RandomPattern {
 public:
  explicit RandomPattern(uint64_t seed) : random_(seed) {}
  std::string make(uint32_t depth = 3, bool ahead = false) {
    if (depth == 0 || random_.percent(20)) return atom(ahead);
    const auto part = [&] { return make(depth - 1, ahead); };
    switch (random_.below(6)) {
      case 0:
      case 1: return part() + part();
      case 2: return "(?:" + part() + "|" + part() + ")";
      case 3: return (random_.percent(50) ? "(?=" : "(?!") + make(depth - 1, true) + ")" + part();
      default: return "(?:" + part() + ")" + quantifier();
    }
  }

 private:
  std::string atom(bool ahead) {
    static const std::vector<std::string> atoms{"a", "b", " ", "[ab]", "[^a]", "\\w", ".", "a", "b", "$", "^", "\\b", "\\B"};
    return atoms[random_.below(ahead ? 10 : 13)];
  }
  std::string quantifier() {
    static const std::vector<std::string> of{"*", "?", "{2}", "{0,2}", "{1,3}"};
    return random_.pick(of);
  }
  Random random_;
};

// Searching, as the standard library does it, for every short text; a text that is alive has a continuation.
TEST(Text, AgreesWithTheStandardLibrary) {
  int compared = 0;
  for (uint64_t seed = 1; seed <= 400; ++seed) {
    const std::string pattern = RandomPattern(seed).make();
    SCOPED_TRACE(pattern);
    const std::regex expected(pattern);
    const std::string whole = "[^]*(?:" + pattern + ")[^]*";
    const auto check = [&](Text* text, bool negated) {
      for_each_text("ab ", 5, [&](const std::string& t) {
        const bool found = std::regex_search(t, expected) != negated;
        ASSERT_EQ(text != nullptr && text->matches(t), found) << '"' << t << '"' << (negated ? " negated" : "");
        ++compared;
      });
    };
    for (const bool negated : {false, true}) {
      const TextSpec spec{{{whole, TextPattern::Kind::regex, negated}}, 0, kAny, TextSpelling::raw};
      if (is_unsatisfiable(spec)) {
        check(nullptr, negated);
      } else {
        Text text(spec);
        check(&text, negated);
      }
    }
  }
  EXPECT_GT(compared, 200'000);
}

TEST(Text, PatternsCombine) {
  const TextSpec spec{{{"[a-z]*"}, {"[^]*b[^]*"}, {"[^]*bb[^]*", TextPattern::Kind::regex, true}, {"b|ab", TextPattern::Kind::regex, true}},
                      0, 6, TextSpelling::raw};
  Text text(spec);
  const std::regex letters("[a-z]*"), two("bb");
  for_each_text("abc1", 7, [&](const std::string& t) {
    const bool expected = std::regex_match(t, letters) && t.find('b') != t.npos && t.find("bb") == t.npos && t != "b" && t != "ab" && t.size() <= 6;
    ASSERT_EQ(text.matches(t), expected) << t;
  });
}

// Lengths in the states, and lengths that are counted: every combination with patterns that need several characters to end.
TEST(Text, LengthsAreExact) {
  const char* patterns[] = {"[ab]*", "(?:ab)*", "a(?:[ab]*b)?", "(?:aab|b)*", "[^]*(?:bab)[^]*", "a{3,}|b", "(?:a{5})*", "b*a?"};
  for (const char* pattern : patterns) {
    const std::regex expected(std::string_view(pattern).starts_with("[^]") ? "[ab]*bab[ab]*" : pattern);
    for (uint32_t min = 0; min <= 7; ++min) {
      for (uint32_t max = min; max <= 14; max += max < 7 ? 1 : 3) {
        SCOPED_TRACE(testing::Message() << pattern << " " << min << ".." << max);
        const TextSpec spec{{{pattern}}, min, max, TextSpelling::raw};
        std::vector<std::string> accepted;
        for_each_text("ab", 15, [&](const std::string& t) {
          const bool in_bounds = t.size() >= min && t.size() <= max;
          if (in_bounds && std::regex_match(t, expected)) accepted.push_back(t);
        });
        if (accepted.empty()) {
          EXPECT_TRUE(is_unsatisfiable(spec));
          continue;
        }
        if (max < 12 && max != 7) continue;  // the rest of the bounds only ask whether there is a text at all
        Text text(spec);
        std::ranges::sort(accepted);
        for_each_text("ab", 15, [&](const std::string& t) {
          ASSERT_EQ(text.matches(t), std::ranges::binary_search(accepted, t)) << t;
          // Alive means that a continuation is accepted, and the cost says how short the shortest is.
          const auto first = std::ranges::lower_bound(accepted, t);
          uint32_t shortest = kNever;
          for (auto it = first; it != accepted.end() && it->starts_with(t); ++it) {
            shortest = std::min(shortest, static_cast<uint32_t>(it->size() - t.size()));
          }
          const StateId state = text.after(t);
          ASSERT_EQ(state != kDeadState, shortest != kNever) << t;
          if (state != kDeadState) {
            ASSERT_EQ(text.states().cost(state), shortest) << t;
          }
        });
      }
    }
  }
}

TEST(Text, LongLengthsAreCounted) {
  Text text("[a-z0-9](?:[-a-z0-9]*[a-z0-9])?", 1, 100'000);
  EXPECT_LT(text.automaton().instructions().size(), 100u);
  const std::string most(100'000, 'a');
  EXPECT_TRUE(text.matches(most));
  EXPECT_FALSE(text.alive(most + "a"));
  EXPECT_TRUE(text.states().at_end(text.after(most)));
  const std::string all_but_one = most.substr(1);
  EXPECT_FALSE(text.alive(all_but_one + "-"));
  EXPECT_TRUE(text.alive(all_but_one.substr(1) + "-"));
  EXPECT_FALSE(text.matches(all_but_one.substr(1) + "-"));
}

TEST(Text, ImpliedLengthsCostNothing) {
  const TextDfa plain = compile_text({{{"[0-9]{4}-[0-9]{2}"}}});
  const TextDfa bounded = compile_text({{{"[0-9]{4}-[0-9]{2}"}}, 7, 7});
  EXPECT_EQ(plain.rows(), bounded.rows());
  EXPECT_EQ(compile_text({{{"[0-9]+x{3,}"}}, 4, kAny}).rows(), compile_text({{{"[0-9]+x{3,}"}}}).rows());
}

/// Every way to spell a code point inside a JSON string.
std::vector<std::string> json_spellings(uint32_t c) {
  std::vector<std::string> out;
  auto unit = [](uint32_t u, bool upper) {
    char text[8];
    std::snprintf(text, sizeof text, upper ? "\\u%04X" : "\\u%04x", u);
    return std::string(text);
  };
  for (const bool upper : {false, true}) {
    out.push_back(c < 0x10000 ? unit(c, upper) : unit(0xd800 + ((c - 0x10000) >> 10), upper) + unit(0xdc00 + ((c - 0x10000) & 0x3ff), !upper));
  }
  const std::string shorts = "\"\\/bfnrt", meaning = "\"\\/\b\f\n\r\t";
  if (const size_t i = c < 0x80 ? meaning.find(static_cast<char>(c)) : meaning.npos; i != meaning.npos) out.push_back({'\\', shorts[i]});
  if (c < 0x20 || c == '"' || c == '\\') return out;
  if (c < 0x80) {
    out.push_back({static_cast<char>(c)});
  } else if (c < 0x800) {
    out.push_back({static_cast<char>(0xc0 | c >> 6), static_cast<char>(0x80 | (c & 0x3f))});
  } else if (c < 0x10000) {
    out.push_back({static_cast<char>(0xe0 | c >> 12), static_cast<char>(0x80 | (c >> 6 & 0x3f)), static_cast<char>(0x80 | (c & 0x3f))});
  } else {
    out.push_back({static_cast<char>(0xf0 | c >> 18), static_cast<char>(0x80 | (c >> 12 & 0x3f)), static_cast<char>(0x80 | (c >> 6 & 0x3f)),
                   static_cast<char>(0x80 | (c & 0x3f))});
  }
  return out;
}

const uint32_t kInteresting[] = {0,      1,      7,      8,      9,      0xa,    0xd,     0x1f,    0x20,    '"',     '/',     '0',     'A',
                                 'G',    '[',    '\\',   ']',    'a',    'u',    0x7f,    0x80,    0xe9,    0x7ff,   0x800,   0xfff,   0x1000,
                                 0x2028, 0xd7ff, 0xe000, 0xfffd, 0xffff, 0x10000, 0x103ff, 0x10400, 0x1f600, 0xfffff, 0x100000, 0x10ffff};

TEST(Text, JsonSpellsEveryCharacterInEveryWay) {
  const struct {
    std::string_view pattern;
    std::function<bool(uint32_t)> holds;
  } cases[] = {
      {"[^]", [](uint32_t) { return true; }},
      {".", [](uint32_t c) { return c != '\n' && c != '\r' && c != 0x2028 && c != 0x2029; }},
      {"[^a\\u{1f600}]", [](uint32_t c) { return c != 'a' && c != 0x1f600; }},
      {"[\\u{103ff}-\\u{10400}\\ud7ff-\\ue000]", [](uint32_t c) { return c == 0x103ff || c == 0x10400 || c == 0xd7ff || c == 0xe000; }},
      {"[\\0-\\x1f\"\\\\]", [](uint32_t c) { return c < 0x20 || c == '"' || c == '\\'; }},
      {"[\\/u]", [](uint32_t c) { return c == '/' || c == 'u'; }},
  };
  for (const auto& [pattern, holds] : cases) {
    SCOPED_TRACE(pattern);
    Text text(pattern, 0, kAny, TextSpelling::json);
    for (const uint32_t c : kInteresting) {
      for (const std::string& spelling : json_spellings(c)) EXPECT_EQ(text.matches(spelling), holds(c)) << std::hex << c << " " << spelling;
      for (const std::string& spelling : json_spellings(c)) EXPECT_FALSE(text.matches(spelling + "a")) << spelling;
    }
    for (const char* wrong : {"\"", "\\", "\\a", "\\x41", "\\u", "\\u12", "\\ud800", "\\udc00", "\\ud83dx", "\\ud83d\\n", "\\ud83d\\u0041",
                              "\\ud83d\\ud83d", "\n", "\x01", "\xed\xa0\x80", "\xc0\x80", "\xf4\x90\x80\x80", "\x80"}) {
      EXPECT_FALSE(text.matches(wrong)) << testing::PrintToString(wrong);
    }
  }
}

// The text column says what every plain character does.
TEST(Text, TextColumnSpeaksForEveryPlainCharacter) {
  const TextSpec specs[] = {{{}, 0, kAny}, {{}, 3, 5}, {{}, 2, 400}, {{{"[^]*x"}}}, {{{".*"}}, 0, 50}, {{{"[^\\n]*"}}}, {{{"a[^]*"}}}, {{{"[^é]*"}}}};
  for (const TextSpec& spec : specs) {
    for (const TextSpelling spelling : {TextSpelling::json, TextSpelling::raw}) {
      TextSpec with = spec;
      with.spelling = spelling;
      Text text(with);
      for (const char* begin : {"", "a", "ab", "abc", "abcd", "\\", "\\u", "\\u12", "\xe2", "\xe2\x82"}) {
        const StateId state = text.after(begin);
        if (state == kDeadState) continue;
        std::vector<StateId> targets;
        for (const uint32_t c : kInteresting) {
          if (!is_plain_json_character(c)) continue;
          StateId at = state;
          const std::string spelled = json_spellings(c).back();
          for (const char byte : spelled) at = text.states().step(at, static_cast<uint8_t>(byte));
          targets.push_back(at);
        }
        targets.push_back(text.states().step(state, 'x'));
        const bool same = std::ranges::adjacent_find(targets, std::not_equal_to<>()) == targets.end();
        const StateId column = text.states().step(state, Dfa::kText);
        EXPECT_EQ(column, same ? targets[0] : kMixedState) << begin;
      }
    }
  }
}

// Masks leave plain tokens out of their walks where a state says that it takes them all.
TEST(Text, PlainTextIsTakenWhereItIsSaidToBe) {
  constexpr auto kName = TextPattern::Kind::name;
  const std::vector<std::pair<TextSpec, bool>> specs = {
      {{{}, 0, kAny}, true},         {{{{"name", kName, true}, {"na", kName, true}, {"\"", kName, true}}, 0, kAny, TextSpelling::names}, true},
      {{{{"[^]*x"}}}, true},         {{{{"[^]*(?:abc|acd)"}}}, true},
      {{{{"(?:[^]{1,4}x)*"}}}, false}, {{{}, 0, 5}, false},
      {{{}, 2, 400}, false},         {{{{"[^é]*"}}}, false},
      {{{{"[^b]*"}}}, false}};
  for (const auto& [spec, expected] : specs) {
    Text text(spec);
    EXPECT_EQ(text.states().takes_plain_text(text.after("")), expected) << (spec.patterns.empty() ? "" : spec.patterns[0].text);
    std::vector<StateId> reached{text.after("")};  // by plain characters, up to three of them
    for (size_t i = 0; i < reached.size() && reached.size() < 5000; ++i) {
      if (!text.states().takes_plain_text(reached[i])) continue;
      for (const uint32_t c : kInteresting) {
        if (!is_plain_json_character(c)) continue;
        StateId at = reached[i];
        const std::string spelled = json_spellings(c).back();
        for (const char byte : spelled) at = text.states().step(at, static_cast<uint8_t>(byte));
        ASSERT_TRUE(text.states().takes_plain_text(at)) << c;
        if (std::ranges::find(reached, at) == reached.end()) reached.push_back(at);
      }
    }
    for (const char* inside : {"\\", "\\u", "\xe2"}) {
      const StateId state = text.after(inside);
      EXPECT_FALSE(text.states().takes_plain_text(state)) << inside;
    }
  }
}

TEST(Text, MultiplesAgreeWithArithmetic) {
  for (const auto& [step, numerator, digits] : std::vector<std::tuple<std::string_view, int, int>>{
           {"1", 1, 0}, {"2", 2, 0}, {"3", 3, 0}, {"7", 7, 0}, {"12", 12, 0}, {"100", 100, 0}, {"0.1", 1, 1}, {"0.25", 25, 2}, {"2.5", 25, 1}, {"0.03", 3, 2}}) {
    SCOPED_TRACE(step);
    Text text(TextSpec{{{step, TextPattern::Kind::multiple}}, 0, kAny, TextSpelling::raw});
    for (int value = -30'000; value <= 30'000; value += 1 + value % 3 * value % 3) {
      // value / 1000, with all its zeros and without.
      char spelled[32];
      std::snprintf(spelled, sizeof spelled, "%s%d.%03d", value < 0 ? "-" : "", std::abs(value) / 1000, std::abs(value) % 1000);
      int scaled = numerator;
      for (int i = digits; i < 3; ++i) scaled *= 10;
      EXPECT_EQ(text.matches(spelled), value % scaled == 0) << spelled;
      EXPECT_EQ(text.matches(std::string(spelled) + "0"), value % scaled == 0) << spelled;
      if (value % 1000 != 0) continue;
      EXPECT_EQ(text.matches(std::to_string(value / 1000)), value % scaled == 0) << value / 1000;
    }
    for (const char* wrong : {"", "-", ".", "0.", "-.0", "1e2", "+1"}) EXPECT_FALSE(text.matches(wrong)) << wrong;
  }
  EXPECT_NE(error_of({{{"0", TextPattern::Kind::multiple}}}).find("not positive"), std::string::npos);
  EXPECT_NE(error_of({{{"1e3", TextPattern::Kind::multiple}}}).find("not a decimal"), std::string::npos);
  EXPECT_NE(error_of({{{"1000003", TextPattern::Kind::multiple}}}).find("states"), std::string::npos);
}

TEST(Text, SaysWhatIsWrong) {
  EXPECT_TRUE(is_unsatisfiable("a[]"));
  EXPECT_TRUE(is_unsatisfiable("a$b"));
  EXPECT_TRUE(is_unsatisfiable("\\ud800"));
  EXPECT_TRUE(is_unsatisfiable({{{"a{3}"}}, 4}));
  EXPECT_TRUE(is_unsatisfiable({{{"a{3}"}}, 0, 2}));
  EXPECT_TRUE(is_unsatisfiable({{{"a*"}, {"a*", TextPattern::Kind::regex, true}}}));
  EXPECT_TRUE(is_unsatisfiable({{}, 3, 2}));
  EXPECT_NE(error_of("(?=a").find("missing ')'"), std::string::npos);
  EXPECT_NE(error_of("(?<name>a)").find("only (?:...) groups"), std::string::npos);
  EXPECT_NE(error_of("(a|b)*c[z-a]").find("/(a|b)*c[z-a]/"), std::string::npos) << "the message names the pattern";
}

TEST(Text, CostlyPatternsEndInAnErrorSoon) {
  std::string behind;
  for (int i = 0; i < 40; ++i) behind += "(?<=a|b" + std::string(static_cast<size_t>(i), 'c') + ")";
  std::string nested = "a";
  for (int i = 0; i < 60; ++i) nested = "(?=" + nested + ")a";
  const std::string patterns[] = {"(a{1,1000}){1,1000}",
                                  "(a|b)*a(a|b){30}",
                                  "(?:(?=.*a.{9}b)(?=.*b.{9}a).)*",
                                  "(?=.{1,255}$)(?:(?:.{1,63}\\.){1,127}(?![0-9]*$)[a-z0-9-]+\\.?)",
                                  "(?:.?){40000}",
                                  "[^" + std::string(100'000, 'a') + "]{900000}",
                                  behind,
                                  nested,
                                  "(?:[^a]{0,100}[^b]{0,100}){0,50}"};
  for (const std::string& pattern : patterns) {
    SCOPED_TRACE(pattern.substr(0, 60));
    const auto begin = std::chrono::steady_clock::now();
    const std::string error = error_of(pattern);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    EXPECT_NE(error, "accepted");
    EXPECT_LT(seconds, 10) << "even under sanitizers";
  }
}

TEST(Text, ProgramsAreChecked) {
  const TextSpec good{{{"ab"}}, 0, 5, TextSpelling::json};
  EXPECT_NO_THROW(Program::parse(program_of(good)));
  const auto refuses = [&](size_t word, uint32_t value) {
    std::vector<uint8_t> program = program_of(good);
    for (size_t i = 0; i < 4; ++i) program[word * 4 + i] = static_cast<uint8_t>(value >> (8 * i));
    EXPECT_THROW(Program::parse(program), Error) << "word " << word << " = " << value;
  };
  refuses(7, 1);                     // list offset
  refuses(8, 2);                     // number of patterns
  refuses(8, 0xffffffff);
  refuses(9, 6);                     // min above max
  refuses(9, Program::kUnbounded);
  refuses(11, 2);                    // spelling
  refuses(12, 1);                    // pattern outside the pool
  refuses(13, 3);
  refuses(14, 4);                    // flags
}

}  // namespace
}  // namespace surecall::test
