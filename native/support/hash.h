#pragma once
// Hashing for interned things: cheap, well mixed, the same on every platform.

#include <cstdint>

namespace surecall {

/// Mixes `value` into `seed` (the finaliser of SplitMix64, Steele, Lea and Flood 2014).
inline uint64_t hash_mix(uint64_t seed, uint64_t value) {
  uint64_t z = seed + 0x9e3779b97f4a7c15ull + value;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
  return z ^ (z >> 31);
}

}  // namespace surecall
