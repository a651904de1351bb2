#include "decode/llama_runtime.h"

#include <ggml.h>
#include <llama.h>

#include <cstdio>
#include <mutex>
#include <stdexcept>

namespace surecall {
namespace {

thread_local LogCapture* current_capture = nullptr;
thread_local bool assertions_throw = false;

/// Of another copy of this addon in the process, with which we share ggml's libraries in a prebuild.
ggml_abort_callback_t other_on_assert = nullptr;

void on_log(ggml_log_level level, const char* text, void*) {
  if (current_capture == nullptr || text == nullptr) return;
  if (level != GGML_LOG_LEVEL_WARN && level != GGML_LOG_LEVEL_ERROR) return;
  current_capture->add(text);
}

// ggml calls this and then abort(). Its C frames carry unwind tables on every platform we build for, so an
// exception passes them and reaches the try blocks with which llama.cpp wraps loading and context creation.
void on_assert(const char* message) {
  if (assertions_throw) throw std::runtime_error(message);
  if (other_on_assert != nullptr) return other_on_assert(message);
  std::fprintf(stderr, "%s\n", message);
}

// "llama_model_load: error loading model: x\n" -> "error loading model: x"
std::string without_function(std::string line) {
  while (!line.empty() && (line.back() == '\n' || line.back() == ' ')) line.pop_back();
  const size_t colon = line.find(": ");
  if (colon != std::string::npos && line.find(' ') > colon) line.erase(0, colon + 2);
  return line;
}

}  // namespace

void init_llama() {
  static std::once_flag once;
  std::call_once(once, [] {
    llama_log_set(on_log, nullptr);
    other_on_assert = ggml_set_abort_callback(on_assert);
    llama_backend_init();
  });
}

LogCapture::LogCapture() : outer_(current_capture) { current_capture = this; }
LogCapture::~LogCapture() { current_capture = outer_; }

void LogCapture::add(std::string line) {
  constexpr size_t kLines = 64;
  line = without_function(std::move(line));
  if (line.empty() || line == "failed to load model") return;  // that much is known
  if (lines_.size() == kLines) lines_.erase(lines_.begin());
  lines_.push_back(std::move(line));
}

std::string LogCapture::text() const {
  constexpr size_t kShown = 3;
  std::string joined;
  for (size_t i = lines_.size() > kShown ? lines_.size() - kShown : 0; i < lines_.size(); ++i) {
    if (!joined.empty()) joined += "; ";
    joined += lines_[i];
  }
  return joined;
}

AssertGuard::AssertGuard() : outer_(assertions_throw) { assertions_throw = true; }
AssertGuard::~AssertGuard() { assertions_throw = outer_; }

}  // namespace surecall
