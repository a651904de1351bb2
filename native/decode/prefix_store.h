#pragma once
// Evaluated prefixes on disk, so that the next process starts where this one was: one file per prefix, holding its tokens
// and the state that the model had after them.
//
// A file is believed only if its header names this key, its length is right and its checksum holds; any other is deleted,
// or left alone if it is not ours. It is written under a temporary name in the same folder, flushed to the disk and renamed,
// so that a process that is killed leaves nothing half-written under a name that counts, and processes at work on the same
// folder see each other's files whole or not at all. The folder is kept below a size; what was not used for the longest
// time goes first. It is a cache: that something cannot be read or written is never an error.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "vocab/vocabulary.h"

namespace surecall {

/// Names all that a state depends on: the weights, how keys and values are stored, the version of llama.cpp.
struct PrefixKey {
  uint64_t low = 0, high = 0;
  bool operator==(const PrefixKey&) const = default;
};

/// The key for a model's file and a description of everything else. Reads files up to 64 MB whole; of larger ones the first
/// 16 MB, which hold the metadata, the last MB, and 256 stretches of 64 KB between, so that models differ that differ in any
/// tensor of some size. Nothing if the file cannot be read.
std::optional<PrefixKey> prefix_key(const std::string& model_path, const std::string& parameters);

class PrefixStore {
 public:
  /// Reads the folder's index. Makes the folder when something is first saved. `most_bytes`: of all files in it.
  PrefixStore(std::filesystem::path folder, PrefixKey key, uint64_t most_bytes);
  /// Waits until everything is written.
  ~PrefixStore();
  PrefixStore(const PrefixStore&) = delete;
  PrefixStore& operator=(const PrefixStore&) = delete;

  struct Prefix {
    std::vector<TokenId> tokens;
    std::vector<uint8_t> state;
  };
  /// How many tokens at the beginning the best stored prefix has in common with these.
  size_t known(std::span<const TokenId> tokens) const;
  /// The stored prefix that has most in common with these tokens. It may be longer than what is common.
  std::optional<Prefix> load(std::span<const TokenId> tokens);
  /// Writes on a thread of its own. Dropped if that is too busy.
  void save(Prefix prefix);
  /// Waits until what was saved so far is written.
  void flush();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace surecall
