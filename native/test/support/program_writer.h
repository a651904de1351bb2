#pragma once
// Builds programs in the flat format of program/program.h: what lib/program/builder.ts does for TypeScript.

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "program/program.h"

namespace surecall::test {

class ProgramWriter {
 public:
  using Node = uint32_t;

  /// What a node was made from; the reference matcher reads it, so that it needs neither the buffer nor its parser.
  struct Made {
    Op op;
    std::string text;             // bytes, regex, capture: literal, pattern, name
    std::vector<Node> children;   // sequence, alternatives, repeat (child and perhaps separator), capture, members
    uint32_t min = 0, max = 0;    // repeat, members
    uint32_t number = 0;          // rule index or token id; token set: 1 if negated
    std::vector<bool> required = {}, ordered = {};             // members: of each child
    Node rest = Program::kNone, separator = Program::kNone;    // members
    std::vector<uint32_t> ids = {};       // token set
    std::vector<std::string> avoid = {};  // text
  };

  Node bytes(std::string_view text) { return add({Op::bytes, std::string(text), {}}); }
  Node empty() { return bytes(""); }
  Node sequence(std::vector<Node> parts) { return add({Op::sequence, {}, std::move(parts)}); }
  Node alternatives(std::vector<Node> parts) { return add({Op::alternatives, {}, std::move(parts)}); }
  Node optional(Node part) { return alternatives({part, empty()}); }
  Node repeat(Node child, uint32_t min, uint32_t max) { return add({Op::repeat, {}, {child}, min, max}); }
  Node repeat(Node child, uint32_t min, uint32_t max, Node separator) {
    return add({Op::repeat, {}, {child, separator}, min, max});
  }
  Node regex(std::string_view pattern) { return add({Op::regex, std::string(pattern), {}}); }
  struct Member {
    Node node;
    bool required;
    bool ordered = false;
  };
  Node members(const std::vector<Member>& members, uint32_t min, uint32_t max, Node separator = Program::kNone, Node rest = Program::kNone) {
    Made made{Op::members, {}, {}, min, max};
    for (const Member& m : members) {
      made.children.push_back(m.node);
      made.required.push_back(m.required);
      made.ordered.push_back(m.ordered);
    }
    made.rest = rest;
    made.separator = separator;
    return add(std::move(made));
  }
  Node token(uint32_t id) { return add({Op::token, {}, {}, 0, 0, id}); }
  Node token_set(std::vector<uint32_t> ids, bool negated) {
    Made made{Op::token_set, {}, {}, 0, 0, negated};
    made.ids = std::move(ids);
    return add(std::move(made));
  }
  /// A raw text that matches none of the patterns.
  Node text(std::vector<std::string> avoid, uint32_t max) {
    Made made{Op::text, {}, {}, 0, max};
    made.avoid = std::move(avoid);
    return add(std::move(made));
  }
  Node token_limit(Node text, uint32_t max) { return add({Op::token_limit, {}, {text}, 0, max}); }
  Node capture(std::string_view name, Node child) { return add({Op::capture, std::string(name), {child}}); }
  /// A new rule, to be defined later.
  uint32_t rule() {
    rules_.push_back(0);
    return static_cast<uint32_t>(rules_.size() - 1);
  }
  void define(uint32_t rule, Node body) { rules_[rule] = body; }
  Node call(uint32_t rule) { return add({Op::rule, {}, {}, 0, 0, rule}); }

  const Made& made(Node node) const { return nodes_[node]; }
  std::span<const Node> rules() const { return rules_; }
  Node last() const { return static_cast<Node>(nodes_.size() - 1); }

