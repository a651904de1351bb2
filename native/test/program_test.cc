// The program buffer: what is read, what is refused, and that refusing is all that ever goes wrong.

#include "program/program.h"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>

#include "program/automaton.h"
#include "support/error.h"
#include "test/support/walks.h"

namespace surecall::test {
namespace {

using Node = ProgramWriter::Node;
using Buffer = std::vector<uint8_t>;

/// The error of `work`, as "CODE message"; empty if there is none.
std::string error_of(const std::function<void()>& work) {
  try {
    work();
    return "";
  } catch (const Error& error) {
    return error.code() + " " + error.what();
  }
}

NamedProgram program(const std::function<Node(ProgramWriter&)>& make) {
  return json_program("", [&](ProgramWriter& out, JsonWriter&) { return make(out); });
}

void put(Buffer& buffer, size_t word, uint32_t value) {
  for (size_t i = 0; i < 4; ++i) buffer.at(word * 4 + i) = static_cast<uint8_t>(value >> (8 * i));
}
uint32_t get(const Buffer& buffer, size_t word) {
  uint32_t value = 0;
  for (size_t i = 0; i < 4; ++i) value |= uint32_t{buffer.at(word * 4 + i)} << (8 * i);
  return value;
}

constexpr size_t kHeaderWords = 6;
constexpr size_t kNodeWords = 5;

TEST(Program, ReadsWhatWasWritten) {
  ProgramWriter out;
  const Node a = out.bytes("ab");
  const Node r = out.regex("[0-9]+");
  const uint32_t rule = out.rule();
  const Node list = out.repeat(a, 1, Program::kUnbounded, r);
  const Node named = out.capture("name", list);
  out.define(rule, named);
  const Node root = out.sequence({out.call(rule), out.token(7), a});
  const Program program = Program::parse(out.finish(root));
  EXPECT_EQ(program.node_count(), 7u);
  EXPECT_EQ(program.root(), root);
  EXPECT_EQ(program.rule_count(), 1u);
  EXPECT_EQ(program.rule(0), named);
  EXPECT_EQ(program.text(program.node(a)), "ab");
  EXPECT_EQ(program.text(program.node(r)), "[0-9]+");
  EXPECT_EQ(program.text(program.node(named)), "name");
  EXPECT_EQ(program.children(program.node(root)).size(), 3u);
  EXPECT_EQ(program.children(program.node(root))[2], a);
  EXPECT_EQ(program.node(list).c, Program::kUnbounded);
  EXPECT_EQ(program.node(list).d, r);
}

// Nodes of the damaged program: 0 bytes "ab", 1 sequence (0 0), 2 repeat of 1 by 0, 3 rule 0, 4 alternatives (2 3), 5 capture "ab" of 4.
TEST(Program, RefusesWhatIsMalformed) {
  ProgramWriter out;
  const Node bytes = out.bytes("ab");
  const Node sequence = out.sequence({bytes, bytes});
  const Node repeat = out.repeat(sequence, 1, 3, bytes);
  const uint32_t rule = out.rule();
  out.define(rule, bytes);
  const Node root = out.capture("ab", out.alternatives({repeat, out.call(rule)}));
  const Buffer good = out.finish(root);
  auto node_word = [](size_t node, size_t word) { return kHeaderWords + node * kNodeWords + word; };
  const size_t rule_word = node_word(6, 0);
  const size_t list_word = rule_word + 1;
  const struct {
    const char* message;
    size_t word;
    uint32_t value;
  } cases[] = {
      {"not of version 1", 0, 0x32504353},
      {"more than 4194304 nodes", 1, Program::kMaxNodes + 1},
      {"ends too early", 1, 7},
      {"ends too early", 2, 0xffffffff},
      {"ends too early", 3, 0x40000000},
      {"ends too early", 4, 5},
      {"bytes after its end", 4, 3},
      {"the root is not a node", 5, 6},
      {"the root is not a node", 5, 0xffffffff},
      {"unknown op 99", node_word(0, 0), 99},
      {"unknown op 4294967295", node_word(0, 0), 0xffffffff},
      {"node 0: text outside the pool", node_word(0, 1), 3},
      {"node 0: text outside the pool", node_word(0, 1), 0xffffffff},
      {"node 0: text outside the pool", node_word(0, 2), 5},
      {"node 0: text outside the pool", node_word(0, 2), 0xffffffff},
      {"node 1: list outside the lists", node_word(1, 1), 3},
      {"node 1: list outside the lists", node_word(1, 2), 0xffffffff},
      {"node 2: a child does not precede", node_word(2, 1), 2},
      {"node 2: min is more than max", node_word(2, 2), 4},
      {"node 2: min is unbounded", node_word(2, 2), 0xffffffff},
      {"node 2: a separator does not precede", node_word(2, 4), 2},
      {"node 3: no such rule", node_word(3, 1), 1},
      {"node 5: name outside the pool", node_word(5, 2), 9},
      {"node 5: a child does not precede", node_word(5, 3), 5},
      {"a rule's body is not a node", rule_word, 6},
      {"node 1: a child does not precede", list_word, 1},
  };
  EXPECT_EQ(error_of([&] { Program::parse(good); }), "");
  for (const auto& [message, word, value] : cases) {
    Buffer bad = good;
    put(bad, word, value);
    if (std::string(message).find("min is unbounded") != std::string::npos) put(bad, word + 1, 0xffffffff);
    const std::string error = error_of([&] { Program::parse(bad); });
    EXPECT_TRUE(error.starts_with("SURECALL_INVALID_PROGRAM")) << message << ": " << error;
    EXPECT_NE(error.find(message), std::string::npos) << error;
  }
}

TEST(Program, RefusesEveryTruncation) {
  for (const NamedProgram& json : json_programs()) {
    const Buffer whole = json.writer.finish(json.root);
    for (size_t size = 0; size < whole.size(); ++size) {
      ASSERT_TRUE(error_of([&] { Program::parse(std::span(whole).first(size)); }).starts_with("SURECALL_INVALID_PROGRAM")) << size;
    }
    Buffer longer = whole;
    longer.push_back(0);
    EXPECT_NE(error_of([&] { Program::parse(longer); }), "");
  }
}

TEST(Program, RefusesDeepNesting) {
  const auto nested = [](uint32_t depth) {
    return program([&](ProgramWriter& out) {
      Node node = out.bytes("a");
      for (uint32_t i = 1; i < depth; ++i) node = i % 2 == 0 ? out.capture("x", node) : out.sequence({node, out.bytes("b")});
      return node;
    });
  };
  const NamedProgram good = nested(Program::kMaxDepth);
  EXPECT_EQ(error_of([&] { compile(Program::parse(good.writer.finish(good.root))); }), "");
  const NamedProgram bad = nested(Program::kMaxDepth + 1);
  EXPECT_NE(error_of([&] { Program::parse(bad.writer.finish(bad.root)); }).find("nested more than 2000 deep"), std::string::npos);
}

// Optional members, each nested in the one before: what object schemas become.
TEST(Compile, LongChainsOfOptionalMembersAreNotDeep) {
  const NamedProgram made = json_program("", [](ProgramWriter&, JsonWriter& json) {
    std::vector<JsonWriter::Member> members;
    for (int i = 0; i < 10'000; ++i) members.push_back({"name_" + std::to_string(i), json.boolean(), i % 100 == 0});
    return json.object(members);
  });
  Matcher matcher(compiled(made, random_vocabulary(1).vocabulary));
  EXPECT_TRUE(matcher.accept_bytes(R"({"name_0":true,"name_7":false,"name_99":true,"name_100":true,)"));
  EXPECT_FALSE(matcher.accept_bytes(R"("name_50")"));
}

// Whatever a program asks for, the answer comes within limits of time and memory.
TEST(Compile, HostileProgramsEndSoon) {
  const auto begin = std::chrono::steady_clock::now();
  const NamedProgram repeats = program([](ProgramWriter& out) {
    Node node = out.bytes("a");
    for (int i = 0; i < 40; ++i) node = out.repeat(node, 1, 1000);
    return node;
  });
  const NamedProgram optional_repeats = program([](ProgramWriter& out) {
    Node node = out.regex("a{1,1000}");
    for (int i = 0; i < 20; ++i) node = out.repeat(out.optional(node), 0, 1000, out.optional(out.bytes("b")));
    return node;
  });
  const NamedProgram literals = program([](ProgramWriter& out) {
    std::vector<Node> of;
    for (int i = 0; i < 20'000; ++i) of.push_back(out.bytes(std::to_string(i * 7919) + std::string(1'000, 'x')));
    return out.alternatives(of);
  });
  const NamedProgram nested_members = program([](ProgramWriter& out) {
    Node node = out.bytes("a");
    for (int i = 0; i < 30; ++i) node = out.members({{out.sequence({out.bytes("x"), node}), false}, {out.sequence({out.bytes("y"), node}), false}}, 0, 2);
    return node;
  });
  const auto vocabulary = random_vocabulary(1).vocabulary;
  for (const NamedProgram* made : {&repeats, &optional_repeats, &literals, &nested_members}) {
    const std::string error = error_of([&] {
      Matcher matcher(compiled(*made, vocabulary));
      for (int i = 0; i < 6 && matcher.accept_bytes("a"); ++i) matcher.mask();
      matcher.tokens_to_accept(20);
    });
    EXPECT_TRUE(error.empty() || error.starts_with("SURECALL_UNSUPPORTED_SCHEMA") || error.starts_with("SURECALL_INVALID_PROGRAM")) << error;
  }
  EXPECT_LT(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(), 60) << "even under sanitizers";
}

TEST(Compile, RefusesWhatCannotComplete) {
  constexpr uint32_t many = Program::kUnbounded;
  const struct {
    const char* name;
    const char* message;
    std::function<Node(ProgramWriter&, uint32_t rule, uint32_t other)> body;  // of `rule`; `other` is a call to `rule`
  } cases[] = {
      {"only itself", "unsatisfiable", [](auto& out, uint32_t r, uint32_t) { return out.call(r); }},
      {"always itself", "unsatisfiable", [](auto& out, uint32_t r, uint32_t) { return out.sequence({out.bytes("a"), out.call(r)}); }},
      {"at least twice itself", "unsatisfiable",
       [](auto& out, uint32_t r, uint32_t) { return out.sequence({out.bytes("a"), out.repeat(out.call(r), 2, 3)}); }},
      {"left recursion", "calls itself before anything else",
       [](auto& out, uint32_t r, uint32_t) { return out.alternatives({out.bytes("a"), out.sequence({out.call(r), out.bytes("b")})}); }},
      {"left recursion through another rule", "calls itself before anything else",
       [](auto& out, uint32_t, uint32_t o) { return out.alternatives({out.bytes("a"), out.call(o)}); }},
      {"left recursion after an optional part", "calls itself before anything else",
       [](auto& out, uint32_t r, uint32_t) {
         return out.alternatives({out.bytes("a"), out.sequence({out.optional(out.bytes("b")), out.call(r), out.bytes("c")})});
       }},
      {"left recursion after an empty pattern", "calls itself before anything else",
       [](auto& out, uint32_t r, uint32_t) { return out.alternatives({out.bytes("a"), out.sequence({out.regex("b*"), out.call(r)})}); }},
      {"left recursion in a repeat", "calls itself before anything else",
       [](auto& out, uint32_t r, uint32_t) { return out.alternatives({out.bytes("a"), out.repeat(out.call(r), 1, many)}); }},
      {"left recursion after a repeat of nothing", "calls itself before anything else",
       [](auto& out, uint32_t r, uint32_t) {
         const Node nothing = out.repeat(out.optional(out.bytes("b")), 2, 3);
         return out.alternatives({out.bytes("a"), out.sequence({nothing, out.call(r)})});
       }},
      {"left recursion after one empty element", "calls itself before anything else",
       [](auto& out, uint32_t r, uint32_t) {
         const Node one = out.repeat(out.optional(out.bytes("b")), 1, 3, out.bytes(","));
         return out.alternatives({out.bytes("a"), out.sequence({one, out.call(r)})});
       }},
      {"left recursion as a separator", "calls itself before anything else",
       [](auto& out, uint32_t r, uint32_t) { return out.repeat(out.optional(out.bytes("b")), 0, 3, out.call(r)); }},
      {"left recursion in a capture", "calls itself before anything else",
       [](auto& out, uint32_t r, uint32_t) { return out.alternatives({out.bytes("a"), out.capture("x", out.call(r))}); }},
      {"a huge minimum", "unsatisfiable", [](auto& out, uint32_t, uint32_t) { return out.repeat(out.bytes("a"), 0x7fffffff, many); }},
      {"right recursion", "", [](auto& out, uint32_t r, uint32_t) { return out.optional(out.sequence({out.bytes("a"), out.call(r)})); }},
      {"recursion after two elements with a separator", "",
       [](auto& out, uint32_t r, uint32_t) {
         const Node two = out.repeat(out.optional(out.bytes("b")), 2, 3, out.bytes(","));
         return out.alternatives({out.bytes("a"), out.sequence({two, out.call(r)})});
       }},
  };
  for (const auto& [name, message, body] : cases) {
    SCOPED_TRACE(name);
    const NamedProgram made = program([&](ProgramWriter& out) {
      const uint32_t rule = out.rule();
      const uint32_t other = out.rule();
      out.define(other, out.call(rule));
      out.define(rule, body(out, rule, other));
      return out.call(rule);
    });
    const std::string error = error_of([&] { compile(Program::parse(made.writer.finish(made.root))); });
    if (std::string(message).empty()) {
      EXPECT_EQ(error, "");
    } else {
      EXPECT_NE(error.find(message), std::string::npos) << error;
    }
  }
}

TEST(Compile, LeavesOutWhatCannotComplete) {
  const auto text = random_vocabulary(3, {100, "abc", true}).vocabulary;
  const NamedProgram made = program([](ProgramWriter& out) {
    const uint32_t endless = out.rule();
    out.define(endless, out.sequence({out.bytes("a"), out.call(endless)}));
    const Node never = out.alternatives({});
    const Node dead = out.alternatives({out.sequence({out.bytes("b"), never}), out.call(endless), out.repeat(never, 1, 3), out.bytes("c")});
    const Node members = out.members({{out.bytes("b"), true}, {never, false}, {out.sequence({out.bytes("x"), never}), false}}, 1, 3);
    return out.sequence({dead, out.repeat(never, 0, 5), out.repeat(out.bytes("a"), 0, 5, never), members});
  });
  Matcher matcher(compiled(made, text));
  EXPECT_EQ(matcher.forced_bytes(), "c");
  EXPECT_FALSE(matcher.accept_bytes("a"));
  EXPECT_FALSE(matcher.accept_bytes("b"));
  EXPECT_FALSE(matcher.accept_bytes("cx"));
  EXPECT_TRUE(matcher.accept_bytes("cab"));
  EXPECT_TRUE(matcher.at_end());
}

TEST(Compile, NamesWhatTheVocabularyLacks) {
  std::string printable;
  for (char c = ' '; c <= '~'; ++c) printable += c;
  const auto only_text = small_vocabulary(3, printable, 100);
  auto compile_on = [&](const std::function<Node(ProgramWriter&)>& make) {
    return error_of([&] { compiled(program(make), only_text); });
  };
  EXPECT_EQ(compile_on([](auto& out) { return out.bytes("plain"); }), "");
  EXPECT_EQ(compile_on([](auto& out) { return out.regex("[ -~]*"); }), "");
  EXPECT_NE(compile_on([](auto& out) { return out.bytes("é"); }).find("single byte 1"), std::string::npos);
  EXPECT_NE(compile_on([](auto& out) { return out.regex("."); }).find("SURECALL_MODEL_LOAD"), std::string::npos);
  EXPECT_NE(compile_on([](auto& out) { return out.bytes("a\nb"); }).find("single byte 10"), std::string::npos);
  EXPECT_NE(compile_on([&](auto& out) { return out.token(only_text->size()); }).find("is not in the vocabulary"), std::string::npos);
  EXPECT_NE(compile_on([](auto& out) { return out.regex("(a"); }).find("SURECALL_UNSUPPORTED_SCHEMA"), std::string::npos);
}

// Sharing makes small programs stand for huge ones: each level uses the one below twice, with different continuations.
TEST(Compile, ExponentialProgramsEndInAnErrorSoon) {
  const auto begin = std::chrono::steady_clock::now();
  const NamedProgram sequences = program([](ProgramWriter& out) {
    Node node = out.bytes("a");
    for (int i = 0; i < 60; ++i) node = out.sequence({node, node});
    return node;
  });
  const NamedProgram patterns = program([](ProgramWriter& out) {
    std::vector<Node> of;
    for (int i = 0; i < 400; ++i) of.push_back(out.regex("[^]{0,3000}" + std::to_string(i)));
    return out.sequence(of);
  });
  const NamedProgram splits = program([](ProgramWriter& out) {
    std::vector<Node> many(200'000, out.bytes("a"));
    Node node = out.bytes("b");
    for (int i = 0; i < 2'000; ++i) node = out.sequence({node, out.bytes("c")});
    for (int i = 0; i < 600; ++i) many.push_back(out.regex("a"));
    const Node wide = out.alternatives(many);
    std::vector<Node> parts(5'000, wide);
    return out.sequence(parts);
  });
  for (const NamedProgram* made : {&sequences, &patterns, &splits}) {
    const std::string error = error_of([&] { compile(Program::parse(made->writer.finish(made->root))); });
    EXPECT_NE(error, "") << "too large";
  }
  EXPECT_LT(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(), 60) << "even under sanitizers";
}

TEST(Compile, ALargeEnumIsATrie) {
  const NamedProgram made = program([](ProgramWriter& out) {
    std::vector<Node> of;
    for (int i = 0; i < 20'000; ++i) of.push_back(out.bytes("\"value_" + std::to_string(i) + "\""));
    return out.alternatives(of);
  });
  const Automaton automaton = compile(Program::parse(made.writer.finish(made.root)));
  EXPECT_LT(automaton.instructions().size(), 60'000u);
  EXPECT_EQ(automaton.cost(automaton.start()), 9u);
}

// Damage of every kind: whatever is read must be refused or run. The sanitizers look on.
TEST(Fuzz, MutatedProgramsAreRefusedOrRun) {
  const RandomVocabulary vocabulary = random_vocabulary(5, {100, "ab"});
  std::vector<Buffer> originals;
  for (const NamedProgram& json : json_programs()) originals.push_back(json.writer.finish(json.root));
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    const NamedProgram made = RandomProgram(seed, "ab,", {vocabulary.control_1}).take();
    originals.push_back(made.writer.finish(made.root));
  }
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  uint32_t ran = 0, refused = 0;
  for (uint64_t seed = 1; seed <= seeds(6'000) && std::chrono::steady_clock::now() < end; ++seed) {
    Random random(seed);
    Buffer buffer = random.pick(originals);
    for (uint32_t i = random.between(1, 4); i > 0; --i) {
      const size_t words = buffer.size() / 4;
      const size_t word = random.below(static_cast<uint32_t>(words));
      switch (random.below(5)) {
        case 0: buffer[random.below(static_cast<uint32_t>(buffer.size()))] ^= static_cast<uint8_t>(1u << random.below(8)); break;
        case 1: put(buffer, word, random.below(random.percent(50) ? 8 : 64)); break;
        case 2: put(buffer, word, get(buffer, random.below(static_cast<uint32_t>(words)))); break;
        case 3: put(buffer, word, get(buffer, word) + (random.percent(50) ? 1 : 0xffffffff)); break;
        default: buffer.back() = static_cast<uint8_t>(random.next()); break;
      }
    }
    const std::string error = error_of([&] {
      const auto shared = Template::compile(vocabulary.vocabulary, buffer);
      Matcher matcher(shared);
      for (int step = 0; step < 6; ++step) {
        const std::vector<TokenId> ids = ids_of(matcher.mask());
        if (ids.empty()) {
          EXPECT_TRUE(matcher.finished()) << "a dead end";
          break;
        }
        EXPECT_TRUE(matcher.accept_token(random.pick(ids)));
        matcher.forced();
        matcher.tokens_to_accept(10);
        matcher.captures();
      }
    });
    ++(error.empty() ? ran : refused);
  }
  EXPECT_GT(ran, 100u);
  EXPECT_GT(refused, 100u);
}

}  // namespace
}  // namespace surecall::test
