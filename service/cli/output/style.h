// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

// Colours for a terminal. Pure; safe from any thread.
namespace replyguard::service::cli {

class Style {
 public:
  // With `colour` false every function answers its argument unchanged.
  explicit Style(bool colour) : colour_(colour) {}

  bool colour() const { return colour_; }
  std::string Bold(std::string_view text) const { return Wrap("1", text); }
  std::string Dim(std::string_view text) const { return Wrap("2", text); }
  std::string Red(std::string_view text) const { return Wrap("31", text); }
  std::string Green(std::string_view text) const { return Wrap("32", text); }
  std::string Yellow(std::string_view text) const { return Wrap("33", text); }
  // The two marks differ in shape as well: reversed and underlined.
  std::string RedMark(std::string_view text) const { return Wrap("1;7;31", text); }
  std::string GreenMark(std::string_view text) const { return Wrap("1;4;32", text); }

 private:
  std::string Wrap(std::string_view code, std::string_view text) const {
    if (!colour_ || text.empty()) return std::string(text);
    return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
  }

  bool colour_;
};

}  // namespace replyguard::service::cli
