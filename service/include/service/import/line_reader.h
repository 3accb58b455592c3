// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <string>

namespace replyguard::service::importing {

// One line of input may be so long; the largest comment takes 65,525 bytes, six times that when
// escaped.
inline constexpr std::size_t kLineBytesMax = 1024 * 1024;
inline constexpr const char* kLineTooLong = "is longer than the 1,048,576 bytes a line may have";

// Reads a stream line by line without ever holding more than kLineBytesMax of it. The stream
// outlives the reader.
class LineReader {
 public:
  explicit LineReader(std::istream& in) : in_(in) {}

  enum class Got { kLine, kTooLong, kEnd };
  // The next line that is not empty, without its end (LF or CRLF; the last one needs none), and
  // without a byte order mark before the first. kTooLong: the line was skipped, `line` holds its
  // beginning.
  Got Next(std::string& line);

  std::int64_t line_number() const { return line_number_; }  // of the last line, from 1
  std::int64_t bytes_read() const { return bytes_read_; }

 private:
  std::istream& in_;
  std::int64_t line_number_ = 0;
  std::int64_t bytes_read_ = 0;
};

}  // namespace replyguard::service::importing
