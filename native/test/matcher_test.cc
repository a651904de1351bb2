// The matcher by hand: what it allows, and how it goes forward and back.

#include "matcher/matcher.h"

#include <gtest/gtest.h>

#include <functional>

#include "support/error.h"
#include "test/support/walks.h"

namespace surecall::test {
namespace {

using Node = ProgramWriter::Node;
using Ids = std::vector<TokenId>;
using Make = std::function<Node(ProgramWriter&)>;

NamedProgram program(const Make& make) {
  return json_program("", [&](ProgramWriter& out, JsonWriter&) { return make(out); });
}

std::shared_ptr<Template> on_tree(const Make& make) { return compiled(program(make), share(tree_tokens())); }

TEST(Matcher, MasksOnTheTree) {
  const struct {
    const char* name;
    Make make;
    std::string before;
    Ids allowed;
  } cases[] = {
      {"a literal", [](auto& out) { return out.bytes("abc"); }, "", {tree::a, tree::ab, tree::abc, tree::a_again}},
      {"the middle of a literal", [](auto& out) { return out.bytes("abc"); }, "a", {tree::b, tree::bc}},
      {"the end of a literal", [](auto& out) { return out.bytes("abc"); }, "abc", {tree::end}},
      {"alternatives", [](auto& out) { return out.alternatives({out.bytes("abb"), out.bytes("\"}"), out.bytes("a")}); }, "",
       {tree::a, tree::ab, tree::quote, tree::quote_close, tree::a_again}},
      {"an alternative that is complete", [](auto& out) { return out.alternatives({out.bytes("abb"), out.bytes("a")}); }, "a",
       {tree::b, tree::bb, tree::end}},
      {"a repeat below its minimum", [](auto& out) { return out.repeat(out.bytes("b"), 3, 4); }, "b", {tree::b, tree::bb}},
      {"a repeat at its minimum", [](auto& out) { return out.repeat(out.bytes("b"), 3, 4); }, "bbb", {tree::b, tree::end}},
      {"a repeat at its maximum", [](auto& out) { return out.repeat(out.bytes("b"), 3, 4); }, "bbbb", {tree::end}},
      {"a separated repeat", [](auto& out) { return out.repeat(out.regex("[ab]"), 2, 3, out.bytes("\",")); }, "a",
       {tree::quote, tree::quote_comma}},
      {"a separated repeat of nothing", [](auto& out) { return out.repeat(out.optional(out.bytes("b")), 3, 3, out.bytes(",")); }, "",
       {tree::b, tree::comma}},
      {"a separated repeat of nothing, complete", [](auto& out) { return out.repeat(out.optional(out.bytes("b")), 3, 3, out.bytes(",")); },
       ",,", {tree::b, tree::end}},
      {"half a character", [](auto& out) { return out.regex("€|é"); }, "\xe2", {tree::euro_2}},
      {"any character", [](auto& out) { return out.regex("[^]{1,2}"); }, "",
       {tree::a, tree::b, tree::c, tree::ab, tree::bb, tree::e_acute, tree::euro_1, tree::quote, tree::comma, tree::colon, tree::open,
        tree::close, tree::quote_comma, tree::quote_close, tree::bc, tree::open_quote, tree::e_acute_quote, tree::a_again}},
      {"a special token", [](auto& out) { return out.sequence({out.token(tree::call), out.bytes("a")}); }, "", {tree::call}},
      {"a text token by its id alone", [](auto& out) { return out.token(tree::ab); }, "", {tree::ab}},
      {"the end token inside", [](auto& out) { return out.sequence({out.token(tree::end), out.bytes("a")}); }, "", {tree::end}},
      {"a special token or text", [](auto& out) { return out.alternatives({out.token(tree::call), out.bytes("bc")}); }, "",
       {tree::b, tree::bc, tree::call}},
      {"nothing", [](auto& out) { return out.empty(); }, "", {tree::end}},
      {"at most no times", [](auto& out) { return out.repeat(out.bytes("a"), 0, 0); }, "", {tree::end}},
  };
  // "any character" needs every byte as a token; elsewhere the tree's own bytes are enough.
  std::vector<Token> with_bytes = tree_tokens();
  for (int b = 0; b < 256; ++b) with_bytes.push_back({std::string(1, static_cast<char>(b))});
  for (const auto& [name, make, before, allowed] : cases) {
    SCOPED_TRACE(name);
    Matcher matcher(compiled(program(make), share(with_bytes)));
    ASSERT_TRUE(matcher.accept_bytes(before));
    Ids ids = ids_of(matcher.mask());
    std::erase_if(ids, [](TokenId id) { return id >= tree::size; });
    EXPECT_EQ(ids, allowed);
  }
}

TEST(Matcher, RepeatsCountExactly) {
  const struct {
    const char* name;
    Make make;
    std::vector<std::string> accepted, refused;
  } cases[] = {
      {"nested", [](auto& out) { return out.repeat(out.sequence({out.repeat(out.bytes("a"), 2, 3), out.bytes("b")}), 2, 2); },
       {"aabaab", "aaabaab"}, {"aab", "aabab", "aaaab", "aabaabaab"}},
      {"separated and nested",
       [](auto& out) { return out.repeat(out.repeat(out.bytes("a"), 1, 2, out.bytes(",")), 2, 2, out.bytes(":")); },
       {"a:a", "a,a:a", "a,a:a,a"}, {"a", "a,a", "a,a,a:a", "a:a:a", "a:"}},
      {"nullable body", [](auto& out) { return out.repeat(out.optional(out.bytes("a")), 5, 7); }, {"", "a", "aaaaaaa"}, {"aaaaaaaa"}},
      {"nullable body, separator",
       [](auto& out) { return out.repeat(out.optional(out.bytes("a")), 2, 3, out.bytes(",")); }, {",", "a,", ",a", ",,", "a,a,a"},
       {"", "a", ",,,", "aa,"}},
      {"nullable body, nullable separator",
       [](auto& out) { return out.repeat(out.optional(out.bytes("a")), 2, 3, out.optional(out.bytes(","))); },
       {"", "a", ",", "aaa", "a,a", ",,", ",a", ",aa", "a,", "a,,a"}, {"aaaa", ",,,", "a,a,a,"}},
      {"nullable body, unbounded",
       [](auto& out) { return out.repeat(out.optional(out.bytes("a")), 1, Program::kUnbounded, out.bytes(",")); },
       {"", "a", ",", ",,,,a,,"}, {"aa"}},
      {"nullable bodies inside each other",
       [](auto& out) { return out.repeat(out.repeat(out.optional(out.bytes("a")), 0, 2), 2, 3); }, {"", "aaaaaa"}, {"aaaaaaa"}},
      {"nullable separated inside a counted repeat",
       [](auto& out) { return out.repeat(out.repeat(out.optional(out.bytes("a")), 1, 2, out.bytes(",")), 3, 3); },
       {"", ",,,", "a,a", "aaa", "a,aa,aa,a"}, {",,,,", "a,aa,aa,a,"}},
      {"large bounds", [](auto& out) { return out.repeat(out.bytes("a"), 1000, 1002); },
       {std::string(1000, 'a'), std::string(1002, 'a')}, {std::string(999, 'a'), std::string(1003, 'a')}},
      {"right recursion",
       [](auto& out) {
         const uint32_t rule = out.rule();
         out.define(rule, out.optional(out.sequence({out.bytes("a"), out.call(rule)})));
         return out.call(rule);
       },
       {"", std::string(100'000, 'a')}, {"b", "aab"}},
      {"brackets",
       [](auto& out) {
         const uint32_t rule = out.rule();
         out.define(rule, out.repeat(out.sequence({out.bytes("{"), out.call(rule), out.bytes("}")}), 0, Program::kUnbounded));
         return out.call(rule);
       },
       {"", "{}{{}}", std::string(3000, '{') + std::string(3000, '}')}, {"{", "}", "{}}", "{{}"}},
  };
  for (const auto& [name, make, accepted, refused] : cases) {
    SCOPED_TRACE(name);
    const NamedProgram made = program(make);
    const auto shared = on_tree(make);
    for (const bool expected : {true, false}) {
      for (const std::string& text : expected ? accepted : refused) {
        Matcher matcher(shared);
        const bool got = matcher.accept_bytes(text) && matcher.accepting();
        EXPECT_EQ(got, expected) << text.substr(0, 40);
        if (text.size() > 2000) continue;
        Reference reference(made.writer, made.root);
        const Expr end = reference.after_bytes(reference.start(), text);
        EXPECT_EQ(!reference.dead(end) && reference.accepting(end), expected) << "the reference, on " << text.substr(0, 40);
      }
    }
  }
}

TEST(Matcher, RefusedTokensChangeNothing) {
  Matcher matcher(on_tree([](auto& out) { return out.sequence({out.bytes("ab"), out.token(tree::call), out.bytes("c")}); }));
  ASSERT_TRUE(matcher.accept_token(tree::a));
  for (const TokenId id : {TokenId{tree::a}, TokenId{tree::bb}, TokenId{tree::call}, TokenId{tree::end}, TokenId{tree::padding},
                           TokenId{tree::size}, TokenId{0xffffffff}}) {
    EXPECT_FALSE(matcher.allows(id)) << id;
    EXPECT_FALSE(matcher.accept_token(id)) << id;
    EXPECT_EQ(matcher.text(), "a");
    EXPECT_EQ(matcher.steps(), 1u);
  }
  EXPECT_TRUE(matcher.accept_token(tree::b));
  EXPECT_EQ(ids_of(matcher.mask()), Ids{tree::call});
  EXPECT_TRUE(matcher.accept_token(tree::call));
  EXPECT_EQ(matcher.text(), "ab") << "a control token adds nothing to the text";
}

TEST(Matcher, SpelledOutSpecialTokensAreText) {
  const std::string name = "ab";
  Matcher by_id(on_tree([](auto& out) { return out.token(tree::ab); }));
  EXPECT_FALSE(by_id.accept_bytes(name)) << "a token edge accepts no spelling";
  EXPECT_FALSE(by_id.accept_token(tree::a));
  EXPECT_TRUE(by_id.accept_token(tree::ab));
  EXPECT_EQ(by_id.text(), "ab");
}

TEST(Matcher, BytesAreTakenAllOrNone) {
  Matcher matcher(on_tree([](auto& out) { return out.bytes("abcabc"); }));
  EXPECT_FALSE(matcher.accept_bytes("abb"));
  EXPECT_EQ(matcher.text(), "");
  EXPECT_EQ(matcher.steps(), 0u);
  EXPECT_TRUE(matcher.accept_bytes("ab"));
  EXPECT_FALSE(matcher.accept_bytes("cabcc"));
  EXPECT_EQ(matcher.text(), "ab");
  EXPECT_TRUE(matcher.accept_bytes(""));
  EXPECT_TRUE(matcher.accept_bytes("cabc"));
  EXPECT_TRUE(matcher.at_end());
  matcher.rollback(1);
  EXPECT_EQ(matcher.text(), "ab");
  EXPECT_FALSE(matcher.at_end());
}

TEST(Matcher, EndsOnlyWhereComplete) {
  Matcher matcher(on_tree([](auto& out) { return out.repeat(out.bytes("b"), 1, 2); }));
  EXPECT_FALSE(matcher.accept_token(tree::end));
  EXPECT_TRUE(matcher.accept_token(tree::b));
  EXPECT_TRUE(matcher.accepting());
  EXPECT_FALSE(matcher.at_end());
  EXPECT_TRUE(matcher.accept_token(tree::end));
  EXPECT_TRUE(matcher.finished());
  EXPECT_TRUE(matcher.accepting());
  EXPECT_EQ(matcher.mask().count(), 0u);
  EXPECT_FALSE(matcher.accept_token(tree::end));
  EXPECT_FALSE(matcher.accept_token(tree::b));
  EXPECT_FALSE(matcher.accept_bytes("b"));
  matcher.rollback(1);
  EXPECT_FALSE(matcher.finished());
  EXPECT_TRUE(matcher.accept_token(tree::b));
  EXPECT_TRUE(matcher.at_end());
}

TEST(Matcher, TextTokenThatEndsGenerationIsNoText) {
  const RandomVocabulary random = random_vocabulary(1, {20, "ab"});
  Matcher matcher(compiled(program([](auto& out) { return out.repeat(out.bytes("a"), 1, 3); }), random.vocabulary));
  EXPECT_FALSE(matcher.allows(random.text_end)) << "spelled 'a', but it ends the answer";
  EXPECT_FALSE(matcher.allows(random.unused));
  ASSERT_TRUE(matcher.accept_bytes("a"));
  EXPECT_TRUE(matcher.allows(random.text_end));
  EXPECT_TRUE(matcher.accept_token(random.text_end));
  EXPECT_EQ(matcher.text(), "a");
  EXPECT_TRUE(matcher.finished());
}

TEST(Matcher, RollbackRestoresStateMaskAndText) {
  const RandomVocabulary random = random_vocabulary(7);
  for (const NamedProgram& json : json_programs()) {
    SCOPED_TRACE(json.name);
    Matcher matcher(compiled(json, random.vocabulary));
    Random choice(7);
    std::vector<std::pair<std::string, Ids>> seen;
    while (seen.size() < 15) {
      seen.emplace_back(matcher.text(), ids_of(matcher.mask()));
      if (seen.back().second.empty()) break;
      ASSERT_TRUE(matcher.accept_token(pick_token(choice, seen.back().second, *random.vocabulary)));
    }
    EXPECT_THROW(matcher.rollback(matcher.steps() + 1), Error);
    while (!seen.empty()) {
      if (matcher.steps() >= seen.size()) matcher.rollback(matcher.steps() - seen.size() + 1);
      EXPECT_EQ(matcher.text(), seen.back().first);
      EXPECT_EQ(ids_of(matcher.mask()), seen.back().second);
      seen.pop_back();
      if (!seen.empty() && choice.percent(30)) seen.pop_back();
    }
    matcher.reset();
    EXPECT_EQ(matcher.steps(), 0u);
    EXPECT_EQ(matcher.text(), "");
  }
}

}  // namespace
}  // namespace surecall::test
