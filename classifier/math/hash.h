// The hash of features: 64 bits from code points, the same on every machine whatever its byte
// order. A round is the multiply-and-fold of wyhash (Wang Yi, public domain) and takes three code
// points of 21 bits; a feature's hash starts from its view.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace replyguard::classifier {

constexpr std::uint64_t MixHash(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a ^ 0x9e3779b97f4a7c15ULL) * (b ^ 0xe7037ed1a0b428dbULL);
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

// Three code points in a row as one word: less than 2^63.
constexpr std::uint64_t PackThree(char32_t a, char32_t b, char32_t c) {
  return std::uint64_t{a} << 42 | std::uint64_t{b} << 21 | c;
}
// The three that are one place further on.
constexpr std::uint64_t PackNext(std::uint64_t three, char32_t next) {
  return three << 22 >> 1 | next;
}
// The three that are one place further back.
constexpr std::uint64_t PackBefore(char32_t before, std::uint64_t three) {
  return std::uint64_t{before} << 42 | three >> 21;
}

// The hash of `text` with each character read by `read`.
template <typename Read>
constexpr std::uint64_t HashCodePoints(std::uint64_t seed, std::u32string_view text,
                                       const Read& read) {
  const char32_t* const at = text.data();
  const std::size_t size = text.size();
  // The length tells where the last round ends, which may have less than three.
  std::uint64_t h = seed + size;
  std::size_t i = 0;
  for (; i + 3 <= size; i += 3)
    h = MixHash(h, PackThree(read(at[i]), read(at[i + 1]), read(at[i + 2])));
  if (i == size) return h;
  return MixHash(h, PackThree(0, read(at[i]), i + 1 < size ? read(at[i + 1]) : 0));
}

constexpr std::uint64_t HashCodePoints(std::uint64_t seed, std::u32string_view text) {
  return HashCodePoints(seed, text, [](char32_t c) { return c; });
}

// Continues the hash of a name by `bytes`: a name's hash does not depend on where it was cut.
constexpr std::uint64_t HashBytes(std::uint64_t h, std::string_view bytes) {
  for (const char c : bytes) h = MixHash(h, static_cast<unsigned char>(c) + 0x100ULL);
  return h;
}

// The hash of the character n-gram, n 3 or 4, whose first three are `first` and whose last
// three `last`; for n = 3 `last` is 0.
// REQUIRES: seed < 2^63, so that no three characters make a factor zero.
constexpr std::uint64_t HashGram(std::uint64_t seed, std::uint64_t first, std::uint64_t last) {
  return MixHash(first, last ^ seed);
}

}  // namespace replyguard::classifier
