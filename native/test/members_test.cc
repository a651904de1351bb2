// Unordered members by hand: what is accepted, what is refused, and that many of them stay cheap. Random ones are among the
// programs of the other tests.

#include "program/members.h"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <set>

#include "matcher/member_sets.h"
#include "support/error.h"
#include "test/support/walks.h"

namespace surecall::test {
namespace {

using Node = ProgramWriter::Node;
constexpr uint32_t kMany = Program::kUnbounded;
constexpr uint32_t kNone = Program::kNone;

NamedProgram program(const std::function<Node(ProgramWriter&)>& make) {
  return json_program("", [&](ProgramWriter& out, JsonWriter&) { return make(out); });
}

/// A members node of literals; "!a" is required.
Node literals(ProgramWriter& out, const std::vector<std::string>& texts, uint32_t min = 0, uint32_t max = kMany, Node rest = kNone) {
  std::vector<ProgramWriter::Member> members;
  for (const std::string& text : texts) {
    const bool required = text.starts_with("!");
    members.push_back({out.bytes(required ? text.substr(1) : text), required});
  }
  return out.members(members, min, max, out.bytes(","), rest);
}

bool accepts(const NamedProgram& made, const std::string& text) {
  static const auto vocabulary = random_vocabulary(1).vocabulary;
  Matcher matcher(compiled(made, vocabulary));
  return matcher.accept_bytes(text) && matcher.accepting();
}

TEST(Members, AcceptEveryOrderOnce) {
  const auto two_of_three = [](auto& out) { return literals(out, {"!a", "b", "!c"}); };
  const auto bounded = [](auto& out) { return literals(out, {"a", "b", "!c", "d"}, 2, 3); };
  const auto with_rest = [](auto& out) { return literals(out, {"!a", "b"}, 2, 3, out.regex("[xy]")); };
  const auto prefixes = [](auto& out) { return literals(out, {"a", "ab", "abc", "abd", "!b"}, 2, 4); };
  const auto twice_the_same = [](auto& out) { return literals(out, {"a", "!a"}, 0, 2); };
  const auto none = [](auto& out) { return literals(out, {"a"}, 0, 0); };
  const struct {
    std::function<Node(ProgramWriter&)> make;
    std::vector<std::string> accepted, refused;
  } cases[] = {
      {two_of_three, {"a,c", "c,a", "a,b,c", "b,c,a", "c,b,a"}, {"", "a", "a,b", "a,c,a", "a,c,", ",a,c", "ac", "a,,c", "a,b,b"}},
      {bounded, {"c,a", "a,c", "a,b,c", "d,c,b"}, {"c", "a,b,d", "a,b", "a,b,c,d"}},
      {with_rest, {"a,b", "a,x", "x,a", "x,x,a", "y,a,x", "a,b,x"}, {"a", "x,x", "x,x,x", "b,x", "a,b,x,x", "a,a"}},
      {prefixes, {"a,b", "ab,b", "abc,abd,b,a", "b,abd"}, {"b", "ab,ab,b", "a,ab,abc,abd", "abe,b"}},
      {twice_the_same, {"a", "a,a"}, {"", "a,a,a"}},
      {none, {""}, {"a", ","}},
  };
  for (const auto& [make, accepted, refused] : cases) {
    const NamedProgram made = program(make);
    SCOPED_TRACE(made.writer.show_all(made.root));
    for (const std::string& text : accepted) EXPECT_TRUE(accepts(made, text)) << text;
    for (const std::string& text : refused) EXPECT_FALSE(accepts(made, text)) << text;
  }
}

TEST(Members, AMinimumThatOnlyEarlierOnesMeetLetsNoneBePassedOver) {
  for (const bool has_rest : {false, true}) {
    const NamedProgram made = program([&](auto& out) {
      const Node never = out.alternatives({});
      return out.members({{out.bytes("a"), false, true}, {out.bytes("b"), false, true}, {out.bytes("c"), false, true}}, 2, kMany, out.bytes(","),
                         has_rest ? out.sequence({out.bytes("x"), never}) : kNone);
    });
    for (const char* text : {"a,b", "a,c", "b,c", "a,b,c"}) EXPECT_TRUE(accepts(made, text)) << text;
    static const auto vocabulary = random_vocabulary(1).vocabulary;
    for (const char* text : {"c", "x", "a,x", "b,a", "a,c,x"}) EXPECT_FALSE(Matcher(compiled(made, vocabulary)).accept_bytes(text)) << text;
  }
}

TEST(Members, AllPermutationsAndNothingElse) {
  const NamedProgram made = program([](auto& out) { return literals(out, {"!a", "!b", "c", "d"}, 3, 4); });
  const std::string letters = "abcd";
  for (uint32_t n = 0; n < 1u << 10; ++n) {
    // Texts of up to five letters.
    std::string text;
    std::multiset<char> used;
    for (uint32_t i = 0, rest = n; i < (n >> 8) + 2 && i < 5; ++i, rest >>= 2) {
      text += std::string(i == 0 ? "" : ",") + letters[rest & 3];
      used.insert(letters[rest & 3]);
    }
    const bool distinct = std::ranges::all_of(letters, [&](char c) { return used.count(c) <= 1; });
    const bool expected = distinct && used.count('a') == 1 && used.count('b') == 1 && used.size() >= 3;
    EXPECT_EQ(accepts(made, text), expected) << text;
  }
}

TEST(Members, RefuseWhatCannotWork) {
  const struct {
    const char* message;
    std::function<Node(ProgramWriter&)> make;
  } cases[] = {
      {"min is more than max", [](auto& out) { return literals(out, {"a", "b", "c"}, 2, 1); }},
      {"more members are required than max", [](auto& out) { return literals(out, {"!a", "!b"}, 0, 1); }},
      {"fewer members than min", [](auto& out) { return literals(out, {"a", "b"}, 3, 5); }},
      {"min is unbounded", [](auto& out) { return literals(out, {"a"}, kMany, kMany); }},
      {"may be empty", [](auto& out) { return literals(out, {"a", ""}); }},
      {"may be empty", [](auto& out) { return literals(out, {"a"}, 0, kMany, out.regex("x*")); }},
      {"may be empty",
       [](auto& out) {
         const uint32_t rule = out.rule();
         out.define(rule, out.optional(out.bytes("x")));
         return out.members({{out.call(rule), false}}, 0, 1);
       }},
      {"calls itself before anything else",
       [](auto& out) {
         const uint32_t rule = out.rule();
         out.define(rule, out.alternatives({out.bytes("b"), out.members({{out.bytes("x"), false}, {out.call(rule), true}}, 0, 2)}));
         return out.call(rule);
       }},
      {"calls itself before anything else",
       [](auto& out) {
         const uint32_t rule = out.rule();
         const Node maybe = out.members({{out.bytes("x"), false}}, 0, 2);
         out.define(rule, out.alternatives({out.bytes("b"), out.sequence({maybe, out.call(rule)})}));
         return out.call(rule);
       }},
  };
  for (const auto& [message, make] : cases) {
    const NamedProgram made = program(make);
    try {
      compile(Program::parse(made.writer.finish(made.root)));
      ADD_FAILURE() << "no error: " << message;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), "SURECALL_INVALID_PROGRAM");
      EXPECT_NE(std::string(error.what()).find(message), std::string::npos) << error.what();
    }
  }
}

