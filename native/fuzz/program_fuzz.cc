// Any bytes as a program, run for a few steps: Program::parse and everything behind it.

#include "fuzz/support.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const auto vocabulary = surecall::fuzz::vocabulary();
  try {
    surecall::Matcher matcher(surecall::Template::compile(vocabulary, {data, size}));
    // The input's last bytes choose the tokens.
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    surecall::fuzz::walk(matcher, bytes.substr(size - std::min<size_t>(size, 8)));
    matcher.reset();
  } catch (const surecall::Error&) {
  }
  return 0;
}
