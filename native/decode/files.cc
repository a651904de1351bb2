#include "decode/files.h"

#include <cstdio>
#include <memory>

#if defined(_WIN32)
#include <io.h>
#include <process.h>
#else
#include <unistd.h>
#endif

namespace surecall {
namespace {

#if defined(_WIN32)
int flush_to_disk(std::FILE* file) { return _commit(_fileno(file)); }
std::FILE* open_new(const std::filesystem::path& path) { return _wfopen(path.c_str(), L"wb"); }
#else
int flush_to_disk(std::FILE* file) { return fsync(fileno(file)); }
std::FILE* open_new(const std::filesystem::path& path) { return std::fopen(path.c_str(), "wb"); }
#endif

}  // namespace

uint64_t process_id() {
#if defined(_WIN32)
  return static_cast<uint64_t>(_getpid());
#else
  return static_cast<uint64_t>(getpid());
#endif
}

bool write_durably(const std::filesystem::path& path, std::span<const std::span<const uint8_t>> parts) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(open_new(path), std::fclose);
  if (!file) return false;
  for (const std::span<const uint8_t> part : parts) {
    if (std::fwrite(part.data(), 1, part.size(), file.get()) != part.size()) return false;
  }
  return std::fflush(file.get()) == 0 && flush_to_disk(file.get()) == 0;
}

}  // namespace surecall