  std::vector<uint8_t> finish(Node root) const {
    std::vector<uint32_t> nodes, lists;
    std::string pool;
    auto put_text = [&](const std::string& text) {
      const size_t at = pool.size();
      pool += text;
      return static_cast<uint32_t>(at);
    };
    for (const Made& n : nodes_) {
      uint32_t a = 0, b = 0, c = 0, d = 0;
      switch (n.op) {
        case Op::bytes:
        case Op::regex:
          a = put_text(n.text);
          b = static_cast<uint32_t>(n.text.size());
          break;
        case Op::sequence:
        case Op::alternatives:
          a = static_cast<uint32_t>(lists.size());
          b = static_cast<uint32_t>(n.children.size());
          lists.insert(lists.end(), n.children.begin(), n.children.end());
          break;
        case Op::repeat:
          a = n.children[0], b = n.min, c = n.max;
          d = n.children.size() > 1 ? n.children[1] : Program::kNone;
          break;
        case Op::rule:
        case Op::token:
          a = n.number;
          break;
        case Op::capture:
          a = put_text(n.text);
          b = static_cast<uint32_t>(n.text.size());
          c = n.children[0];
          break;
        case Op::members:
          a = static_cast<uint32_t>(lists.size()), b = static_cast<uint32_t>(n.children.size()), c = n.min, d = n.max;
          lists.insert(lists.end(), {n.rest, n.separator});
          for (size_t i = 0; i < n.children.size(); ++i) lists.insert(lists.end(), {n.children[i], (n.required[i] ? Program::kRequired : 0u) | (n.ordered[i] ? Program::kOrdered : 0u)});
          break;
        case Op::token_set:
          a = static_cast<uint32_t>(lists.size());
          b = static_cast<uint32_t>(n.ids.size());
          c = n.number;
          lists.insert(lists.end(), n.ids.begin(), n.ids.end());
          break;
        case Op::text:
          a = static_cast<uint32_t>(lists.size());
          b = static_cast<uint32_t>(n.avoid.size());
          c = n.min, d = n.max;
          lists.push_back(1);  // raw
          for (const std::string& pattern : n.avoid) {
            lists.insert(lists.end(), {put_text(pattern), static_cast<uint32_t>(pattern.size()), 1});
          }
          break;
        case Op::token_limit:
          a = n.children[0];
          b = n.max;
          break;
      }
      nodes.insert(nodes.end(), {static_cast<uint32_t>(n.op), a, b, c, d});
    }
    const uint32_t header[] = {Program::kMagic,
                               static_cast<uint32_t>(nodes_.size()),
                               static_cast<uint32_t>(rules_.size()),
                               static_cast<uint32_t>(lists.size()),
                               static_cast<uint32_t>(pool.size()),
                               root};
    std::vector<uint8_t> out;
    for (const auto words : {std::span<const uint32_t>(header), std::span<const uint32_t>(nodes),
                             std::span<const uint32_t>(rules_), std::span<const uint32_t>(lists)}) {
      for (const uint32_t word : words) put_word(out, word);
    }
    out.insert(out.end(), pool.begin(), pool.end());
    return out;
  }

  /// The node written out, for messages.
  std::string show(Node node) const {
    const Made& n = nodes_[node];
    auto list = [&](const char* between) {
      std::string out = "(";
      for (size_t i = 0; i < n.children.size(); ++i) out += (i == 0 ? "" : between) + show(n.children[i]);
      return out + ")";
    };
    switch (n.op) {
      case Op::bytes: return "'" + n.text + "'";
      case Op::regex: return "/" + n.text + "/";
      case Op::sequence: return list(" ");
      case Op::alternatives: return list(" | ");
      case Op::rule: return "r" + std::to_string(n.number);
      case Op::token: return "<" + std::to_string(n.number) + ">";
      case Op::token_set: {
        std::string out = n.number != 0 ? "<not" : "<any";
        for (const uint32_t id : n.ids) out += " " + std::to_string(id);
        return out + ">";
      }
      case Op::capture: return n.text + "=" + show(n.children[0]);
      case Op::members: {
        std::string out = "any order of ";
        for (size_t i = 0; i < n.children.size(); ++i) out += std::string(n.required[i] ? "!" : "") + (n.ordered[i] ? "." : "") + show(n.children[i]) + ", ";
        if (n.rest != Program::kNone) out += "rest " + show(n.rest);
        if (n.separator != Program::kNone) out += " by " + show(n.separator);
        return "(" + out + "){" + std::to_string(n.min) + "," + std::to_string(n.max) + "}";
      }
      case Op::repeat:
      case Op::text:
      case Op::token_limit: break;
    }
    const std::string max = n.max == Program::kUnbounded ? "" : std::to_string(n.max);
    return list(" by ") + "{" + std::to_string(n.min) + "," + max + "}";
  }
  /// All rules and the root.
  std::string show_all(Node root) const {
    std::string out = "\n";
    out += show(root);
    for (size_t r = 0; r < rules_.size(); ++r) out.append("\nr").append(std::to_string(r)).append(" := ").append(show(rules_[r]));
    return out;
  }

  static void put_word(std::vector<uint8_t>& out, uint32_t word) {
    for (int shift = 0; shift < 32; shift += 8) out.push_back(static_cast<uint8_t>(word >> shift));
  }

 private:
  Node add(Made made) {
    nodes_.push_back(std::move(made));
    return last();
  }

  std::vector<Made> nodes_;
  std::vector<Node> rules_;
};

}  // namespace surecall::test
