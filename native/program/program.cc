#include "program/program.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "program/other_names.h"
#include "program/text.h"
#include "support/error.h"

namespace surecall {
namespace {

[[noreturn]] void refuse(const std::string& why) { throw Error("SURECALL_INVALID_PROGRAM", "invalid program: " + why); }

/// Reads the buffer front to back; every read is checked.
class Reader {
 public:
  explicit Reader(std::span<const uint8_t> buffer) : rest_(buffer) {}

  uint32_t word() {
    uint32_t value;
    copy(&value, 1);
    return value;
  }
  template <class T>
  void copy(T* out, size_t count) {
    const size_t bytes = count * sizeof(T);
    if (count > rest_.size() || bytes > rest_.size()) refuse("it ends too early");
    if (bytes != 0) std::memcpy(out, rest_.data(), bytes);
    rest_ = rest_.subspan(bytes);
  }
  template <class T>
  void fill(std::vector<T>& out, uint32_t count) {
    if (count > rest_.size() / sizeof(T)) refuse("it ends too early");
    out.resize(count);
    copy(out.data(), count);
  }
  bool done() const { return rest_.empty(); }

 private:
  std::span<const uint8_t> rest_;
};

}  // namespace

Program Program::parse(std::span<const uint8_t> buffer) {
  Reader reader(buffer);
  if (reader.word() != kMagic) refuse("it is not of version 1");
  Program program;
  const uint32_t nodes = reader.word();
  const uint32_t rules = reader.word();
  const uint32_t lists = reader.word();
  const uint32_t pool = reader.word();
  program.root_ = reader.word();
  if (nodes > kMaxNodes) refuse("more than " + std::to_string(kMaxNodes) + " nodes");
  reader.fill(program.nodes_, nodes);
  reader.fill(program.rules_, rules);
  reader.fill(program.lists_, lists);
  reader.fill(program.pool_, pool);
  if (!reader.done()) refuse("bytes after its end");
  if (program.root_ >= nodes) refuse("the root is not a node");
  for (const uint32_t body : program.rules_) {
    if (body >= nodes) refuse("a rule's body is not a node");
  }
  for (uint32_t i = 0; i < nodes; ++i) program.check_node(i);
  program.check_depth();
  return program;
}

void Program::check_node(uint32_t index) const {
  const ProgramNode& n = nodes_[index];
  auto fail = [&](const std::string& why) { refuse("node " + std::to_string(index) + ": " + why); };
  auto need = [&](bool good, const char* why) {
    if (!good) fail(why);
  };
  auto in = [](uint32_t offset, uint32_t count, size_t size) { return offset <= size && count <= size - offset; };
  switch (n.op) {
    case Op::bytes:
    case Op::regex:
      need(in(n.a, n.b, pool_.size()), "text outside the pool");
      return;
    case Op::sequence:
    case Op::alternatives:
      need(in(n.a, n.b, lists_.size()), "list outside the lists");
      for (const uint32_t child : children(n)) need(child < index, "a child does not precede its parent");
      return;
    case Op::repeat:
      need(n.a < index, "a child does not precede its parent");
      need(n.d == kNone || n.d < index, "a separator does not precede its parent");
      need(n.b <= n.c, "min is more than max");
      need(n.b != kUnbounded, "min is unbounded");
      return;
    case Op::rule:
      need(n.a < rules_.size(), "no such rule");
      return;
    case Op::token:
      return;
    case Op::capture:
      need(in(n.a, n.b, pool_.size()), "name outside the pool");
      need(n.c < index, "a child does not precede its parent");
      return;
    case Op::text:
      if (const char* fault = fault_of_text(n)) fail(fault);
      return;
    case Op::token_set:
      need(in(n.a, n.b, lists_.size()), "list outside the lists");
      need(n.c <= 1, "unknown flags");
      need(n.c == 1 || n.b > 0, "no tokens");
      return;
    case Op::token_limit:
      need(n.a < index, "a child does not precede its parent");
      need(nodes_[n.a].op == Op::text, "only the tokens of a text can be limited");
      need(n.b > 0, "no tokens");
      return;
    case Op::members:
      if (const char* fault = fault_of_members(index)) fail(fault);
      return;
  }
  fail("unknown op " + std::to_string(static_cast<uint32_t>(n.op)));
}

/// What is wrong with a text node, if anything.
const char* Program::fault_of_text(const ProgramNode& n) const {
  constexpr uint32_t kMaxPatterns = 1000;
  constexpr uint32_t kMostNames = 100'000;
  if (n.a > lists_.size() || 1 + size_t{3} * n.b > lists_.size() - n.a) return "list outside the lists";
  const auto words = text_words(n);
  if (words[0] > static_cast<uint32_t>(TextSpelling::names)) return "unknown spelling";
  const bool is_names = words[0] == static_cast<uint32_t>(TextSpelling::names);
  if (n.b > (is_names ? kMostNames : kMaxPatterns)) return "too many patterns";
  constexpr uint32_t kMultiple = static_cast<uint32_t>(TextPattern::Kind::multiple), kName = static_cast<uint32_t>(TextPattern::Kind::name);
  for (size_t i = 1; i < words.size(); i += 3) {
    if (words[i] > pool_.size() || words[i + 1] > pool_.size() - words[i]) return "pattern outside the pool";
    if (is_names ? words[i + 2] != (kName | 1) : words[i + 2] > (kMultiple | 1)) return "unknown flags";
    if (is_names && !is_plain_name(pool(words[i], words[i + 1]))) return "a name with other than printable ASCII";
  }
  if (is_names && (n.c != 0 || n.d != kUnbounded)) return "names with bounds";
  if (n.c == kUnbounded) return "min is unbounded";
  return n.c > n.d ? "min is more than max" : nullptr;
}

/// What is wrong with a members node, if anything.
const char* Program::fault_of_members(uint32_t index) const {
  const ProgramNode& n = nodes_[index];
  if (n.b > kMaxMembers) return "too many members";
  if (n.a > lists_.size() || 2 + size_t{2} * n.b > lists_.size() - n.a) return "list outside the lists";
  const auto words = member_words(n);
  if (words[0] != kNone && words[0] >= index) return "a rest does not precede its parent";
  if (words[1] != kNone && words[1] >= index) return "a separator does not precede its parent";
  uint32_t required = 0;
  for (size_t i = 2; i < words.size(); i += 2) {
    if (words[i] >= index) return "a child does not precede its parent";
    if (words[i + 1] > (kRequired | kOrdered)) return "unknown flags";
    required += words[i + 1] & kRequired;
  }
  if (n.c == kUnbounded) return "min is unbounded";
  if (n.c > n.d) return "min is more than max";
  if (required > n.d) return "more members are required than max";
  return words[0] == kNone && n.b < n.c ? "fewer members than min" : nullptr;
}

void Program::check_depth() const {
  std::vector<uint32_t> depth(nodes_.size(), 1);
  for (uint32_t i = 0; i < nodes_.size(); ++i) {
    const ProgramNode& n = nodes_[i];
    auto below = [&](uint32_t child) { depth[i] = std::max(depth[i], depth[child] + 1); };
    auto beside = [&](uint32_t child) { depth[i] = std::max(depth[i], depth[child]); };
    if (n.op == Op::alternatives) std::ranges::for_each(children(n), beside);
    if (n.op == Op::sequence && n.b > 0) {
      std::ranges::for_each(children(n).first(n.b - 1), below);
      beside(children(n).back());
    }
    if (n.op == Op::repeat) {
      below(n.a);
      if (n.d != kNone) below(n.d);
    }
    if (n.op == Op::capture) below(n.c);
    if (n.op == Op::token_limit) below(n.a);
    if (n.op == Op::members) {
      const auto words = member_words(n);
      for (size_t w = 0; w < words.size(); w += w < 2 ? 1 : 2) {
        if (words[w] != kNone) below(words[w]);
      }
    }
    if (depth[i] > kMaxDepth) refuse("nested more than " + std::to_string(kMaxDepth) + " deep");
  }
}

}  // namespace surecall
