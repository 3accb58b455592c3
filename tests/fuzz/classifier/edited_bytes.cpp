#include "edited_bytes.h"

#include <malloc.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <new>

#include "model/bytes.h"

namespace {

// Of everything that this process allocates.
std::size_t allocated_bytes = 0;
std::size_t allocated_bytes_peak = 0;

}  // namespace

void* operator new(std::size_t size) {
  void* at = std::malloc(std::max<std::size_t>(size, 1));
  if (at == nullptr) std::abort();
  allocated_bytes += malloc_usable_size(at);
  allocated_bytes_peak = std::max(allocated_bytes_peak, allocated_bytes);
  return at;
}
void operator delete(void* at) noexcept {
  allocated_bytes -= malloc_usable_size(at);
  std::free(at);
}
void operator delete(void* at, std::size_t /*size*/) noexcept { operator delete(at); }
// libFuzzer's own, which delete above gets too.
void* operator new(std::size_t size, const std::nothrow_t& /*tag*/) noexcept {
  return operator new(size);
}
void operator delete(void* at, const std::nothrow_t& /*tag*/) noexcept { operator delete(at); }

namespace replyguard::classifier {
namespace {

void PutWord(std::uint64_t word, std::size_t at, std::string* bytes) {
  for (std::size_t i = 0; i < kWordBytes; ++i)
    (*bytes)[at + i] = static_cast<char>(word >> (8 * i));
}

void MendChecksum(std::string* bytes) {
  bytes->resize(bytes->size() / kWordBytes * kWordBytes);
  if (bytes->size() < kWordBytes) return;
  const std::size_t end = bytes->size() - kWordBytes;
  PutWord(ChecksumWords(std::string_view(*bytes).substr(0, end)), end, bytes);
}

}  // namespace

std::string Edited(std::string bytes, const std::uint8_t* data, std::size_t size) {
  constexpr std::uint64_t kHard[] = {0,
                                     1,
                                     0xFFFFFFFF,
                                     std::uint64_t{1} << 32,
                                     std::uint64_t{1} << 61,
                                     std::uint64_t{1} << 63,
                                     ~std::uint64_t{0},
                                     0x7FEFFFFFFFFFFFFF /* the largest double */,
                                     0x7FF0000000000000 /* infinity */,
                                     0x7FF8000000000000 /* no number */,
                                     0x41CDCD6500000000 /* the largest that is read, 1e9 */};
  for (std::size_t i = 0; i + 3 <= size; i += 3) {
    const std::size_t place = std::size_t{data[i]} << 8 | data[i + 1];
    if ((place & 0x8000) == 0) {
      bytes[place % bytes.size()] = static_cast<char>(data[i + 2]);
    } else {
      const std::size_t word = (place & 0x7FFF) % (bytes.size() / kWordBytes);
      PutWord(kHard[data[i + 2] % std::size(kHard)], word * kWordBytes, &bytes);
    }
  }
  if (size % 3 == 1) bytes.resize(bytes.size() * data[size - 1] / 256);
  MendChecksum(&bytes);
  return bytes;
}

void Require(bool holds) {
  if (!holds) std::abort();
}

std::size_t AllocatedBytes() { return allocated_bytes; }
std::size_t AllocatedBytesPeak() { return allocated_bytes_peak; }
void ResetPeak() { allocated_bytes_peak = allocated_bytes; }

}  // namespace replyguard::classifier
