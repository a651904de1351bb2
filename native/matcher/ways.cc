// Where an answer goes on with one of a few texts, such as a name out of a list: all of them, to be compared as a whole.

#include <algorithm>

#include "mask/template.h"
#include "matcher/matcher.h"

namespace surecall {
namespace {

/// Bytes of the tree of all texts. More is no list any more.
constexpr size_t kMostBytes = 1 << 20;

}  // namespace

std::vector<Way> Matcher::ways_to(const WaysEnd& end) {
  const auto guard = lock();
  StateTable& states = template_->states();
  const auto reads_text = [&](StateId state) {
    return std::ranges::any_of(states.configurations(state), [&](const Configuration& at) {
      return template_->automaton().at(at.position).op == Instruction::Op::dfa;
    });
  };
  std::vector<Way> ways;
  if (states.marked_capture(state(), end.into) != Automaton::kNoCapture) return ways;
  std::vector<std::pair<StateId, std::string>> open = {{state(), ""}};
  std::vector<StateTable::TokenEdge> edges;
  size_t bytes = 0;
  while (!open.empty()) {
    auto [at, text] = std::move(open.back());
    open.pop_back();
    if (const uint32_t capture = states.marked_capture(at, end.into); capture != Automaton::kNoCapture) {
      ways.push_back({std::move(text), Way::kNoToken, capture});
      continue;
    }
    if (states.accepting(at) || reads_text(at)) return {};
    if (states.has_token_edges(at)) {
      edges.clear();
      states.token_edges(at, edges);
      const bool is_one = edges.size() == 1 && !edges[0].tokens->negated && edges[0].tokens->ids.size() == 1;
      if (text.empty() || !is_one || states.marked_capture(at, end.within) == Automaton::kNoCapture) return {};
      ways.push_back({text, edges[0].tokens->ids[0]});
    }
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
