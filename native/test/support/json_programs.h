#pragma once
// Programs of the kind that lib/schema emits, and random ones over a small alphabet that meet every node type.

#include <functional>
#include <string>
#include <vector>

#include "test/support/program_writer.h"
#include "test/support/random.h"

namespace surecall::test {

/// JSON values as program nodes, compact spelling.
class JsonWriter {
 public:
  using Node = ProgramWriter::Node;
  explicit JsonWriter(ProgramWriter& out) : out_(out) {}

  Node string(uint32_t min = 0, uint32_t max = Program::kUnbounded) {
    const Node character = out_.regex(R"([^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-f]{4}))");
    return out_.sequence({out_.bytes("\""), out_.repeat(character, min, max), out_.bytes("\"")});
  }
  Node number() { return out_.regex(R"(-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,10})?(?:[eE][+-]?[0-9]{1,2})?)"); }
  Node integer() { return out_.regex(R"(-?(?:0|[1-9][0-9]{0,14}))"); }
  Node boolean() { return one_of({"true", "false"}); }
  Node null() { return out_.bytes("null"); }
  Node one_of(const std::vector<std::string>& literals) {
    std::vector<Node> nodes;
    for (const std::string& text : literals) nodes.push_back(out_.bytes(text));
    return out_.alternatives(nodes);
  }
  Node array(Node item, uint32_t min, uint32_t max) {
    const Node empty = out_.bytes("[]");
    const Node items = out_.repeat(item, std::max(min, 1u), max, out_.bytes(","));
    const Node some = out_.sequence({out_.bytes("["), items, out_.bytes("]")});
    return min == 0 ? out_.alternatives({empty, some}) : some;
  }
  struct Member {
    std::string name;
    Node value;
    bool required = true;
  };
  Node object(const std::vector<Member>& members) {
    Node after_some = out_.bytes("}");
    Node after_none = out_.bytes("}");
    const Node comma = out_.bytes(",");
    for (size_t i = members.size(); i-- > 0;) {
      const Node name = out_.bytes("\"" + members[i].name + "\":");
      const Node member = out_.sequence({name, out_.capture(members[i].name, members[i].value)});
      const Node some = out_.sequence({comma, member, after_some});
      const Node first = out_.sequence({member, after_some});
      after_none = members[i].required ? first : out_.alternatives({first, after_none});
      after_some = members[i].required ? some : out_.alternatives({some, after_some});
    }
    return out_.sequence({out_.bytes("{"), after_none});
  }
  /// The members in any order.
  Node unordered(const std::vector<Member>& members, uint32_t min = 0, uint32_t max = Program::kUnbounded, Node rest = Program::kNone) {
    std::vector<ProgramWriter::Member> parts;
    for (const Member& m : members) {
      const Node name = out_.bytes("\"" + m.name + "\":");
      parts.push_back({out_.sequence({name, out_.capture(m.name, m.value)}), m.required});
    }
    return out_.sequence({out_.bytes("{"), out_.members(parts, min, max, out_.bytes(","), rest), out_.bytes("}")});
  }
  Node any() {
    const uint32_t rule = out_.rule();
    const Node self = out_.call(rule);
    const Node member = out_.sequence({string(0, 20), out_.bytes(":"), self});
    const Node members = out_.repeat(member, 1, 8, out_.bytes(","));
    const Node map = out_.alternatives({out_.bytes("{}"), out_.sequence({out_.bytes("{"), members, out_.bytes("}")})});
    out_.define(rule, out_.alternatives({null(), boolean(), number(), string(0, 30), array(self, 0, 8), map}));
    return self;
  }

