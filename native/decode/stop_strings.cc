#include "decode/stop_strings.h"

#include <algorithm>

namespace surecall {

StopStrings::StopStrings(const std::vector<std::string>& strings) {
  for (const std::string& each : strings) {
    if (each.empty()) continue;
    strings_.push_back(each);
    longest_ = std::max(longest_, each.size());
  }
}

std::optional<size_t> StopStrings::find(Matcher& matcher) {
  const std::string_view text = matcher.text();
  std::vector<std::pair<size_t, size_t>> found;  // begin, size
  for (const std::string& each : strings_) {
    const size_t first = searched_ < each.size() ? 0 : searched_ - each.size() + 1;
    for (size_t at = text.find(each, first); at != std::string_view::npos; at = text.find(each, at + 1)) {
      found.emplace_back(at, each.size());
    }
  }
  searched_ = text.size();
  std::sort(found.begin(), found.end());
  for (const auto& [begin, size] : found) {
    if (matcher.could_end(begin, begin + size)) return begin;
  }
  return std::nullopt;
}

size_t StopStrings::held(std::string_view text) const {
  for (size_t size = std::min(longest_, text.size()); size > 0; --size) {
    const std::string_view end = text.substr(text.size() - size);
    for (const std::string& each : strings_) {
      if (size < each.size() && each.starts_with(end)) return size;
    }
  }
  return 0;
}

}  // namespace surecall
