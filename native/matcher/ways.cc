// Where an answer goes on with one of a few texts, such as a name out of a list: all of them, to be compared as a whole.

#include <algorithm>

#include "mask/template.h"
#include "matcher/matcher.h"

namespace surecall {
namespace {

/// Bytes of the tree of all texts. More is no list any more.
constexpr size_t kMostBytes = 1 << 20;

}  // namespace

std::vector<std::string> Matcher::ways_into(const std::vector<bool>& captures) {
  const auto guard = lock();
  StateTable& states = template_->states();
  const auto is_literal = [&](StateId state) {
    return !states.accepting(state) && !states.has_token_edges(state) &&
           std::ranges::none_of(states.configurations(state), [&](const Configuration& at) {
             return template_->automaton().at(at.position).op == Instruction::Op::dfa;
           });
  };
  std::vector<std::string> ways;
  if (states.in_capture(state(), captures)) return ways;
  std::vector<std::pair<StateId, std::string>> open = {{state(), ""}};
  size_t bytes = 0;
  while (!open.empty()) {
    auto [at, text] = std::move(open.back());
    open.pop_back();
    if (states.in_capture(at, captures)) {
      ways.push_back(std::move(text));
      continue;
    }
    if (!is_literal(at)) return {};
    const ByteSet next = states.first_bytes(at);
    next.for_each([&](uint8_t byte) {
      open.emplace_back(states.step(at, byte), text + static_cast<char>(byte));
      ++bytes;
    });
    if (bytes > kMostBytes) return {};
  }
  std::ranges::sort(ways);
  return ways;
}

}  // namespace surecall
