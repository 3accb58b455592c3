// Writing and reading a model's bytes: little-endian words, bounds checked.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>

#include "math/hash.h"
#include "math/limited.h"

namespace replyguard::classifier {

inline constexpr std::size_t kWordBytes = 8;

inline std::uint64_t LoadWord(std::string_view bytes, std::size_t at) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < kWordBytes; ++i) {
    value |= std::uint64_t{static_cast<unsigned char>(bytes[at + i])} << (8 * i);
  }
  return value;
}

// REQUIRES: bytes.size() is a multiple of kWordBytes.
inline std::uint64_t ChecksumWords(std::string_view bytes) {
  std::uint64_t h = bytes.size();
  for (std::size_t at = 0; at < bytes.size(); at += kWordBytes) h = MixHash(h, LoadWord(bytes, at));
  return h;
}

class ByteWriter {
 public:
  void Word(std::uint64_t value) {
    for (std::size_t i = 0; i < kWordBytes; ++i)
      out_.push_back(static_cast<char>((value >> (8 * i)) & 0xff));
  }
  void Double(double value) { Word(std::bit_cast<std::uint64_t>(value)); }

  std::string Take() { return std::move(out_); }
  // The bytes with their checksum.
  std::string Finish() {
    Word(ChecksumWords(out_));
    return std::move(out_);
  }

 private:
  std::string out_;
};

// After a read beyond the end ok() is false and every value is 0.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}

  bool ok() const { return ok_; }
  bool AtEnd() const { return ok_ && at_ == bytes_.size(); }

  std::uint64_t Word() {
    if (!ok_ || bytes_.size() - at_ < kWordBytes) {
      ok_ = false;
      return 0;
    }
    const std::uint64_t value = LoadWord(bytes_, at_);
    at_ += kWordBytes;
    return value;
  }
  // A number within kNumberMax; anything else is not ok.
  double Double() {
    const auto value = std::bit_cast<double>(Word());
    if (!(std::abs(value) <= kNumberMax)) ok_ = false;
    return ok_ ? value : 0;
  }
  // How many items of at least `words` words follow; 0 and not ok if the bytes cannot hold them.
  std::uint64_t Count(std::size_t words) {
    const std::uint64_t count = Word();
    if (count > (bytes_.size() - at_) / (words * kWordBytes)) ok_ = false;
    return ok_ ? count : 0;
  }
  // The next bytes themselves; none and not ok if there are fewer.
  std::string_view Bytes(std::uint64_t size) {
    if (size > bytes_.size() - at_) ok_ = false;
    if (!ok_) return {};
    at_ += size;
    return bytes_.substr(at_ - size, size);
  }
  void Fail() { ok_ = false; }

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;
  bool ok_ = true;
};

}  // namespace replyguard::classifier
