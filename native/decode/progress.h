#pragma once
// What an answer has written so far, on its way from the engine's thread to who listens. The engine never waits: what was not
// fetched yet is kept together, so that a slow listener gets few large parts, and at most the answer is kept.

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "decode/generate.h"
#include "matcher/capture_trace.h"

namespace surecall {

class Progress {
 public:
  /// What was written since the last take().
  struct Part {
    std::string text;
    std::vector<CaptureMark> marks;  ///< settled: whatever follows, captures open and close there
    /// Bytes of the whole text before which no further mark, and no stop string, will be found.
    size_t settled = 0;
    std::vector<Choice> choices;
    std::vector<TraceStep> trace;  ///< only where the request asks for one
  };

  /// Of an answer under this template. `wake` is called on the engine's thread when there is something to take() and nothing was
  /// before. Must not throw.
  Progress(std::shared_ptr<Template> answer, std::function<void()> wake);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Appends.
  void add(Part part);
  /// What is new. From any thread.
  std::optional<Part> take();
  /// The name of the capture that a mark belongs to.
  const std::string& name_of(const CaptureMark& mark) const;

 private:
  std::shared_ptr<Template> answer_;
  std::function<void()> wake_;
  std::mutex mutex_;
  std::optional<Part> waiting_;
};

/// Follows one answer and reports to a listener, who may be null: then nothing is done.
class Reporter {
 public:
  explicit Reporter(const GenerateRequest& request);

  /// To be called where nothing of what was written will be taken back. `held` bytes at the end of the text may be.
  void report(const Matcher& matcher, const GenerateResult& result, size_t held) {
    if (!listener_) return;
    matcher.trace(*trace_);
    tell(*trace_, result, matcher.text(), matcher.text().size() - held);
  }
  /// At the end, when all of the text has been read: the rest. The text may have been cut where it was held.
  void finish(const CaptureTrace& whole, const GenerateResult& result);

 private:
  void tell(CaptureTrace& trace, const GenerateResult& result, const std::string& text, size_t most);
  void add(Progress::Part part, const GenerateResult& result, const std::string& text);

  std::shared_ptr<Progress> listener_;
  std::optional<CaptureTrace> trace_;
  std::vector<CaptureMark> held_marks_;  // in text that a stop string may take back
  size_t text_ = 0, settled_ = 0, marks_ = 0, choices_ = 0, traced_ = 0;  // reported
};

}  // namespace surecall
