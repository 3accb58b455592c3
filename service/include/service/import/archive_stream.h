// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <istream>
#include <memory>
#include <streambuf>
#include <string>
#include <string_view>

// The bytes of an archive, as they are or out of gzip, in constant memory. One thread.
namespace replyguard::service::importing {

// Reads `in`, which outlives it; what begins as gzip does is decompressed on the way (several
// members one after the other too). Whoever reads finds the end of the bytes where the compressed
// data are cut off or broken; error() tells then.
class ArchiveStream {
 public:
  explicit ArchiveStream(std::istream& in);
  ~ArchiveStream();
  ArchiveStream(const ArchiveStream&) = delete;
  ArchiveStream& operator=(const ArchiveStream&) = delete;

  // What is read from. Its exception mask is empty.
  std::istream& stream() { return stream_; }
  std::streambuf& buffer();
  // What comes next, decompressed, without reading on: at most 64 KiB, empty at the end.
  std::string_view Ahead();
  // Taken from `in`, compressed as they are: for a progress bar against the file's size.
  std::int64_t bytes_read() const;
  // Why reading ended before the end of the data; empty when it did not.
  const std::string& error() const;

 private:
  class Buffer;
  std::unique_ptr<Buffer> buffer_;
  std::istream stream_;
};

}  // namespace replyguard::service::importing