TEST(Members, MayHoldMembersOfTheSameRule) {
  const NamedProgram made = program([](auto& out) {
    const uint32_t rule = out.rule();
    const Node inner = out.alternatives({out.bytes("0"), out.call(rule)});
    const Node object = out.members({{out.sequence({out.bytes("a:"), inner}), true}, {out.sequence({out.bytes("b:"), inner}), false}}, 0, 2,
                                    out.bytes(","));
    out.define(rule, out.sequence({out.bytes("{"), object, out.bytes("}")}));
    return out.call(rule);
  });
  for (const char* text : {"{a:0}", "{b:0,a:0}", "{a:{b:{a:0},a:0},b:0}", "{b:{a:{a:0}},a:{a:0,b:0}}"}) EXPECT_TRUE(accepts(made, text)) << text;
  for (const char* text : {"{b:0}", "{a:0,a:0}", "{a:{b:0}}", "{a:0,b:{b:0}}"}) EXPECT_FALSE(accepts(made, text)) << text;
}

TEST(Members, CostsAreTheFewestBytes) {
  const auto cost_after = [](const NamedProgram& made, const std::string& text) {
    const Automaton automaton = compile(Program::parse(made.writer.finish(made.root)));
    StateTable states(automaton, 16);
    StateId at = states.start();
    for (const char c : text) at = states.step(at, static_cast<uint8_t>(c));
    return states.cost(at);
  };
  const NamedProgram made = program([](auto& out) { return literals(out, {"!aaa", "!bbbb", "c", "cdddd", "e"}, 3, 5, out.bytes("xx")); });
  EXPECT_EQ(cost_after(made, ""), 10u);           // aaa,bbbb,c
  EXPECT_EQ(cost_after(made, "c"), 9u);           // ,aaa,bbbb
  EXPECT_EQ(cost_after(made, "cd"), 12u);         // ddd,aaa,bbbb
  EXPECT_EQ(cost_after(made, "c,"), 8u);
  EXPECT_EQ(cost_after(made, "x"), 10u);          // x,aaa,bbbb
  EXPECT_EQ(cost_after(made, "aaa,"), 6u);        // bbbb,c
  EXPECT_EQ(cost_after(made, "aaa,bbbb"), 2u);    // ,c
  EXPECT_EQ(cost_after(made, "aaa,bbbb,c,e"), 0u);
  EXPECT_EQ(cost_after(made, "aaa,bbbb,c,e,"), 2u);  // xx
  EXPECT_EQ(cost_after(made, "aaa,bbbb,c,e,c"), 4u);
}

