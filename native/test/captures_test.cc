// Captures, against texts that were made from the program, so that every position is known.

#include <gtest/gtest.h>

#include "matcher/capture_trace.h"
#include "test/support/walks.h"

namespace surecall::test {
namespace {

using Node = ProgramWriter::Node;

struct Sample {
  std::string text;
  std::vector<Capture> captures;
};

/// Makes a text that a JSON program accepts, noting what is captured.
class Sampler {
 public:
  Sampler(const ProgramWriter& program, uint64_t seed) : program_(program), random_(seed) {}
  Sample sample(Node root) {
    out_ = {};
    put(root, 0);
    return std::move(out_);
  }

 private:
  void put(Node node, int depth) {
    const ProgramWriter::Made& n = program_.made(node);
    switch (n.op) {
      case Op::bytes: out_.text += n.text; return;
      case Op::sequence:
        for (const Node child : n.children) put(child, depth);
        return;
      case Op::alternatives: {
        // Deep inside, the first alternative: it does not recurse.
        const Node child = depth > 3 ? n.children[0] : random_.pick(n.children);
        return put(child, depth);
      }
      case Op::repeat: {
        const uint32_t most = std::min(n.max, n.min + 4);
        const uint32_t count = random_.between(n.min, most);
        for (uint32_t i = 0; i < count; ++i) {
          if (i > 0 && n.children.size() > 1) put(n.children[1], depth);
          put(n.children[0], depth);
        }
        return;
      }
      case Op::members: return put_members(n, depth);
      case Op::rule: return put(program_.rules()[n.number], depth + 1);
      case Op::capture: {
        const size_t index = out_.captures.size();
        out_.captures.push_back({n.text, out_.text.size(), 0});
        put(n.children[0], depth);
        out_.captures[index].end = out_.text.size();
        return;
      }
      case Op::regex: {
        static const std::vector<std::string> characters{"a", "b", "\\n", "\\\"", "\\u00e9", "é", "😀", " ", ","};
        static const std::vector<std::string> integers{"0", "-1", "12", "907"};
        static const std::vector<std::string> numbers{"0", "-1.5", "12e3", "0.25E-1"};
        const bool is_character = n.text.find("bfnrt") != std::string::npos;
        out_.text += random_.pick(is_character ? characters : n.text.find("eE") != std::string::npos ? numbers : integers);
        return;
      }
      case Op::token:
      case Op::token_set:
      case Op::token_limit:
      case Op::text: return;
    }
  }

  /// All that are required, others by chance, the rest where the minimum needs it; the ordered ones first.
  void put_members(const ProgramWriter::Made& n, int depth) {
    size_t count = static_cast<size_t>(std::ranges::count(n.required, true));
    std::vector<Node> parts, loose;
    for (size_t i = 0; i < n.children.size(); ++i) {
      const size_t left = static_cast<size_t>(std::count(n.required.begin() + static_cast<ptrdiff_t>(i), n.required.end(), false));
      const bool is_needed = n.rest == Program::kNone && count + left <= n.min;
      const bool taken = n.required[i] || is_needed || (count < n.max && random_.percent(50));
      if (!taken) continue;
      count += !n.required[i];
      (n.ordered[i] ? parts : loose).push_back(n.children[i]);
    }
    while (parts.size() + loose.size() < n.min) loose.push_back(n.rest);
    for (size_t i = loose.size(); i-- > 1;) std::swap(loose[i], loose[random_.below(static_cast<uint32_t>(i) + 1)]);
    parts.insert(parts.end(), loose.begin(), loose.end());
    for (size_t i = 0; i < parts.size(); ++i) {
      if (i > 0 && n.separator != Program::kNone) put(n.separator, depth);
      put(parts[i], depth);
    }
  }

