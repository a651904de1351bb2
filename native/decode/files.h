#pragma once
// What the standard library lacks for files that must survive a crash.

#include <cstdint>
#include <filesystem>
#include <span>

namespace surecall {

uint64_t process_id();

/// Writes a new file and waits until the disk has it. False if anything failed; the file may then exist.
bool write_durably(const std::filesystem::path& path, std::span<const std::span<const uint8_t>> parts);

}  // namespace surecall
