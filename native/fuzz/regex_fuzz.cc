// Any bytes as a pattern, in both syntaxes: a regex node's (dfa.h) and a text value's (text.h), alone, negated and with
// bounds. What compiles must never lead to a dead end, and where no text is counted nothing may compile.

#include <algorithm>

#include "fuzz/support.h"
#include "program/dfa.h"
#include "test/support/text_program.h"

namespace {

using namespace surecall;

/// Low, so that an input takes milliseconds.
constexpr RegexLimits kLimits{5'000, 500, 100'000, 20'000, 2'000};

void run(std::span<const uint8_t> program, std::string_view choices, bool is_empty = false) {
  static const auto vocabulary = fuzz::vocabulary();
  try {
    Matcher matcher(Template::compile(vocabulary, program));
    fuzz::must(!is_empty);
    fuzz::walk(matcher, choices);
  } catch (const Error&) {
  }
}

void regex(std::string_view pattern, std::string_view choices) {
  try {
    const Dfa dfa = Dfa::from_regex(pattern, kLimits);
    // From every state an accepting one is reached: the last state is as good as any.
    fuzz::must(dfa.size() > 0);
    for (uint32_t state = 0; state < dfa.size(); ++state) {
      const auto row = dfa.row(state);
      fuzz::must(dfa.accepting(state) || std::ranges::any_of(row.first(256), [](uint32_t to) { return to != Dfa::kDead; }));
    }
  } catch (const Error&) {
    return;
  }
  test::ProgramWriter writer;
  run(writer.finish(writer.regex(pattern)), choices);
}

void text(std::string_view pattern, std::string_view choices, uint8_t options) {
  TextSpec spec;
  spec.patterns.push_back({pattern, TextPattern::Kind::regex, (options & 1) != 0});
  if ((options & 2) != 0) spec.patterns.push_back({"[a-f]*", TextPattern::Kind::regex, (options & 4) != 0});
  if ((options & 8) != 0) spec.min = 3;
  if ((options & 16) != 0) spec.max = 5;
  spec.spelling = (options & 32) != 0 ? TextSpelling::raw : TextSpelling::json;
  bool is_empty = false;
  try {
    const TextPatterns patterns = compile_text_patterns(spec, kLimits);
    is_empty = compile_text(spec, patterns, kLimits).rows() == 0;
  } catch (const Error&) {
    return;
  }
  run(test::program_of(spec), choices, is_empty);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 9 || size > 200) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::string_view choices = bytes.substr(1, 8), pattern = bytes.substr(9);
  if ((data[0] & 64) != 0) {
    regex(pattern, choices);
  } else {
    text(pattern, choices, data[0]);
  }
  return 0;
}
