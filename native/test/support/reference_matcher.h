#pragma once
// The oracle: a matcher that is slow and plainly right. A program is a term; reading a byte or a token replaces it by
// its derivative, the term that matches what may follow. It shares no code with program/ or matcher/.

#include <algorithm>
#include <deque>
#include <unordered_map>
#include <unordered_set>

#include "test/support/program_writer.h"
#include "test/support/reference_regex.h"
#include "vocab/vocabulary.h"

namespace surecall::test {

class Reference {
 public:
  /// Every part of the program must have a text that it accepts, and no rule may begin with itself.
  Reference(const ProgramWriter& program, ProgramWriter::Node root) : program_(program) {
    for (const auto body : program.rules()) rules_.push_back(term(body));
    rule_nullable_.assign(rules_.size(), false);
    // Which rules accept the empty text: the least solution, by repeating until nothing changes.
    for (bool changed = true; changed;) {
      changed = false;
      nullable_.clear();
      for (size_t r = 0; r < rules_.size(); ++r) {
        if (rule_nullable_[r] || !nullable(rules_[r])) continue;
        rule_nullable_[r] = changed = true;
      }
    }
    nullable_.clear();
    start_ = term(root);
  }

  Expr start() const { return start_; }
  bool dead(Expr e) const { return e == Terms::kNothing; }
  bool accepting(Expr e) { return nullable(e); }
  Expr after_byte(Expr e, uint8_t byte) { return derive(e, byte); }
  Expr after_bytes(Expr e, std::string_view text) {
    for (const char c : text) {
      if (dead(e)) break;
      e = derive(e, static_cast<uint8_t>(c));
    }
    return e;
  }
  /// After a token in every way it can be read: by token edges and by its text. End tokens lead nowhere, and "any token
  /// but ..." is neither one of those nor an unused one.
  Expr after_token(Expr e, const Vocabulary& vocabulary, TokenId id) {
    const Expr by_edge = after_edge(e, vocabulary, id);
    const std::string_view text = vocabulary.bytes(id);
    const bool is_text = !text.empty() && text.size() <= TokenTrie::kMaxTokenBytes && !vocabulary.ends_generation(id);
    return is_text ? terms_.either({by_edge, after_bytes(e, text)}) : by_edge;
  }
  /// True if the matcher must allow the token.
  bool allows(Expr e, const Vocabulary& vocabulary, TokenId id) {
    if (vocabulary.ends_generation(id) && accepting(e)) return true;
    return !dead(after_token(e, vocabulary, id));
  }
  /// The bytes that every text left starts with.
  std::string forced(Expr e, const Vocabulary& vocabulary, size_t limit) {
    std::string out;
    while (out.size() < limit && !accepting(e)) {
      int only = -1;
      for (int b = 0; b < 256 && only != -2; ++b) {
        if (!dead(derive(e, static_cast<uint32_t>(b)))) only = only == -1 ? b : -2;
      }
      for (TokenId id = 0; id < vocabulary.size() && only >= 0; ++id) {
        if (!dead(after_edge(e, vocabulary, id))) only = -2;
      }
      if (only < 0) break;
      out += static_cast<char>(only);
      e = derive(e, static_cast<uint32_t>(only));
    }
    return out;
  }
  /// Result of a search that opened too many terms to go on.
  static constexpr uint32_t kGaveUp = 0xffffffff;
  /// Fewest tokens to completion by breadth-first search over every token, or `limit` + 1.
  uint32_t tokens_to_accept(Expr from, const Vocabulary& vocabulary, uint32_t limit) {
    std::unordered_map<Expr, uint32_t> level{{from, 0}};
    std::deque<Expr> queue{from};
    while (!queue.empty()) {
      const Expr e = queue.front();
      queue.pop_front();
      const uint32_t l = level[e];
      if (l > limit) break;
      if (accepting(e)) return l;
      if (level.size() > 5'000) return kGaveUp;
      for (const Expr next : successors(e, vocabulary)) {
        if (level.try_emplace(next, l + 1).second) queue.push_back(next);
      }
    }
    return limit + 1;
  }
  size_t terms() const { return terms_.size(); }

 private:
  static constexpr uint32_t kTokens = 256;            // symbols from here on are token edges
  static constexpr uint32_t kNamedTokens = 1u << 30;  // and from here on those of tokens that only their name allows

  Expr after_edge(Expr e, const Vocabulary& vocabulary, TokenId id) {
    const bool is_named_only = vocabulary.ends_generation(id) || vocabulary.kind(id) == TokenKind::unused;
    return derive(e, (is_named_only ? kNamedTokens : kTokens) + id);
  }

  const std::vector<Expr>& successors(Expr e, const Vocabulary& vocabulary) {
    const auto [it, is_new] = successors_.try_emplace(e);
    if (!is_new) return it->second;
    std::unordered_set<Expr> out;
    for (TokenId id = 0; id < vocabulary.size(); ++id) out.insert(after_token(e, vocabulary, id));
    out.erase(Terms::kNothing);
    return successors_[e] = std::vector<Expr>(out.begin(), out.end());
  }

  Expr term(ProgramWriter::Node node) {
    const ProgramWriter::Made& n = program_.made(node);
    switch (n.op) {
      case Op::bytes: return terms_.literal(n.text);
      case Op::regex: return ReferenceRegex(terms_, n.text).parse();
      case Op::rule: return terms_.rule(n.number);
      case Op::token: return terms_.token_set({n.number}, false);
      case Op::token_set: return terms_.token_set(n.ids, n.number != 0);
      case Op::capture: return term(n.children[0]);
      case Op::sequence: {
        Expr all = Terms::kEmpty;
        for (size_t i = n.children.size(); i-- > 0;) all = terms_.then(term(n.children[i]), all);
        return all;
      }
      case Op::alternatives: {
        std::vector<Expr> of;
        for (const auto child : n.children) of.push_back(term(child));
        return terms_.either(of);
      }
      case Op::members: {
        Terms::Term t{Terms::Kind::members, {Terms::kNothing, Terms::kEmpty}, {}, n.min, n.max, n.required, n.ordered};
        if (n.rest != Program::kNone) t.parts[0] = term(n.rest);
        if (n.separator != Program::kNone) t.parts[1] = term(n.separator);
        for (const auto member : n.children) t.parts.push_back(term(member));
        const bool may_be_none = n.min == 0 && std::ranges::count(n.required, true) == 0;
        const Expr some = terms_.members(t);
        return may_be_none ? terms_.either({Terms::kEmpty, some}) : some;
      }
      case Op::repeat:
      case Op::text:
      case Op::token_limit: break;
    }
    const Expr child = term(n.children[0]);
    if (n.children.size() == 1) return terms_.repeat(child, n.min, n.max);
    if (n.max == 0) return Terms::kEmpty;
    // x, then (separator x) for the rest.
    const Expr more = terms_.then(term(n.children[1]), child);
    const uint32_t most = n.max == Terms::kMany ? Terms::kMany : n.max - 1;
    const Expr some = terms_.then(child, terms_.repeat(more, std::max(n.min, 1u) - 1, most));
    return n.min == 0 ? terms_.either({some, Terms::kEmpty}) : some;
  }

  bool nullable(Expr e) {
    if (const auto known = nullable_.find(e); known != nullable_.end()) return known->second;
    const Terms::Term t = terms_.at(e);
    auto is = [this](Expr part) { return nullable(part); };
    bool result = false;
    switch (t.kind) {
      case Terms::Kind::empty: result = true; break;
      case Terms::Kind::rule: result = rule_nullable_[t.a]; break;
      case Terms::Kind::then: result = std::ranges::all_of(t.parts, is); break;
      case Terms::Kind::either: result = std::ranges::any_of(t.parts, is); break;
      case Terms::Kind::repeat: result = t.a == 0 || is(t.parts[0]); break;
      default: break;
    }
    nullable_[e] = result;
    return result;
  }

  Expr derive(Expr e, uint32_t symbol) {
    const uint64_t key = uint64_t{e} << 32 | symbol;
    if (const auto known = derivatives_.find(key); known != derivatives_.end()) return known->second;
    const Expr result = derive_now(terms_.at(e), symbol);
    derivatives_[key] = result;
    return result;
  }
  Expr derive_now(const Terms::Term t, uint32_t symbol) {  // by value: making terms moves them
    switch (t.kind) {
      case Terms::Kind::byte_set:
        return symbol < 256 && (t.set[symbol >> 6] >> (symbol & 63) & 1) != 0 ? Terms::kEmpty : Terms::kNothing;
      case Terms::Kind::token: {
        if (symbol < kTokens) return Terms::kNothing;
        const bool is_named_only = symbol >= kNamedTokens;
        const TokenId id = symbol - (is_named_only ? kNamedTokens : kTokens);
        const bool is_listed = std::ranges::find(t.parts, id) != t.parts.end();
        const bool accepted = t.a == 0 ? is_listed : !is_listed && !is_named_only;
        return accepted ? Terms::kEmpty : Terms::kNothing;
      }
      case Terms::Kind::rule: return derive(rules_[t.a], symbol);
      case Terms::Kind::then: {
        const Expr first = terms_.then(derive(t.parts[0], symbol), t.parts[1]);
        return nullable(t.parts[0]) ? terms_.either({first, derive(t.parts[1], symbol)}) : first;
      }
      case Terms::Kind::either: {
        std::vector<Expr> of;
        for (const Expr part : t.parts) of.push_back(derive(part, symbol));
        return terms_.either(of);
      }
      case Terms::Kind::repeat: {
        // Where the body may be empty, empty bodies make up for any that are missing.
        const uint32_t min = nullable(t.parts[0]) || t.a == 0 ? 0 : t.a - 1;
        const uint32_t max = t.b == Terms::kMany ? Terms::kMany : t.b - 1;
        return terms_.then(derive(t.parts[0], symbol), terms_.repeat(t.parts[0], min, max));
      }
      case Terms::Kind::members: {
        std::vector<Expr> of{terms_.then(derive(t.parts[0], symbol), terms_.after_member(t, -1))};
        for (size_t i = 0; i < t.required.size(); ++i) {
          of.push_back(terms_.then(derive(t.parts[i + 2], symbol), terms_.after_member(t, static_cast<int>(i))));
        }
        return terms_.either(of);
      }
      default: return Terms::kNothing;
    }
  }

  const ProgramWriter& program_;
  Terms terms_;
  std::vector<Expr> rules_;
  std::vector<bool> rule_nullable_;
  std::unordered_map<Expr, bool> nullable_;
  std::unordered_map<uint64_t, Expr> derivatives_;
  std::unordered_map<Expr, std::vector<Expr>> successors_;
  Expr start_ = Terms::kNothing;
};

}  // namespace surecall::test
