#include "decode/progress.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace surecall {
namespace {

template <class T>
void append(std::vector<T>& to, std::vector<T>& from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

template <class T>
std::vector<T> from(const std::vector<T>& all, size_t& begin) {
  const size_t first = std::min(std::exchange(begin, all.size()), all.size());  // a cut takes choices back
  return std::vector<T>(all.begin() + static_cast<std::ptrdiff_t>(first), all.end());
}

}  // namespace

Progress::Progress(std::shared_ptr<Template> answer, std::function<void()> wake)
    : answer_(std::move(answer)), wake_(std::move(wake)) {}

void Progress::add(Part part) {
  {
    const std::lock_guard lock(mutex_);
    if (waiting_) {
      waiting_->text += part.text;
      waiting_->settled = part.settled;
      append(waiting_->marks, part.marks);
      append(waiting_->choices, part.choices);
      append(waiting_->trace, part.trace);
      return;
    }
    waiting_ = std::move(part);
  }
  wake_();
}

std::optional<Progress::Part> Progress::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(waiting_, std::nullopt);
}

const std::string& Progress::name_of(const CaptureMark& mark) const {
  return answer_->automaton().capture_names()[mark.capture];
}

Reporter::Reporter(const GenerateRequest& request) : listener_(request.progress) {
  if (listener_) trace_.emplace(request.answer->automaton());
}

void Reporter::tell(CaptureTrace& trace, const GenerateResult& result, const std::string& text, size_t most) {
  Progress::Part part;
  trace.take_settled(held_marks_);
  part.settled = std::min(trace.settled_size(), most);
  const auto held = std::ranges::find_if(held_marks_, [&](const CaptureMark& mark) { return mark.offset > part.settled; });
  part.marks.assign(held_marks_.begin(), held);
  held_marks_.erase(held_marks_.begin(), held);
  if (text.size() == text_ && part.settled == settled_ && part.marks.empty() && result.choices.size() == choices_) return;
  add(std::move(part), result, text);
}

void Reporter::finish(const CaptureTrace& whole, const GenerateResult& result) {
  if (!listener_) return;
  Progress::Part part;
  const std::vector<CaptureMark> marks = whole.marks();
  part.marks.assign(marks.begin() + static_cast<std::ptrdiff_t>(std::min(marks_, marks.size())), marks.end());
  part.settled = result.text.size();
  add(std::move(part), result, result.text);
}

void Reporter::add(Progress::Part part, const GenerateResult& result, const std::string& text) {
  if (text.size() > text_) part.text = text.substr(text_);
  part.choices = from(result.choices, choices_);
  part.trace = from(result.trace, traced_);
  text_ = std::max(text_, text.size());
  settled_ = part.settled;
  marks_ += part.marks.size();
  listener_->add(std::move(part));
}

}  // namespace surecall
