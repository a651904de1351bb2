#include "decode/shared_library.h"

#if defined(_WIN32)
#include <windows.h>

#include <filesystem>
#include <system_error>
#else
#include <dlfcn.h>
#endif

namespace surecall {

#if defined(_WIN32)

SharedLibrary::SharedLibrary(const std::string& path) {
  const DWORD before = SetErrorMode(SEM_FAILCRITICALERRORS);  // no message box for a missing dependency
  const std::wstring wide = std::filesystem::path(std::u8string(path.begin(), path.end())).wstring();
  handle_ = LoadLibraryExW(wide.c_str(), nullptr, LOAD_WITH_ALTERED_SEARCH_PATH);
  if (handle_ == nullptr) error_ = std::system_category().message(static_cast<int>(GetLastError()));
  SetErrorMode(before);
}

SharedLibrary::~SharedLibrary() {
  if (handle_ != nullptr) FreeLibrary(static_cast<HMODULE>(handle_));
}

void* SharedLibrary::symbol(const char* name) const {
  return reinterpret_cast<void*>(GetProcAddress(static_cast<HMODULE>(handle_), name));
}

#else

SharedLibrary::SharedLibrary(const std::string& path) : handle_(dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL)) {
  if (handle_ == nullptr) {
    const char* const message = dlerror();
    error_ = message == nullptr ? "it cannot be opened" : message;
  }
}

SharedLibrary::~SharedLibrary() {
  if (handle_ != nullptr) dlclose(handle_);
}

void* SharedLibrary::symbol(const char* name) const { return dlsym(handle_, name); }

#endif

}  // namespace surecall
