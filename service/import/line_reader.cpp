// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/import/line_reader.h"

#include <istream>
#include <streambuf>

namespace replyguard::service::importing {

LineReader::Got LineReader::Next(std::string& line) {
  std::streambuf& buffer = *in_.rdbuf();
  constexpr auto kEof = std::streambuf::traits_type::eof();
  while (true) {
    line.clear();
    bool too_long = false;
    bool any = false;
    int c = buffer.sbumpc();
    for (; c != kEof && c != '\n'; c = buffer.sbumpc()) {
      any = true;
      ++bytes_read_;
      if (line.size() < kLineBytesMax) {
        line.push_back(static_cast<char>(c));
      } else {
        too_long = true;
      }
    }
    if (c == kEof && !any) return Got::kEnd;
    // Some editors begin a file with a byte order mark; it is no part of the text.
    if (line_number_ == 0 && line.starts_with("\xEF\xBB\xBF")) line.erase(0, 3);
    ++bytes_read_;
    ++line_number_;
    if (too_long) return Got::kTooLong;
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.find_first_not_of(" \t") != std::string::npos) return Got::kLine;
  }
}

}  // namespace replyguard::service::importing