 private:
  ProgramWriter& out_;
};

struct NamedProgram {
  std::string name;
  ProgramWriter writer;
  ProgramWriter::Node root = 0;
};

inline NamedProgram json_program(const std::string& name, const std::function<ProgramWriter::Node(ProgramWriter&, JsonWriter&)>& make) {
  NamedProgram program{name, {}};
  JsonWriter json(program.writer);
  program.root = make(program.writer, json);
  return program;
}

inline std::vector<NamedProgram> json_programs() {
  std::vector<NamedProgram> all;
  auto add = [&](const char* name, auto make) { all.push_back(json_program(name, make)); };
  add("string", [](auto&, auto& json) { return json.string(); });
  add("short string", [](auto&, auto& json) { return json.string(2, 5); });
  add("long bounded string", [](auto&, auto& json) { return json.string(0, 100); });
  add("exact string", [](auto&, auto& json) { return json.string(7, 7); });
  add("number", [](auto&, auto& json) { return json.number(); });
  add("integers", [](auto&, auto& json) { return json.array(json.integer(), 2, 4); });
  add("enum", [](auto&, auto& json) { return json.one_of({"\"ab\"", "\"abc\"", "\"abcd\"", "\"é\"", "\"😀\"", "null", "\"\\n\""}); });
  add("strings", [](auto&, auto& json) { return json.array(json.string(1, 6), 0, 3); });
  add("any", [](auto&, auto& json) { return json.any(); });
  add("object", [](auto&, auto& json) {
    return json.object({{"a", json.number()}, {"ab", json.string(0, 12), false}, {"abc", json.boolean(), false}, {"b", json.null()}});
  });
  add("optional object", [](auto&, auto& json) {
    return json.object({{"a", json.integer(), false}, {"b", json.array(json.boolean(), 0, 2), false}, {"c", json.string(), false}});
  });
  add("call", [](auto& out, auto& json) {
    auto tool = [&](const char* name, auto arguments) {
      return out.sequence({out.bytes(name), out.bytes("\",\"parameters\":"), arguments});
    };
    const auto add = tool("fn_add", json.object({{"a", json.number()}, {"b", json.number()}}));
    const auto greet = tool("fn_greet", json.object({{"name", json.string(0, 40)}}));
    return out.sequence({out.bytes("{\"name\":\""), out.alternatives({add, greet}), out.bytes("}")});
  });
  add("unordered object", [](auto&, auto& json) {
    return json.unordered({{"a", json.number()}, {"ab", json.string(0, 12), false}, {"abc", json.boolean()}, {"b", json.null(), false}});
  });
  add("unordered object with a rest", [](auto& out, auto& json) {
    const auto rest = out.sequence({json.string(1, 3), out.bytes(":"), json.integer()});
    const auto inner = json.unordered({{"c", json.boolean(), false}, {"n", json.null(), false}}, 1, 1);
    return json.unordered({{"a", inner}, {"b", json.string(), false}}, 3, 5, rest);
  });
  add("distinct items", [](auto& out, auto&) {
    std::vector<ProgramWriter::Member> items;
    for (const char* text : {"\"a\"", "\"ab\"", "\"abc\"", "null", "1", "12"}) items.push_back({out.bytes(text), false});
    return out.sequence({out.bytes("["), out.members(items, 2, 4, out.bytes(",")), out.bytes("]")});
  });
  add("nested", [](auto&, auto& json) {
    const auto inner = json.object({{"c", json.array(json.string(0, 3), 0, 2)}, {"d", json.any(), false}});
    return json.object({{"a", inner}, {"b", json.array(inner, 1, 2), false}});
  });
  return all;
}

/// Random programs over `letters`: every kind of node, nullable bodies, separators, recursion, ambiguity.
class RandomProgram {
 public:
  /// `token_sets`: sets of `tokens` and of the first hundred as well.
  RandomProgram(uint64_t seed, std::string letters, std::vector<uint32_t> tokens, bool token_sets = false)
      : random_(seed), letters_(std::move(letters)), tokens_(std::move(tokens)), token_sets_(token_sets) {
    for (uint32_t r = random_.below(3); r > 0; --r) rules_.push_back(program_.writer.rule());
    for (const uint32_t rule : rules_) {
      // A way out, and ways that begin with a letter: no rule may begin with itself.
      std::vector<Node> ways{node(1, false)};
      for (uint32_t i = random_.between(1, 2); i > 0; --i) {
        ways.push_back(out().sequence({literal(1, 2), node(2, true), random_.percent(50) ? node(1, true) : out().empty()}));
      }
      out().define(rule, out().alternatives(ways));
    }
    program_.name = "random program " + std::to_string(seed);
    program_.root = node(4, true);
  }
  NamedProgram&& take() { return std::move(program_); }