TEST(Members, ForceWhatIsLeft) {
  const auto vocabulary = random_vocabulary(1).vocabulary;
  const NamedProgram made = program([](auto& out) { return literals(out, {"!alpha", "!beta", "!bet"}, 3, 3); });
  Matcher matcher(compiled(made, vocabulary));
  EXPECT_EQ(matcher.forced_bytes(), "");
  ASSERT_TRUE(matcher.accept_bytes("b"));
  EXPECT_EQ(matcher.forced_bytes(), "et");
  ASSERT_TRUE(matcher.accept_bytes("et,"));
  ASSERT_TRUE(matcher.accept_bytes("b"));
  EXPECT_EQ(matcher.forced_bytes(), "eta,alpha");
}

/// The set of one member, as bits.
std::vector<uint64_t> one(uint32_t member) {
  std::vector<uint64_t> bits(member / 64 + 1);
  bits.back() = uint64_t{1} << (member % 64);
  return bits;
}

TEST(Members, SetsAreInterned) {
  MemberSets sets;
  EXPECT_TRUE(sets.bits(kNoMembers).empty());
  Random random(1);
  for (int round = 0; round < 50; ++round) {
    std::vector<uint32_t> members;
    for (uint32_t i = random.below(20); i > 0; --i) members.push_back(random.below(500));
    MemberSetId forwards = kNoMembers, backwards = kNoMembers;
    for (size_t i = 0; i < members.size(); ++i) {
      forwards = sets.with(forwards, one(members[i]));
      backwards = sets.with(backwards, one(members[members.size() - 1 - i]));
    }
    EXPECT_EQ(forwards, backwards);
    MemberSets other;
    const MemberSetId copy = other.intern(sets.bits(forwards));
    EXPECT_TRUE(std::ranges::equal(other.bits(copy), sets.bits(forwards)));
  }
  sets.clear();
  EXPECT_NE(sets.with(kNoMembers, one(3)), kNoMembers);
}

// Two orders of the same members lead to one state, so masks computed for one serve the other.
TEST(Members, OrdersShareTheirStates) {
  const NamedProgram made = program([](auto& out) { return literals(out, {"a", "b", "c", "!d"}); });
  const Automaton automaton = compile(Program::parse(made.writer.finish(made.root)));
  StateTable states(automaton, 8);
  auto after = [&](const std::string& text) {
    StateId at = states.start();
    for (const char c : text) at = states.step(at, static_cast<uint8_t>(c));
    return at;
  };
  EXPECT_EQ(after("a,b,c"), after("b,a,c"));
  EXPECT_NE(after("a,b,c"), after("b,d,c"));
  StateId at = after("a,b,d,c");
  StateId* const in_use[] = {&at};
  states.rebuild(in_use);
  EXPECT_EQ(at, after("b,d,a,c"));
}

// A choice among many names is a few configurations, not one for each.
TEST(Members, ThousandsAreCheap) {
  const NamedProgram made = program([](ProgramWriter& out) {
    std::vector<ProgramWriter::Member> members;
    for (int i = 0; i < 4'000; ++i) {
      members.push_back({out.sequence({out.bytes("\"name_" + std::to_string(i) + "\":"), out.regex("\\d")}), i % 2 == 0});
    }
    return out.members(members, 0, kMany, out.bytes(","));
  });
  const auto begin = std::chrono::steady_clock::now();
  Matcher matcher(compiled(made, random_vocabulary(1).vocabulary));
  Random random(1);
  for (int step = 0; step < 200; ++step) {
    // Required ones are left.
    EXPECT_EQ(matcher.forced_bytes(), step == 0 ? "\"name_" : ",\"name_");
    const std::vector<TokenId> allowed = ids_of(matcher.mask());
    ASSERT_FALSE(allowed.empty());
    ASSERT_TRUE(matcher.accept_bytes((step == 0 ? "\"name_" : ",\"name_") + std::to_string(step * 7) + "\":5"));
  }
  EXPECT_LT(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(), 20) << "even under sanitizers";
}

}  // namespace
}  // namespace surecall::test
