// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "policy/rules/decoded.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <optional>
#include <utility>

#include "policy/rules/utf8.h"

namespace replyguard::service::policy {
namespace {

// What an escape stands for, and how many bytes it takes.
struct Escape {
  std::string character;
  std::size_t size = 0;
};

constexpr std::size_t kReferenceBytesMax = 12;
constexpr std::uint32_t kCodePointMax = 0x10FFFF;

// The named references of characters that separate the parts of a link.
constexpr std::array<std::pair<std::string_view, char>, 9> kNamed{{{"period", '.'},
                                                                   {"sol", '/'},
                                                                   {"colon", ':'},
                                                                   {"bsol", '\\'},
                                                                   {"commat", '@'},
                                                                   {"amp", '&'},
                                                                   {"percnt", '%'},
                                                                   {"hyphen", '-'},
                                                                   {"lowbar", '_'}}};

std::optional<Escape> Reference(std::string_view text) {
  const std::size_t end = text.substr(0, kReferenceBytesMax).find(';');
  std::size_t size = end == std::string_view::npos ? 0 : end + 1;
  if (text.size() < 3 || text[1] != '#') {
    if (size == 0) return std::nullopt;
    const std::string_view name = text.substr(1, end - 1);
    const auto found = std::find_if(kNamed.begin(), kNamed.end(),
                                    [name](const auto& named) { return named.first == name; });
    if (found == kNamed.end()) return std::nullopt;
    return Escape{std::string(1, found->second), size};
  }
  const bool is_hex = (text[2] | 32) == 'x';
  const std::string_view digits = text.substr(is_hex ? 3 : 2, kReferenceBytesMax);
  std::uint32_t code = 0;
  const auto [stop, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), code, is_hex ? 16 : 10);
  if (error != std::errc() || code < 0x20 || code > kCodePointMax || (code >> 11U) == 0x1B)
    return std::nullopt;
  size = static_cast<std::size_t>(stop - text.data());
  if (size < text.size() && text[size] == ';') ++size;  // browsers do without it
  Escape escape{{}, size};
  AppendUtf8(escape.character, code);
  return escape;
}

std::optional<Escape> Percent(std::string_view text) {
  if (text.size() < 3) return std::nullopt;
  std::uint32_t byte = 0;
  const auto [stop, error] = std::from_chars(text.data() + 1, text.data() + 3, byte, 16);
  if (error != std::errc() || stop != text.data() + 3 || byte < 0x20) return std::nullopt;
  return Escape{std::string(1, static_cast<char>(byte)), 3};
}

template <typename Read>
DecodedText Pass(const DecodedText& in, char sign, Read read) {
  DecodedText out;
  out.text.reserve(in.text.size());
  out.origin.reserve(in.origin.size());
  for (std::size_t at = 0; at < in.text.size();) {
    std::optional<Escape> escape;
    if (in.text[at] == sign) escape = read(std::string_view(in.text).substr(at));
    if (!escape) escape = Escape{std::string(1, in.text[at]), 1};
    out.text.append(escape->character);
    out.origin.insert(out.origin.end(), escape->character.size(), in.origin[at]);
    at += escape->size;
  }
  out.origin.push_back(in.origin.back());
  return out;
}

}  // namespace

bool HasEscapes(std::string_view text) {
  return text.find_first_of("%&") != std::string_view::npos;
}

DecodedText DecodeEscapes(std::string_view text) {
  DecodedText plain;
  plain.text = std::string(text);
  plain.origin.resize(text.size() + 1);
  for (std::size_t i = 0; i <= text.size(); ++i) plain.origin[i] = static_cast<std::uint32_t>(i);
  return Pass(Pass(plain, '&', Reference), '%', Percent);
}

}  // namespace replyguard::service::policy
