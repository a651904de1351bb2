#include "matcher/capture_trace.h"

#include <algorithm>
#include <ranges>

#include "mask/template.h"

namespace surecall {

CaptureTrace::CaptureTrace(const Automaton& automaton)
    : automaton_(automaton), stacks_(automaton), closure_(automaton, stacks_, Recorder{this}) {
  advance([&] { follow({automaton.start(), kEmptyStack}, kRoot); });
}

void CaptureTrace::step(bool is_token, TokenId token, std::string_view bytes) {
  ++steps_;
  const auto has_edge = [&](const Reading& r) { return automaton_.at(r.at.position).op == Instruction::Op::token; };
  const bool by_edge = is_token && std::ranges::any_of(readings_, has_edge);
  std::vector<Reading> before;
  if (by_edge) {
    before = readings_;
    hold(before);
  }
  const size_t begin = offset_;
  for (const char c : bytes) byte(static_cast<uint8_t>(c));
  if (by_edge || bytes.empty()) {
    std::vector<Reading> by_bytes;
    if (bytes.empty()) {
      release(readings_);
    } else {
      by_bytes = std::move(readings_);
    }
    readings_ = std::move(before);
    offset_ = begin + bytes.size();
    edge(token);
    readings_.insert(readings_.end(), by_bytes.begin(), by_bytes.end());
  }
  end_token();
}

void CaptureTrace::byte(uint8_t b) {
  ++offset_;
  advance([&] {
    for (const Reading& r : readings_) {
      const Instruction& in = automaton_.at(r.at.position);
      if (in.op == Instruction::Op::byte && in.byte == b) follow({in.next, r.at.stack}, r.path);
      if (in.op != Instruction::Op::dfa) continue;
      const uint32_t target = automaton_.dfa_row(in)[b];
      if (target != Dfa::kDead) follow({in.b + target, closure_.after_byte(in, r.at.stack)}, r.path);
    }
  });
}

void CaptureTrace::edge(TokenId id) {
  advance([&] {
    for (const Reading& r : readings_) {
      const Instruction& in = automaton_.at(r.at.position);
      if (in.op == Instruction::Op::token && automaton_.token_set(in).contains(id)) follow({in.next, r.at.stack}, r.path);
    }
  });
}

void CaptureTrace::end_token() {
  const auto counts = [this](const Reading& r) { return automaton_.at(r.at.position).at_boundary != Instruction::kNone; };
  if (std::ranges::none_of(readings_, counts)) return;
  advance([&] {
    for (const Reading& r : readings_) {
      bool kept;
      const Configuration to = closure_.at_boundary(r.at, kept);
      if (kept) follow(to, r.path);
    }
  });
}

/// Replaces the readings by those that `step` follows.
template <class Step>
void CaptureTrace::advance(Step&& step) {
  closure_.begin();
  next_.clear();
  made_.clear();
  step();
  hold(next_);
  release(readings_);
  readings_.swap(next_);
  // Those that led to a configuration which another reading had reached before.
  for (const Index node : std::views::reverse(made_)) {
    if (nodes_[node].users == 0) free(node);
  }
}

void CaptureTrace::follow(Configuration from, Index path) {
  closure_.follow(from, path, [this](const Configuration& at, uint32_t p) { next_.push_back({at, p}); });
}

// --- the tree of marks
// -----------------------------------------------------------------------------------------------

CaptureTrace::Index CaptureTrace::add(Index parent, const Instruction& in) {
  Index node;
  if (free_.empty()) {
    node = static_cast<Index>(nodes_.size());
    nodes_.emplace_back();
  } else {
    node = free_.back();
    free_.pop_back();
  }
  Node& above = nodes_[parent];
  nodes_[node] = {{in.a, in.op == Instruction::Op::capture_open, offset_}, parent, kNone, kNone, above.youngest, kNone, 0};
  (above.youngest == kNone ? above.oldest : nodes_[above.youngest].younger) = node;
  above.youngest = node;
  ++above.users;
  made_.push_back(node);
  return node;
}

void CaptureTrace::hold(const std::vector<Reading>& readings) {
  for (const Reading& r : readings) ++nodes_[r.path].users;
}

void CaptureTrace::release(const std::vector<Reading>& readings) {
  for (const Reading& r : readings) release(r.path);
}

void CaptureTrace::release(Index node) {
  if (--nodes_[node].users == 0 && node != kRoot) free(node);
}

void CaptureTrace::free(Index node) {
  for (;;) {
    const Node gone = nodes_[node];
    free_.push_back(node);
    nodes_[node].users = 1;  // not to be freed again as one of those just made
    Node& above = nodes_[gone.parent];
    (gone.older == kNone ? above.oldest : nodes_[gone.older].younger) = gone.younger;
    (gone.younger == kNone ? above.youngest : nodes_[gone.younger].older) = gone.older;
    if (--above.users > 0 || gone.parent == kRoot) return;
    node = gone.parent;
  }
}

void CaptureTrace::take_settled(std::vector<CaptureMark>& out) {
  for (;;) {
    const Node& node = nodes_[settled_];
    if (node.users != 1 || node.oldest == kNone) return;
    settled_ = node.oldest;
    out.push_back(nodes_[settled_].mark);
  }
}

size_t CaptureTrace::settled_size() const {
  const Index next = nodes_[settled_].oldest;
  return next == kNone ? offset_ : nodes_[next].mark.offset;
}

std::vector<CaptureMark> CaptureTrace::marks() const {
  std::vector<CaptureMark> path;
  if (readings_.empty()) return path;
  const auto complete = std::ranges::find_if(
      readings_, [&](const Reading& r) { return automaton_.at(r.at.position).op == Instruction::Op::accept; });
  for (Index m = (complete != readings_.end() ? *complete : readings_.front()).path; m != kRoot; m = nodes_[m].parent) {
    path.push_back(nodes_[m].mark);
  }
  std::ranges::reverse(path);
  return path;
}

std::vector<Capture> CaptureTrace::captures() const {
  std::vector<Capture> out;
  std::vector<size_t> open;
  for (const CaptureMark& mark : marks()) {
    if (mark.opens) {
      open.push_back(out.size());
      out.push_back({automaton_.capture_names()[mark.capture], mark.offset, offset_});
    } else if (!open.empty()) {
      out[open.back()].end = mark.offset;
      open.pop_back();
    }
  }
  return out;
}

// --- what a matcher has read
// -----------------------------------------------------------------------------------------

void Matcher::trace(CaptureTrace& trace) const {
  for (size_t i = trace.steps() + 1; i < history_.size(); ++i) {
    const Step& step = history_[i];
    if (step.state == kFinishedState) break;
    const size_t begin = history_[i - 1].text_size;
    trace.step(step.token != kNoToken, step.token, std::string_view(text_).substr(begin, step.text_size - begin));
  }
}

std::vector<Capture> Matcher::captures() const {
  CaptureTrace read(template_->automaton());
  trace(read);
  return read.captures();
}

}  // namespace surecall
