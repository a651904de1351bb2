#pragma once
// The one exception type of native/. The addon turns it into a JavaScript error with the same code.

#include <stdexcept>
#include <string>
#include <utility>

namespace surecall {

/// A failure with a stable code from the table in lib/errors.ts and a message that names what to fix.
class Error : public std::runtime_error {
 public:
  Error(std::string code, const std::string& message) : std::runtime_error(message), code_(std::move(code)) {}
  const std::string& code() const noexcept { return code_; }

 private:
  std::string code_;
};

}  // namespace surecall
