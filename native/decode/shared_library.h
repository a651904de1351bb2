#pragma once
// A shared library that is opened for a look and closed again.

#include <string>

namespace surecall {

class SharedLibrary {
 public:
  /// Opens the library at a UTF-8 path. Where it cannot be opened the object is false and `error()` says why.
  explicit SharedLibrary(const std::string& path);
  ~SharedLibrary();
  SharedLibrary(const SharedLibrary&) = delete;
  SharedLibrary& operator=(const SharedLibrary&) = delete;

  explicit operator bool() const { return handle_ != nullptr; }
  const std::string& error() const { return error_; }
  /// The address of a symbol; null if there is none.
  void* symbol(const char* name) const;

 private:
  void* handle_;
  std::string error_;
};

}  // namespace surecall
