// The hash of features: 64 bits from code points, the same on every machine whatever its byte
// order. A round is the multiply-and-fold of wyhash (Wang Yi, public domain); a feature's hash
// starts from its view.
#pragma once

#include <cstdint>
#include <string_view>

namespace replyguard::classifier {

inline std::uint64_t MixHash(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a ^ 0x9e3779b97f4a7c15ULL) * (b ^ 0xe7037ed1a0b428dbULL);
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

inline std::uint64_t HashCodePoints(std::uint64_t seed, std::u32string_view text) {
  std::uint64_t h = seed;
  for (const char32_t c : text) h = MixHash(h, c + 0x100000000ULL);
  return MixHash(h, text.size());
}

}  // namespace replyguard::classifier
