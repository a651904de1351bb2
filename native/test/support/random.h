#pragma once
// Random numbers for tests: seeded, and the same on every platform (the distributions of <random> are not).

#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <span>
#include <string>
#include <string_view>

namespace surecall::test {

class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t next() {  // SplitMix64
    uint64_t z = state_ += 0x9e3779b97f4a7c15ull;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return z ^ (z >> 31);
  }
  /// A number in [0, n).
  uint32_t below(uint32_t n) { return static_cast<uint32_t>((next() >> 32) * n >> 32); }
  /// A number in [low, high].
  uint32_t between(uint32_t low, uint32_t high) { return low + below(high - low + 1); }
  bool percent(uint32_t chance) { return below(100) < chance; }
  template <class T>
  const T& pick(std::span<const T> of) {
    return of[below(static_cast<uint32_t>(of.size()))];
  }
  template <class Container>
  const auto& pick(const Container& of) {
    return of[below(static_cast<uint32_t>(std::size(of)))];
  }
  /// `length` characters of `alphabet`.
  std::string text(std::string_view alphabet, uint32_t length) {
    std::string out;
    for (uint32_t i = 0; i < length; ++i) out += pick(alphabet);
    return out;
  }

 private:
  uint64_t state_;
};

/// How many seeds a test tries. SURECALL_TEST_SEEDS=50 makes it fifty times as many, for a long soak.
inline uint64_t seeds(uint64_t usual) {
  const char* times = std::getenv("SURECALL_TEST_SEEDS");
  return times == nullptr ? usual : usual * std::strtoull(times, nullptr, 10);
}

}  // namespace surecall::test
