// Captures are found after the fact: the text is read once more, this time remembering for each configuration how it
// came about, and the accepted reading is followed back. Decoding itself pays nothing for them.

#include <algorithm>
#include <ranges>

#include "mask/template.h"
#include "matcher/closure.h"
#include "matcher/matcher.h"

namespace surecall {
namespace {

/// The marks passed on the way to a configuration, newest first.
struct Mark {
  uint32_t before;  // index of the mark passed before, or 0
  uint32_t capture;
  bool opens;
  size_t offset;
};

struct MarkRecorder {
  std::vector<Mark>* marks;
  const size_t* offset;
  uint32_t mark(uint32_t path, const Instruction& in) {
    marks->push_back({path, in.a, in.op == Instruction::Op::capture_open, *offset});
    return static_cast<uint32_t>(marks->size() - 1);
  }
};

struct Reading {
  Configuration at;
  uint32_t path;
};

/// Reads a text symbol by symbol, keeping one path of marks per configuration.
class Retrace {
 public:
  Retrace(const Automaton& automaton, Stacks& stacks)
      : automaton_(automaton), closure_(automaton, stacks, MarkRecorder{&marks_, &offset_}) {
    follow({automaton.start(), kEmptyStack}, 0);
    readings_.swap(next_);
  }

  /// A step of the history: bytes, and where they are a token also that. All readings go on.
  void step(bool is_token, TokenId token, std::string_view bytes) {
    const std::vector<Reading> before = readings_;
    const size_t begin = offset_;
    for (const char c : bytes) byte(static_cast<uint8_t>(c));
    std::vector<Reading> by_bytes;
    if (!bytes.empty()) by_bytes = readings_;
    readings_.clear();
    offset_ = begin + bytes.size();
    if (is_token) {
      readings_ = before;
      edge(token);
    }
    readings_.insert(readings_.end(), by_bytes.begin(), by_bytes.end());
    end_token();
  }

  std::vector<Capture> captures(size_t text_size) const {
    if (readings_.empty()) return {};
    const auto complete = std::ranges::find_if(
        readings_, [&](const Reading& r) { return automaton_.at(r.at.position).op == Instruction::Op::accept; });
    std::vector<Mark> path;
    for (uint32_t m = (complete != readings_.end() ? *complete : readings_.front()).path; m != 0; m = marks_[m].before) {
      path.push_back(marks_[m]);
    }
    std::vector<Capture> out;
    std::vector<size_t> open;
    for (const Mark& mark : std::views::reverse(path)) {
      if (mark.opens) {
        open.push_back(out.size());
        out.push_back({automaton_.capture_names()[mark.capture], mark.offset, text_size});
      } else if (!open.empty()) {
        out[open.back()].end = mark.offset;
        open.pop_back();
      }
    }
    return out;
  }

 private:
  void byte(uint8_t b) {
    ++offset_;
    advance([&](const Instruction& in, const Reading& r) {
      if (in.op == Instruction::Op::byte && in.byte == b) follow({in.next, r.at.stack}, r.path);
      if (in.op != Instruction::Op::dfa) return;
      const uint32_t target = automaton_.dfa_row(in)[b];
      if (target != Dfa::kDead) follow({in.b + target, closure_.after_byte(in, r.at.stack)}, r.path);
    });
  }
  void edge(TokenId id) {
    advance([&](const Instruction& in, const Reading& r) {
      if (in.op == Instruction::Op::token && automaton_.token_set(in).contains(id)) follow({in.next, r.at.stack}, r.path);
    });
  }
  void end_token() {
    const auto counts = [this](const Reading& r) { return automaton_.at(r.at.position).at_boundary != Instruction::kNone; };
    if (std::ranges::none_of(readings_, counts)) return;
    advance([&](const Instruction&, const Reading& r) {
      bool kept;
      const Configuration to = closure_.at_boundary(r.at, kept);
      if (kept) follow(to, r.path);
    });
  }

  template <class Step>
  void advance(Step&& step) {
    closure_.begin();
    next_.clear();
    for (const Reading& r : readings_) step(automaton_.at(r.at.position), r);
    readings_.swap(next_);
  }
  void follow(Configuration from, uint32_t path) {
    closure_.follow(from, path, [this](const Configuration& at, uint32_t p) { next_.push_back({at, p}); });
  }

  const Automaton& automaton_;
  std::vector<Mark> marks_{1};  // mark 0: none
  size_t offset_ = 0;
  Closure<MarkRecorder> closure_;
  std::vector<Reading> readings_, next_;
};

}  // namespace

std::vector<Capture> Matcher::captures() {
  const auto guard = lock();
  Retrace retrace(template_->automaton(), template_->states().stacks());
  for (size_t i = 1; i < history_.size(); ++i) {
    const Step& step = history_[i];
    if (step.state == kFinishedState) break;
    const size_t begin = history_[i - 1].text_size;
    retrace.step(step.token != kNoToken, step.token, std::string_view(text_).substr(begin, step.text_size - begin));
  }
  return retrace.captures(text_.size());
}

}  // namespace surecall
