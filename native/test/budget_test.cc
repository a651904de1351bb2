// Token budgets: the fewest tokens to completion, masks that keep room to finish, and walks that always do.

#include "mask/budget.h"

#include <gtest/gtest.h>

#include "support/error.h"
#include "test/support/walks.h"

namespace surecall::test {
namespace {

using Node = ProgramWriter::Node;

constexpr uint32_t kLimit = 60;
constexpr TokenId kCall = 46;  // in letters(): after 6 bytes and 40 words

std::shared_ptr<const Vocabulary> letters(uint64_t seed) { return small_vocabulary(seed, "abc,\":", 40); }

/// Programs over the letters a b c , " : small enough for breadth-first search over tokens.
std::vector<NamedProgram> small_programs() {
  std::vector<NamedProgram> all;
  auto add = [&](const char* name, auto make) { all.push_back(json_program(name, make)); };
  add("literal", [](auto& out, auto&) { return out.bytes("abcabcabcabc"); });
  add("bounded string", [](auto& out, auto&) {
    return out.sequence({out.bytes("\""), out.repeat(out.regex("[abc]"), 5, 9), out.bytes("\"")});
  });
  add("exact string", [](auto& out, auto&) {
    return out.sequence({out.bytes("\""), out.repeat(out.regex("[abc]"), 12, 12), out.bytes("\",")});
  });
  add("long minimum", [](auto& out, auto&) { return out.repeat(out.regex("[ab]c?"), 40, Program::kUnbounded); });
  add("pattern with bounds", [](auto& out, auto&) { return out.regex("a[bc]{3,7}\"(?:,ab){2,3}"); });
  add("list of strings", [](auto& out, auto&) {
    const Node string = out.sequence({out.bytes("\""), out.repeat(out.regex("[ab]"), 1, 3), out.bytes("\"")});
    return out.repeat(string, 2, 4, out.bytes(","));
  });
  add("enum", [](auto& out, auto&) {
    return out.alternatives({out.bytes("abcabcabc"), out.bytes("cccccccccc"), out.bytes("ab,ab,ab,ab"), out.bytes("\"\"\"\"\"\"\"")});
  });
  add("recursion", [](auto& out, auto&) {
    const uint32_t rule = out.rule();
    const Node self = out.call(rule);
    out.define(rule, out.alternatives({out.bytes("c"), out.sequence({out.bytes("a"), self, out.bytes("b"), self, out.bytes("\"")})}));
    return out.sequence({self, out.bytes(","), self});
  });
  add("members in any order", [](auto& out, auto&) {
    std::vector<ProgramWriter::Member> members;
    for (const char* name : {"\"a\":", "\"ab\":", "\"abc\":", "\"c\":"}) {
      members.push_back({out.sequence({out.bytes(name), out.repeat(out.regex("[ab]"), 1, 4)}), std::string(name) != "\"a\":"});
    }
    return out.members(members, 0, 4, out.bytes(","));
  });
  add("members to a minimum", [](auto& out, auto&) {
    std::vector<ProgramWriter::Member> members{{out.bytes("aaaa"), true}, {out.bytes("abcab"), false}, {out.bytes("bcbc"), false},
                                               {out.bytes("c"), false},   {out.regex("b[ac]{6}"), false}};
    return out.members(members, 4, 6, out.bytes(","), out.regex("\"[ab]{2}\""));
  });
  add("special tokens", [](auto& out, auto&) {
    const Node call = out.token(kCall);
    return out.sequence({call, out.bytes("abc"), out.optional(call), out.bytes("cba"), out.repeat(call, 2, 3, out.bytes(","))});
  });
  return all;
}

TEST(Budget, EqualsBreadthFirstSearchOverTokens) {
  for (uint64_t seed = 1; seed <= seeds(3); ++seed) {
    const auto vocabulary = letters(seed);
    ASSERT_EQ(vocabulary->spelling(kCall), "<|call|>");
    for (const NamedProgram& program : small_programs()) {
      SCOPED_TRACE(program.name);
      const auto shared = compiled(program, vocabulary);
      Random random(seed);
      for (int round = 0; round < 2; ++round) {
        Walk both(program, shared);
        for (int step = 0; step < 14; ++step) {
          const uint32_t expected = both.reference().tokens_to_accept(both.at(), *vocabulary, kLimit);
          if (expected == Reference::kGaveUp) break;
          // Small limits first: what they leave in the caches must not spoil larger ones.
          for (const uint32_t limit : {0u, 1u, expected / 2, expected - (expected > 0), expected, kLimit}) {
            const uint32_t got = both.matcher().tokens_to_accept(limit);
            // So far from the end the search may give up and answer with the bytes that are missing.
            if (expected > 10 && got > expected) continue;
            ASSERT_EQ(got, std::min(expected, limit + 1)) << "limit " << limit << both.where();
            ASSERT_EQ(both.matcher().can_finish_within(limit), expected <= limit) << "limit " << limit << both.where();
          }
          const auto allowed = both.expected();
          if (allowed.empty()) break;
          both.accept(pick_token(random, allowed, *vocabulary));
          if (both.matcher().finished()) break;
        }
      }
    }
  }
}

TEST(Budget, EqualsBreadthFirstSearchOnRandomPrograms) {
  for (uint64_t seed = 1; seed <= seeds(150); ++seed) {
    const RandomVocabulary vocabulary = random_vocabulary(seed % 3, {50, "abc"});
    const NamedProgram program = RandomProgram(seed, "abc,\"", {vocabulary.control_1}, seed % 2 == 0).take();
    SCOPED_TRACE(program.writer.show_all(program.root));
    Walk both(program, compiled(program, vocabulary.vocabulary));
    Random random(seed);
    for (int step = 0; step < 6 && !both.matcher().finished(); ++step) {
      constexpr uint32_t limit = 8;
      const uint32_t expected = both.reference().tokens_to_accept(both.at(), *vocabulary.vocabulary, limit);
      if (expected == Reference::kGaveUp) break;
      ASSERT_EQ(both.matcher().tokens_to_accept(limit), expected) << both.where();
      const auto allowed = both.expected();
      if (allowed.empty()) break;
      both.accept(pick_token(random, allowed, *vocabulary.vocabulary));
    }
  }
}

TEST(Budget, MaskKeepsExactlyWhatLeavesRoom) {
  for (uint64_t seed = 1; seed <= 4; ++seed) {
    const auto vocabulary = letters(seed);
    for (const NamedProgram& program : small_programs()) {
      SCOPED_TRACE(program.name);
      Walk both(program, compiled(program, vocabulary));
      Random random(seed);
      for (int step = 0; step < 12; ++step) {
        const auto allowed = both.expected();
        if (allowed.empty()) break;
        for (const uint32_t left : {0u, 1u, 2u, 3u, 5u, 8u, 20u}) {
          std::vector<TokenId> expected;
          for (const TokenId id : allowed) {
            if (left == 0) break;
            const Expr next = both.reference().after_token(both.at(), *vocabulary, id);
            const bool ends = both.reference().dead(next);
            const bool fits = ends || both.reference().tokens_to_accept(next, *vocabulary, left - 1) <= left - 1;
            if (fits) expected.push_back(id);
            ASSERT_EQ(both.matcher().can_finish_after(id, left - 1), fits) << "token " << id << " left " << left << both.where();
          }
          ASSERT_EQ(ids_of(both.matcher().mask_within(left)), expected) << "left " << left << both.where();
        }
        both.accept(pick_token(random, allowed, *vocabulary));
        if (both.matcher().finished()) break;
      }
    }
  }
}

/// Random tokens under a budget, ended as soon as the budget is used up. True if the text is complete by then.
bool completes(const std::shared_ptr<Template>& shared, Random& random, uint32_t budget) {
  Matcher matcher(shared);
  for (uint32_t left = budget; left > 0; --left) {
    const std::vector<TokenId> allowed = ids_of(matcher.mask_within(left));
    if (allowed.empty()) return matcher.accepting() && matcher.at_end();
    const TokenId id = pick_token(random, allowed, shared->vocabulary());
    if (!matcher.accept_token(id)) return false;
    if (matcher.finished()) return true;
  }
  return matcher.accepting();
}

TEST(Budget, WalksCompleteWithinAnyBudgetThatAdmitsOne) {
  for (uint64_t seed = 1; seed <= 2; ++seed) {
    const RandomVocabulary vocabulary = random_vocabulary(seed, {600, "abcn_"});
    for (const NamedProgram& program : json_programs()) {
      SCOPED_TRACE(program.name);
      const auto shared = compiled(program, vocabulary.vocabulary);
      const uint32_t least = Matcher(shared).tokens_to_accept(200);
      ASSERT_LE(least, 200u);
      ASSERT_TRUE(ids_of(Matcher(shared).mask_within(least - 1)).empty()) << "a budget that admits no text";
      Random random(seed);
      for (const uint32_t more : {0u, 1u, 2u, 3u, 5u, 9u, 17u}) {
        for (int round = 0; round < 3; ++round) EXPECT_TRUE(completes(shared, random, least + more)) << least << " + " << more;
      }
    }
  }
}

// Searches this long give up before they have seen everything: what they promised must outlive the states they saw.
TEST(Budget, WalksCompleteThoughStatesAreDropped) {
  const RandomVocabulary vocabulary = random_vocabulary(3, {600, "abcn_{}[]\":,"});
  const NamedProgram program = json_program("", [](auto& out, auto& json) {
    const Node any = json.any();
    return out.sequence({out.bytes("{\"required\":"), any, out.bytes(",\"also required\":"), any, out.bytes("}")});
  });
  for (const size_t state_bytes : {size_t{0}, size_t{64} << 10, size_t{1} << 20}) {
    TemplateOptions options;
    options.state_bytes = state_bytes;
    const auto shared = compiled(program, vocabulary.vocabulary, options);
    for (uint64_t seed = 1; seed <= seeds(4); ++seed) {
      Random random(seed);
      Matcher matcher(shared);
      for (int step = 0; step < 8; ++step) {
        const std::vector<TokenId> allowed = ids_of(matcher.mask());
        if (allowed.empty()) break;
        ASSERT_TRUE(matcher.accept_token(pick_token(random, allowed, *vocabulary.vocabulary)));
      }
      if (matcher.finished()) continue;
      for (uint32_t left = matcher.tokens_to_accept(300); left > 0; --left) {
        const std::vector<TokenId> allowed = ids_of(matcher.mask_within(left));
        ASSERT_FALSE(allowed.empty()) << left << " tokens left after " << matcher.text();
        ASSERT_TRUE(matcher.accept_token(pick_token(random, allowed, *vocabulary.vocabulary)));
        if (matcher.finished()) break;
        ASSERT_LT(matcher.tokens_to_accept(left), left) << "after " << matcher.text();
      }
      EXPECT_TRUE(matcher.finished() || matcher.accepting()) << matcher.text();
    }
  }
}

// There are far too many ways on from here to look at each: the shortest is spelled, and the search is short.
TEST(Budget, AsksForNoMoreTokensThanTheShortestTextHas) {
  const RandomVocabulary vocabulary = random_vocabulary(3, {600, "abcn_{}[]\":,"});
  const std::string begin = "{\"a_name_that_is_long\":", middle = ",\"another_name_that_is_as_long\":";
  const NamedProgram program = json_program("", [&](auto& out, auto& json) {
    const Node any = json.any();
    std::vector<Node> parts{out.bytes(begin), any};
    for (int i = 0; i < 12; ++i) parts.insert(parts.end(), {out.bytes(middle), any});
    parts.push_back(out.bytes("}"));
    return out.sequence(parts);
  });
  const auto shared = compiled(program, vocabulary.vocabulary);
  Matcher matcher(shared);
  ASSERT_TRUE(matcher.accept_bytes(begin + "[{"));
  std::string rest = "}]";
  for (int i = 0; i < 12; ++i) rest += middle + "0";
  rest += "}";
  const size_t most = vocabulary.vocabulary->tokenize(rest).size();
  ASSERT_LT(most, rest.size()) << "the vocabulary has tokens for it";
  EXPECT_TRUE(matcher.can_finish_within(static_cast<uint32_t>(most)));
  EXPECT_LE(matcher.tokens_to_accept(1000), most);
  EXPECT_LT(shared->stats().state_bytes, size_t{32} << 20);
}

TEST(Budget, WalksOfSmallProgramsComplete) {
  for (uint64_t seed = 1; seed <= 3; ++seed) {
    const auto vocabulary = letters(seed);
    for (const NamedProgram& program : small_programs()) {
      SCOPED_TRACE(program.name);
      const auto shared = compiled(program, vocabulary);
      const uint32_t least = Matcher(shared).tokens_to_accept(200);
      Random random(seed);
      for (const uint32_t more : {0u, 1u, 3u, 6u, 10u, 14u, 20u}) EXPECT_TRUE(completes(shared, random, least + more)) << least << " + " << more;
    }
  }
}

// A known gap, not met by any vocabulary we know. Counts further from their maximum than one token reaches share a state
// (Stacks::canonical), whose count is the smallest of them. Here the shortest way on goes round the loop more often than
// that, 15 times and then 7 times, so near the maximum the shared state promises a way that is closed: with 18 x's three
// tokens are promised where six are needed, and mask_within(3) is empty. A state of Budget's own that stands for the
// largest such count, maximum - reach - 1, would close the gap; as the shared state it costs a string mask its speed.
TEST(Budget, DISABLED_SharedCountsPromiseNothingThatTheirMaximumForbids) {
  std::vector<Token> tokens;
  for (const char b : std::string("xabcdefghij!")) tokens.push_back({std::string(1, b)});
  tokens.push_back({std::string(15, 'x') + "abcde"});
  tokens.push_back({"fghijxxxxxxabcdefghi"});
  tokens.push_back({"j!!!!!!!!!!"});
  const auto vocabulary = share(tokens);
  const NamedProgram program = json_program("", [](auto& out, auto&) {
    return out.sequence({out.repeat(out.regex("x|abcdefghij"), 0, 40), out.bytes("!!!!!!!!!!")});
  });
  const auto shared = compiled(program, vocabulary);
  for (uint32_t count = 0; count <= 40; ++count) {
    Matcher matcher(shared);
    ASSERT_TRUE(matcher.accept_bytes(std::string(count, 'x')));
    const uint32_t promised = matcher.tokens_to_accept(20);
    Reference reference(program.writer, program.root);
    EXPECT_GE(promised, reference.tokens_to_accept(reference.after_bytes(reference.start(), matcher.text()), *vocabulary, 20)) << count;
    EXPECT_GT(matcher.mask_within(promised).count(), 0u) << "after " << count;
  }
}

TEST(Budget, WalksOfRandomProgramsComplete) {
  const RandomVocabulary vocabulary = random_vocabulary(4, {100, "abc"});
  for (uint64_t seed = 1; seed <= seeds(120); ++seed) {
    const NamedProgram program = RandomProgram(seed, "abc,\"", {vocabulary.control_1}).take();
    SCOPED_TRACE(program.writer.show_all(program.root));
    const auto shared = compiled(program, vocabulary.vocabulary);
    const uint32_t least = Matcher(shared).tokens_to_accept(300);
    Random random(seed);
    try {
      for (const uint32_t more : {0u, 1u, 4u}) EXPECT_TRUE(completes(shared, random, least + more)) << least << " + " << more;
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find("too ambiguous"), std::string::npos) << error.what();
    }
  }
}

// What all promises rest on: the cost of a state is one more than the least of those that follow it.
TEST(Budget, CostsAreExact) {
  for (uint64_t seed = 1; seed <= seeds(400); ++seed) {
    const NamedProgram program = RandomProgram(seed, "abc,\"", {7}).take();
    SCOPED_TRACE(program.writer.show_all(program.root));
    const Automaton automaton = compile(Program::parse(program.writer.finish(program.root)));
    StateTable states(automaton, 4);
    Random random(seed);
    StateId at = states.start();
    std::string text;
    for (int step = 0; step < 30; ++step) {
      if (states.configurations(at).size() > 1000) break;  // too ambiguous
      Cost least = kNever;
      std::vector<uint32_t> symbols;
      for (uint32_t b = 0; b < 256; ++b) {
        const StateId next = states.step(at, b);
        if (next == kDeadState) continue;
        least = std::min(least, states.cost(next));
        symbols.push_back(b);
      }
      if (const StateId next = states.step_token(at, 7); next != kDeadState) least = std::min(least, states.cost(next));
      ASSERT_EQ(states.cost(at), states.accepting(at) ? 0 : least + 1) << text;
      if (symbols.empty()) break;
      // Few of the 256 bytes lead anywhere interesting.
      uint32_t symbol = random.pick(symbols);
      for (int i = 0; i < 10 && symbol > 'c'; ++i) symbol = random.pick(symbols);
      text += static_cast<char>(symbol);
      at = states.step(at, symbol);
    }
  }
}

TEST(Budget, HugeMinimumsCostNothing) {
  const RandomVocabulary vocabulary = random_vocabulary(1);
  const NamedProgram program = json_program("", [](auto&, auto& json) { return json.string(1'000'000, 2'000'000); });
  Matcher matcher(compiled(program, vocabulary.vocabulary));
  EXPECT_EQ(matcher.tokens_to_accept(1000), 1001u);
  EXPECT_EQ(matcher.mask_within(1000).count(), 0u);
  EXPECT_GT(matcher.mask().count(), 0u);
}

}  // namespace
}  // namespace surecall::test
