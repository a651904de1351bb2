#pragma once
// Strings that end an answer where they stand in text that could end there. Where something must still follow - inside a call, or
// what announces one - they are text like any other.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "matcher/matcher.h"

namespace surecall {

class StopStrings {
 public:
  /// Empty strings stop nothing.
  explicit StopStrings(const std::vector<std::string>& strings);

  bool empty() const { return strings_.empty(); }
  /// Where the first stop string begins in what was written since the last call; the text is complete before it, and may
  /// be in every place up to its end. The text before must not have been taken back.
  std::optional<size_t> find(Matcher& matcher);
  /// How many bytes at the end of the text could be the beginning of a stop string.
  size_t held(std::string_view text) const;

 private:
  std::vector<std::string> strings_;
  size_t longest_ = 0;
  size_t searched_ = 0;  // bytes in which no stop string ends
};

}  // namespace surecall
