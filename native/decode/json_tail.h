#pragma once
// What a JSON text that is being written ends in. It may stand behind prose, in tags, and several times.

#include <optional>
#include <string_view>
#include <vector>

namespace surecall {

/// The character at `at` would belong to an escape that a backslash began.
bool is_escaped(std::string_view text, size_t at);

/// The body so far of the JSON string in which `text` ends: what follows its last quote that is not escaped.
std::string_view string_body(std::string_view text);

/// The JSON number in which `text` ends, a member's value or in a list of numbers that is one; empty if it ends in none.
std::string_view number_body(std::string_view text);

/// `text` ends where the value of a member begins.
bool starts_member(std::string_view text);

/// The values of the outermost object in which `text` ends: bodies of strings as they are spelled, and numbers.
struct JsonValues {
  std::vector<std::string_view> complete;
  std::optional<std::string_view> open_string;  ///< the body so far of the string in which `text` ends, a name or a value
  std::string_view member;                      ///< the name of the last member, as it is spelled
};
JsonValues values_so_far(std::string_view text);

}  // namespace surecall
