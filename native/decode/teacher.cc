#include "decode/teacher.h"

#include <algorithm>

#include "support/error.h"

namespace surecall {
namespace {

[[noreturn]] void leaves(const std::string& text, size_t at, const std::string& what) {
  constexpr size_t kShown = 24;
  throw Error("SURECALL_TEACHER", "teacher: at byte " + std::to_string(at) + ", before '" + text.substr(at, kShown) + "', " + what);
}

}  // namespace

Teacher::Teacher(std::string text, const Vocabulary& vocabulary) : text_(std::move(text)), vocabulary_(vocabulary) {}

std::string_view Teacher::rest(std::string_view written) const {
  const auto difference = std::mismatch(written.begin(), written.end(), text_.begin(), text_.end()).first;
  if (difference != written.end()) {
    leaves(text_, static_cast<size_t>(difference - written.begin()), "the tools require another text");
  }
  return std::string_view(text_).substr(written.size());
}

TokenId Teacher::next(std::string_view written, const Mask& mask) const {
  const std::string_view left = rest(written);
  if (left.empty()) {
    for (const TokenId end : vocabulary_.end_tokens()) {
      if (mask.contains(end)) return end;
    }
    leaves(text_, text_.size(), "the text ends where the answer is not complete");
  }
  const std::vector<TokenId> canonical = vocabulary_.tokenize(left);
  if (!canonical.empty() && mask.contains(canonical.front()) && left.starts_with(vocabulary_.bytes(canonical.front()))) {
    return canonical.front();
  }
  TokenId best = vocabulary_.size();
  size_t longest = 0;
  mask.for_each([&](TokenId id) {
    const std::string_view bytes = vocabulary_.bytes(id);
    if (bytes.size() <= longest || !left.starts_with(bytes)) return;
    best = id;
    longest = bytes.size();
  });
  if (longest == 0) leaves(text_, written.size(), "no token is allowed that continues the text");
  return best;
}

void Teacher::check_complete(std::string_view written) const {
  if (!rest(written).empty()) leaves(text_, written.size(), "the answer is complete, or its budget used up");
}

}  // namespace surecall
