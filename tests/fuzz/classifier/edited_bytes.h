// Hostile versions of good bytes, and how much reading them allocates: for fuzz targets of readers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace replyguard::classifier {

// Aborts, which is what a fuzzer looks for, unless it holds.
void Require(bool holds);

// Three bytes an edit: a place of 15 bits, and what stands there from now on. With the first bit
// set the place counts words, and the word becomes a number that is hard to bear; else it counts
// bytes. A byte more at the end cuts the bytes. The checksum is mended, so that what lies behind it
// is reached.
std::string Edited(std::string bytes, const std::uint8_t* data, std::size_t size);

// Whatever the bytes hold: calls read() and requires that it never held more memory at once than a
// small multiple of the `size` bytes that it reads.
template <typename Read>
auto ReadWithinBounds(std::size_t size, const Read& read);

// The bytes allocated now, and the most there were since the last ResetPeak(). One thread's.
std::size_t AllocatedBytes();
std::size_t AllocatedBytesPeak();
void ResetPeak();

template <typename Read>
auto ReadWithinBounds(std::size_t size, const Read& read) {
  constexpr std::size_t kAllocatedMultipleMax = 8;
  constexpr std::size_t kAllocatedBytesLeast = 64 << 10;
  const std::size_t before = AllocatedBytes();
  ResetPeak();
  auto result = read();
  Require(AllocatedBytesPeak() - before <= kAllocatedBytesLeast + kAllocatedMultipleMax * size);
  return result;
}

}  // namespace replyguard::classifier