 private:
  using Node = ProgramWriter::Node;
  ProgramWriter& out() { return program_.writer; }

  Node literal(uint32_t min, uint32_t max) { return out().bytes(random_.text(letters_, random_.between(min, max))); }
  Node regex() {
    static const std::vector<std::string> patterns{"[ab]*c?", "a{2,4}", "(?:ab|b)+", "[^a\"]", ".", "a?b?c?", "\\w{1,3}",
                                                   "[a-c]{0,6}", "é|€|[^\\x00-\\x7f]", "(?:a|ab)(?:bc|c)?"};
    return out().regex(random_.pick(patterns));
  }
  Node token_set() {
    std::vector<uint32_t> ids{random_.pick(tokens_)};
    for (uint32_t i = random_.below(4); i > 0; --i) ids.push_back(random_.below(100));
    return out().token_set(std::move(ids), random_.percent(50));
  }
  Node repeat(uint32_t depth, bool calls) {
    const Node child = node(depth, calls);
    const uint32_t min = random_.below(4);
    const uint32_t max = random_.percent(25) ? Program::kUnbounded : min + random_.below(random_.percent(20) ? 60 : 4);
    if (random_.percent(60)) return out().repeat(child, min, max);
    return out().repeat(child, min, max, random_.percent(80) ? literal(1, 1) : node(1, false));
  }
  Node members(uint32_t depth, bool calls) {
    // A literal before or behind the member sees to it that none is empty.
    auto member = [&] {
      const Node body = node(depth, calls);
      return random_.percent(70) ? out().sequence({literal(1, 2), body}) : out().sequence({body, literal(1, 1)});
    };
    std::vector<ProgramWriter::Member> parts;
    uint32_t required = 0;
    const uint32_t ordered = random_.percent(40) ? 0 : random_.percent(50) ? 100 : 50;
    for (uint32_t i = random_.below(5); i > 0; --i) {
      parts.push_back({member(), random_.percent(40), random_.percent(ordered)});
      required += parts.back().required;
    }
    const Node rest = random_.percent(40) ? member() : Program::kNone;
    const uint32_t most = static_cast<uint32_t>(parts.size()) + (rest == Program::kNone ? 0 : random_.below(3));
    const uint32_t min = random_.below(most + 1);
    const uint32_t max = random_.percent(30) ? Program::kUnbounded : std::max(required, min) + random_.below(4);
    const Node separator = random_.percent(60) ? literal(1, 1) : random_.percent(50) ? Program::kNone : node(1, false);
    return out().members(parts, min, max, separator, rest);
  }
  Node node(uint32_t depth, bool calls) {
    if (calls && !rules_.empty() && random_.percent(15)) return out().call(random_.pick(rules_));
    if (!tokens_.empty() && random_.percent(4)) return out().token(random_.pick(tokens_));
    if (token_sets_ && random_.percent(3)) return token_set();
    if (depth == 0) return random_.percent(70) ? literal(0, 3) : regex();
    std::vector<Node> parts;
    switch (random_.below(7)) {
      case 6: return members(depth - 1, calls);
      case 0: return literal(1, 5);
      case 1: return regex();
      case 2: return repeat(depth - 1, calls);
      case 3: return out().capture(random_.percent(50) ? "x" : "y", node(depth - 1, calls));
      default:
        for (uint32_t i = random_.between(2, 3); i > 0; --i) parts.push_back(node(depth - 1, calls));
        return random_.percent(50) ? out().sequence(parts) : out().alternatives(parts);
    }
  }

  Random random_;
  std::string letters_;
  std::vector<uint32_t> tokens_;
  bool token_sets_;
  std::vector<uint32_t> rules_;
  NamedProgram program_;
};

}  // namespace surecall::test
