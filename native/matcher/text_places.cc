// Where in a text a state is: what the masks of all copies of one text, in whatever template, have in common.

#include <algorithm>

#include "matcher/state_table.h"

namespace surecall {

/// The frame that counts the characters of the text that `in` is a row of, if they are being counted.
const Frame* StateTable::counting_frame(const Instruction& in, StackId stack) const {
  const Instruction& next = automaton_.at(in.next);
  if (next.op != Instruction::Op::text_leave || stack == kEmptyStack) return nullptr;
  const Frame& frame = stacks_.top(stack);
  return frame.is_loop() && frame.loop() == next.a ? &frame : nullptr;
}

std::optional<StateTable::InText> StateTable::in_text(StateId state) const {
  std::optional<InText> found;
  for (const Configuration& at : configurations(state)) {
    const Instruction& in = automaton_.at(at.position);
    if (in.op != Instruction::Op::dfa) continue;
    const RowTables::Place place = automaton_.dfa_place(in);
    if (found || place.text == 0 || in.budget != Instruction::kNone) return std::nullopt;
    const Frame* frame = counting_frame(in, at.stack);
    found = InText{place, frame ? frame->count : 0, in.b, frame ? frame->parent : at.stack};
  }
  return found;
}

bool StateTable::is_inside(const Configuration& at, const InText& text) const {
  const Instruction& in = automaton_.at(at.position);
  if (in.op != Instruction::Op::dfa || in.b != text.base) return false;
  const Frame* frame = counting_frame(in, at.stack);
  return (frame ? frame->parent : at.stack) == text.outside;
}

bool StateTable::is_inside(StateId state, const InText& text) const {
  return std::ranges::any_of(configurations(state), [&](const Configuration& at) { return is_inside(at, text); });
}

ByteSet StateTable::first_bytes_outside(StateId state, const InText& text) const {
  ByteSet out;
  for (const Configuration& at : configurations(state)) {
    const Instruction& in = automaton_.at(at.position);
    if (in.op == Instruction::Op::byte) out.insert(in.byte);
    if (in.op == Instruction::Op::dfa && !is_inside(at, text)) out |= automaton_.dfa_first(in);
  }
  return out;
}

}  // namespace surecall
