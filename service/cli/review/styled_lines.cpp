// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/review/styled_lines.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace replyguard::service::cli {
namespace {

constexpr std::string_view kPlain = "\x1b[0m";

struct Wide {
  std::uint32_t first;
  std::uint32_t last;
};

// What terminals draw two columns wide (East Asian Width W and F, emoji). Too much rather than too
// little: a line that is broken early is still read, one that is too long moves all others.
constexpr std::array<Wide, 11> kWide = {{{0x1100, 0x115F},
                                         {0x231A, 0x23FF},
                                         {0x2600, 0x27BF},
                                         {0x2B00, 0x2BFF},
                                         {0x2E80, 0xA4CF},
                                         {0xA960, 0xA97C},
                                         {0xAC00, 0xD7A3},
                                         {0xF900, 0xFAFF},
                                         {0xFE30, 0xFE6F},
                                         {0xFF00, 0xFFE6},
                                         {0x1F000, 0x3FFFD}}};

// A character, or a sequence of Style's that takes no column.
struct Piece {
  std::string_view bytes;
  std::size_t columns = 0;
};

std::uint32_t PointOf(std::string_view bytes) {
  if (bytes.size() == 1) return static_cast<std::uint8_t>(bytes.front());
  std::uint32_t point = static_cast<std::uint8_t>(bytes.front()) & (0x7FU >> bytes.size());
  for (const char c : bytes.substr(1)) point = point << 6U | (static_cast<std::uint8_t>(c) & 0x3FU);
  return point;
}

Piece FirstOf(std::string_view text) {
  if (text.front() == '\x1b')
    return {text.substr(0, std::min(text.find('m'), text.size() - 1) + 1)};
  std::size_t size = 1;
  while (size < text.size() && (static_cast<std::uint8_t>(text[size]) & 0xC0U) == 0x80) ++size;
  const std::uint32_t point = PointOf(text.substr(0, size));
  const bool wide = std::any_of(kWide.begin(), kWide.end(), [&](const Wide& range) {
    return point >= range.first && point <= range.last;
  });
  return {text.substr(0, size), wide ? 2U : 1U};
}

// The lines that one line of the text becomes.
class Wrapping {
 public:
  Wrapping(std::size_t columns, std::string_view line, std::vector<std::string>& lines)
      : columns_(columns), lines_(lines) {
    const std::size_t first = std::min(line.find_first_not_of(' '), line.size());
    indent_ = std::string(std::min(first, columns / 3), ' ');
  }

  void Add(const Piece& piece) {
    if (piece.columns == 0) {
      style_ = piece.bytes == kPlain ? std::string() : std::string(piece.bytes);
      line_ += piece.bytes;
      return;
    }
    // Both spaces beside a break go.
    if (used_ + piece.columns > columns_) Break(piece.bytes == " ");
    if (after_break_ && piece.bytes == " ") return;
    after_break_ = false;
    line_ += piece.bytes;
    used_ += piece.columns;
    if (piece.bytes == " " && used_ > indent_.size()) {
      space_at_ = line_.size();
      space_used_ = used_;
      space_style_ = style_;
    }
  }

  void Finish() { lines_.push_back(Closed(line_, style_)); }

 private:
  static std::string Closed(std::string line, const std::string& style) {
    while (line.ends_with(' ')) line.pop_back();
    return style.empty() ? line : line.append(kPlain);
  }

  void Break(bool at_space) {
    std::string rest;
    std::size_t rest_used = 0;
    std::string rest_style = style_;
    if (!at_space && space_at_ > 0) {
      rest = line_.substr(space_at_);
      rest_used = used_ - space_used_;
      rest_style = space_style_;
      line_.resize(space_at_ - 1);
    }
    lines_.push_back(Closed(line_, rest_style));
    line_ = indent_ + rest_style + rest;
    used_ = indent_.size() + rest_used;
    space_at_ = 0;
    after_break_ = rest_used == 0;
  }

  const std::size_t columns_;
  std::vector<std::string>& lines_;
  std::string indent_;
  std::string line_;
  std::string style_;  // in force at the end of line_; empty for none
  std::size_t used_ = 0;
  std::size_t space_at_ = 0;  // one past the last space; 0 for none
  std::size_t space_used_ = 0;
  std::string space_style_;
  bool after_break_ = false;
};

}  // namespace

std::vector<std::string> WrapStyled(std::string_view text, std::size_t columns) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    Wrapping wrapping(columns, line, lines);
    while (!line.empty()) {
      const Piece piece = FirstOf(line);
      wrapping.Add(piece);
      line.remove_prefix(piece.bytes.size());
    }
    wrapping.Finish();
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

}  // namespace replyguard::service::cli
