// Any bytes, in pieces of any size, offered to a random program: the matcher must accept exactly the pieces that the
// reference matcher (test/support/reference_matcher.h) accepts, and taking them back must lead back.

#include "fuzz/support.h"
#include "test/support/json_programs.h"
#include "test/support/reference_matcher.h"

namespace {

using namespace surecall;

constexpr uint32_t kCall = 268;  // <tool_call>
constexpr size_t kMaxBytes = 64;
/// A reference that grows beyond this is for a program too ambiguous to compare.
constexpr size_t kMaxTerms = 3'000;

void offer(test::Reference& reference, Matcher& matcher, std::string_view bytes) {
  std::vector<test::Expr> path{reference.start()};
  while (!bytes.empty()) {
    const uint8_t control = static_cast<uint8_t>(bytes.front());
    bytes.remove_prefix(1);
    if (control >= 0xf0 && path.size() > 1) {
      const size_t steps = 1 + control % (path.size() - 1);
      matcher.rollback(steps);
      path.resize(path.size() - steps);
    } else {
      const std::string_view piece = bytes.substr(0, control % 6);
      bytes.remove_prefix(piece.size());
      const test::Expr next = reference.after_bytes(path.back(), piece);
      fuzz::must(matcher.accept_bytes(piece) == !reference.dead(next));
      if (!reference.dead(next)) path.push_back(next);
    }
    fuzz::must(matcher.accepting() == reference.accepting(path.back()));
    if (reference.terms() > kMaxTerms) return;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const auto vocabulary = fuzz::vocabulary();
  if (size < 3) return 0;
  const uint64_t seed = data[0] | (data[1] & 3) << 8;
  // Bytes become letters of the programs, else hardly any is accepted.
  std::string bytes;
  for (size_t i = 2; i < std::min(size, kMaxBytes); ++i) bytes += data[i] < 0x80 && data[i] > 32 ? "abc,\"e"[data[i] % 6] : static_cast<char>(data[i]);
  try {
    const test::NamedProgram program = test::RandomProgram(seed, "abc,\"", {kCall}).take();
    // Small caches, so that they are dropped on the way.
    Matcher matcher(Template::compile(vocabulary, program.writer.finish(program.root), {1 << 16, 1 << 16}));
    test::Reference reference(program.writer, program.root);
    offer(reference, matcher, bytes);
  } catch (const Error&) {
  }
  return 0;
}
