#pragma once
// What the process owes llama.cpp: one backend initialisation, somewhere for its log lines to go, and a net
// under the assertions with which it meets files that are well-formed but make no sense.

#include <functional>
#include <string>
#include <vector>

namespace surecall {

/// Initialises the backends and the log once per process. Cheap when done; safe from any thread.
void init_llama();

/// Collects the warnings and errors that llama.cpp logs on this thread while the object lives. Nothing that
/// llama.cpp logs ever reaches stderr.
class LogCapture {
 public:
  LogCapture();
  ~LogCapture();
  LogCapture(const LogCapture&) = delete;
  LogCapture& operator=(const LogCapture&) = delete;

  /// The last few lines, joined with "; ", without the names of the functions that wrote them. Empty if there
  /// are none.
  std::string text() const;
  void add(std::string line);

 private:
  LogCapture* outer_;
  std::vector<std::string> lines_;
};

/// While the object lives, a failed GGML_ASSERT on this thread throws std::runtime_error instead of ending
/// the process. For loading only: while a graph is computed, other threads wait for this one and must not be
/// left behind.
class AssertGuard {
 public:
  AssertGuard();
  ~AssertGuard();
  AssertGuard(const AssertGuard&) = delete;
  AssertGuard& operator=(const AssertGuard&) = delete;

 private:
  bool outer_;
};

}  // namespace surecall
