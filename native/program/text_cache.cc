#include "program/text_cache.h"

#include "program/compact_dfa.h"
#include "program/other_names.h"

namespace surecall {
namespace {

void put(std::string& key, uint32_t number) { key.append(reinterpret_cast<const char*>(&number), sizeof number); }

/// What tells patterns apart: all of them, in order, each with its length before it.
std::string key_of_patterns(const TextSpec& spec) {
  std::string key;
  for (const TextPattern& p : spec.patterns) {
    put(key, static_cast<uint32_t>(p.kind) | (p.negated ? 1u : 0u));
    put(key, static_cast<uint32_t>(p.text.size()));
    key += p.text;
  }
  return key;
}

std::string key_of_text(const TextSpec& spec) {
  std::string key = key_of_patterns(spec);
  put(key, spec.min);
  put(key, spec.max);
  put(key, static_cast<uint32_t>(spec.spelling));
  return key;
}

size_t bytes_of(const TextDfa& dfa) {
  return sizeof dfa + (dfa.next.capacity() + dfa.costs.capacity()) * sizeof(uint32_t) + dfa.accepting.capacity() +
         dfa.in_loop.capacity() + dfa.arrivals.capacity() * sizeof(TextDfa::Arrival);
}

size_t bytes_of(const TextPatterns& p) {
  return sizeof p + p.dfa.next.capacity() * sizeof(uint32_t) + p.dfa.accepting.capacity() +
         p.classes.stretches().capacity() * sizeof(CharClasses::Stretch);
}

constexpr size_t kEntryBytes = 128;  // of a hash table's node, about

}  // namespace

TextCache& TextCache::shared() {
  static TextCache cache(size_t{32} << 20);
  return cache;
}

template <class T, class Make>
std::shared_ptr<const T> TextCache::get(Table<T>& table, std::string key, const RegexLimits& limits, Make&& make) {
  {
    const std::lock_guard guard(mutex_);
    const auto known = table.find(key);
    // What took more steps than are allowed now fails as it would have failed without a cache.
    if (known != table.end() && known->second->steps <= limits.dfa_steps) return known->second;
  }
  auto made = std::make_shared<T>(make());
  if constexpr (requires { made->id; }) made->id = ++last_id_;
  const size_t bytes = bytes_of(*made) + key.capacity() + kEntryBytes;
  const std::lock_guard guard(mutex_);
  if (bytes > limit_bytes_ / 4) return made;  // keeping it would drop too much else
  if (bytes_ + bytes > limit_bytes_) clear_locked();
  const auto [it, is_new] = table.try_emplace(std::move(key), made);
  if (is_new) bytes_ += bytes;
  return it->second;
}

std::shared_ptr<const TextDfa> TextCache::text(const TextSpec& spec, const RegexLimits& limits) {
  return get(texts_, key_of_text(spec), limits, [&] {
    return spec.spelling == TextSpelling::names ? names_text(spec) : compile_text(spec, *patterns(spec, limits), limits);
  });
}

std::shared_ptr<const TextDfa> TextCache::regex(std::string_view pattern) {
  return get(regexes_, std::string(pattern), {}, [&] { return compact(Dfa::from_regex(pattern)); });
}

std::shared_ptr<const TextPatterns> TextCache::patterns(const TextSpec& spec, const RegexLimits& limits) {
  return get(patterns_, key_of_patterns(spec), limits, [&] { return compile_text_patterns(spec, limits); });
}

size_t TextCache::memory_bytes() const {
  const std::lock_guard guard(mutex_);
  return bytes_;
}

void TextCache::clear() {
  const std::lock_guard guard(mutex_);
  clear_locked();
}

void TextCache::clear_locked() {
  texts_.clear();
  regexes_.clear();
  patterns_.clear();
  bytes_ = 0;
}

}  // namespace surecall
