#pragma once
// Compiled texts, kept for the whole process: `format: uri` appears in thousands of schemas and takes milliseconds each
// time. Safe to use from any thread. Bounded in bytes: when the allowance is used up everything is dropped.

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "program/text.h"

namespace surecall {

class TextCache {
 public:
  explicit TextCache(size_t limit_bytes) : limit_bytes_(limit_bytes) {}
  /// The one of this process: 32 MiB.
  static TextCache& shared();

  /// compile_text(), compile_text_patterns(): the same results and the same errors. Only successes are kept. What is
  /// returned has an id of its own: equal ids are equal texts.
  std::shared_ptr<const TextDfa> text(const TextSpec& spec, const RegexLimits& limits = {});
  /// Dfa::from_regex(), compacted.
  std::shared_ptr<const TextDfa> regex(std::string_view pattern);
  std::shared_ptr<const TextPatterns> patterns(const TextSpec& spec, const RegexLimits& limits = {});
  size_t memory_bytes() const;
  void clear();

 private:
  template <class T>
  using Table = std::unordered_map<std::string, std::shared_ptr<const T>>;

  template <class T, class Make>
  std::shared_ptr<const T> get(Table<T>& table, std::string key, const RegexLimits& limits, Make&& make);
  void clear_locked();

  const size_t limit_bytes_;
  mutable std::mutex mutex_;
  size_t bytes_ = 0;
  std::atomic<uint64_t> last_id_ = 0;
  Table<TextDfa> texts_, regexes_;
  Table<TextPatterns> patterns_;
};

}  // namespace surecall