  const ProgramWriter& program_;
  Random random_;
  Sample out_;
};

/// Splits `text` into tokens of the vocabulary, at random.
std::vector<TokenId> random_tokens(const Vocabulary& vocabulary, std::string_view text, Random& random) {
  std::vector<TokenId> out;
  for (size_t at = 0; at < text.size();) {
    std::vector<TokenId> fitting;
    uint32_t node = 0;
    for (size_t end = at; end < text.size(); ++end) {
      node = vocabulary.trie().child(node, static_cast<uint8_t>(text[end]));
      if (node == 0) break;
      if (vocabulary.trie().token(node) != TrieNode::kNoToken) fitting.push_back(vocabulary.trie().token(node));
    }
    out.push_back(random.pick(fitting));
    at += vocabulary.bytes(out.back()).size();
  }
  return out;
}

std::string show(const std::vector<Capture>& captures) {
  std::string out;
  for (const Capture& c : captures) out += c.name + "@" + std::to_string(c.begin) + "-" + std::to_string(c.end) + " ";
  return out;
}

/// Calls `check(compiled program, vocabulary, sample, random)` with texts of every program, in vocabularies of their own.
template <class Check>
void for_samples(Check check) {
  for (uint64_t seed = 1; seed <= seeds(3); ++seed) {
    const RandomVocabulary vocabulary = random_vocabulary(seed, {500, "abcn_"});
    for (const NamedProgram& program : json_programs()) {
      SCOPED_TRACE(program.name);
      const auto shared = compiled(program, vocabulary.vocabulary);
      Sampler sampler(program.writer, seed);
      Random random(seed);
      for (int round = 0; round < 20; ++round) {
        check(shared, vocabulary, sampler.sample(program.root), random);
        if (testing::Test::HasFatalFailure()) return;
      }
    }
  }
}

// Every accepted text is reachable by whatever tokens spell it, and its captures stand where they were made.
TEST(Captures, StandWhereTheyWereMade) {
  for_samples([](const auto& shared, const RandomVocabulary& vocabulary, const Sample& sample, Random& random) {
    Matcher matcher(shared);
    for (const TokenId id : random_tokens(*vocabulary.vocabulary, sample.text, random)) {
      ASSERT_TRUE(matcher.accept_token(id)) << sample.text << " refused after " << matcher.text();
    }
    ASSERT_TRUE(matcher.accepting()) << sample.text;
    ASSERT_EQ(matcher.text(), sample.text);
    ASSERT_EQ(show(matcher.captures()), show(sample.captures)) << sample.text;
    if (random.percent(50)) {
      ASSERT_TRUE(matcher.accept_token(vocabulary.end));
      ASSERT_EQ(show(matcher.captures()), show(sample.captures)) << "after the end token";
    }
  });
}

// However much of a text was read, what is settled is how it is read in the end.
TEST(Captures, SettledMarksNeverChange) {
  size_t early = 0, all = 0;
  for_samples([&](const auto& shared, const RandomVocabulary& vocabulary, const Sample& sample, Random& random) {
    Matcher matcher(shared);
    CaptureTrace trace(shared->automaton());
    std::vector<CaptureMark> settled;
    size_t size = 0;
    for (const TokenId id : random_tokens(*vocabulary.vocabulary, sample.text, random)) {
      ASSERT_TRUE(matcher.accept_token(id));
      if (random.percent(30)) continue;
      const size_t known = settled.size();
      matcher.trace(trace);
      trace.take_settled(settled);
      for (size_t i = known; i < settled.size(); ++i) ASSERT_GE(settled[i].offset, size) << "in text that was settled";
      ASSERT_GE(trace.settled_size(), size);
      size = trace.settled_size();
      ASSERT_LE(size, matcher.text().size());
    }
    early += settled.size();
    matcher.trace(trace);
    const std::vector<CaptureMark> marks = trace.marks();
    all += marks.size();
    ASSERT_LE(settled.size(), marks.size());
    for (size_t i = 0; i < settled.size(); ++i) {
      ASSERT_EQ(settled[i].capture, marks[i].capture);
      ASSERT_EQ(settled[i].opens, marks[i].opens);
      ASSERT_EQ(settled[i].offset, marks[i].offset);
    }
    ASSERT_EQ(show(trace.captures()), show(sample.captures));
  });
  EXPECT_GT(early * 10, all * 8) << "most marks are settled before the text ends";
}

// Twice the text takes twice the time: a trace that walked back at each step would take four times as long.
TEST(Captures, ManyMarksAreCheap) {
  const NamedProgram program = json_program("", [](auto& out, auto&) {
    const Node one = out.capture("a", out.regex("x"));
    // Two readings until the end, each with marks of its own.
    return out.alternatives({out.sequence({out.repeat(one, 0, Program::kUnbounded), out.bytes(";")}), out.sequence({out.repeat(out.capture("b", out.regex("x")), 0, Program::kUnbounded), out.bytes("!")})});
  });
  std::vector<Token> tokens;
  for (int b = 0; b < 256; ++b) tokens.push_back({std::string(1, static_cast<char>(b))});
  const auto shared = compiled(program, share(tokens));
  CaptureTrace trace(shared->automaton());
  std::vector<CaptureMark> settled;
  for (int i = 0; i < 200'000; ++i) {
    trace.step(true, 'x', "x");
    trace.take_settled(settled);
  }
  EXPECT_TRUE(settled.empty());
  EXPECT_EQ(trace.settled_size(), 0u);
  trace.step(true, '!', "!");
  trace.take_settled(settled);
  EXPECT_EQ(settled.size(), 400'000u);
}

NamedProgram tagged() {
  return json_program("", [](auto& out, auto&) {
    const Node inner = out.capture("inner", out.regex("[0-9]+"));
    const Node outer = out.capture("outer", out.sequence({out.bytes("<"), inner, out.token(256), out.bytes(">")}));
    return out.repeat(out.sequence({out.token(257), outer}), 1, 3);
  });
}

TEST(Captures, OpenOnesEndAtTheEndAndSpecialTokensTakeNoRoom) {
  std::vector<Token> tokens;
  for (int b = 0; b < 256; ++b) tokens.push_back({std::string(1, static_cast<char>(b))});
  tokens.push_back({"<|a|>", TokenKind::control});
  tokens.push_back({"<|b|>", TokenKind::control});
  Matcher matcher(compiled(tagged(), share(tokens)));
  const struct {
    TokenId token;  // below 256: that byte
    const char* captures;
    bool in_inner, in_outer;
  } steps[] = {
      {257, "outer@0-0 ", false, true},
      {'<', "outer@0-1 inner@1-1 ", true, true},
      {'1', "outer@0-2 inner@1-2 ", true, true},  // a further digit or the special token
      {'2', "outer@0-3 inner@1-3 ", true, true},
      {256, "outer@0-3 inner@1-3 ", false, true},
      {'>', "outer@0-4 inner@1-3 ", false, false},
      {257, "outer@0-4 inner@1-3 outer@4-4 ", false, true},
      {'<', "outer@0-4 inner@1-3 outer@4-5 inner@5-5 ", true, true},
  };
  EXPECT_EQ(show(matcher.captures()), "");
  for (const auto& [token, captures, in_inner, in_outer] : steps) {
    ASSERT_TRUE(matcher.accept_token(token));
    EXPECT_EQ(show(matcher.captures()), captures) << "after token " << token;
    EXPECT_EQ(matcher.in_capture("inner"), in_inner) << "after token " << token;
    EXPECT_EQ(matcher.in_capture("outer"), in_outer) << "after token " << token;
  }
  EXPECT_FALSE(matcher.in_capture("nowhere"));
  matcher.rollback(4);
  EXPECT_EQ(show(matcher.captures()), "outer@0-3 inner@1-3 ");
}

TEST(Captures, InsideRulesAndRepeatsAreSeenFromWithin) {
  const NamedProgram program = json_program("", [](auto& out, auto&) {
    const uint32_t rule = out.rule();
    out.define(rule, out.repeat(out.regex("[ab]"), 2, 4, out.bytes(",")));
    return out.sequence({out.capture("list", out.call(rule)), out.bytes(";")});
  });
  std::vector<Token> tokens;
  for (int b = 0; b < 256; ++b) tokens.push_back({std::string(1, static_cast<char>(b))});
  Matcher matcher(compiled(program, share(tokens)));
  for (const char c : std::string("a,b,a")) {
    EXPECT_TRUE(matcher.in_capture("list"));
    ASSERT_TRUE(matcher.accept_bytes({&c, 1}));
  }
  EXPECT_TRUE(matcher.in_capture("list"));
  ASSERT_TRUE(matcher.accept_bytes(";"));
  EXPECT_FALSE(matcher.in_capture("list"));
  EXPECT_EQ(show(matcher.captures()), "list@0-5 ");
}

}  // namespace
}  // namespace surecall::test
