// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "policy/rules/odd_hosts.h"

#include <unicode/uchar.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "policy/rules/host_name.h"
#include "policy/rules/scan.h"

namespace replyguard::service::policy {
namespace {

bool EndsOddHost(UChar32 c) {
  return EndsAuthority(c) && c != '"' && c != '\'' && c != '[' && c != ']';
}

// The named reference that a text begins with, if it may be one; without its signs.
std::string_view NamedReference(std::string_view text) {
  if (!text.starts_with('&')) return {};
  std::size_t end = 1;
  while (end < text.size() && absl::ascii_isalnum(static_cast<unsigned char>(text[end]))) ++end;
  return end < text.size() && text[end] == ';' ? text.substr(1, end - 1) : std::string_view();
}

bool MayBeOfLabel(UChar32 c) {
  return c >= 0 && (IsHostChar(static_cast<char32_t>(c)) || u_charType(c) == U_CURRENCY_SYMBOL);
}

}  // namespace

std::size_t OddHosts::EndAt(std::size_t at) {
  if (at >= end_) end_ = ScanTo(text_, at, EndsOddHost);
  return end_;
}

bool OddHosts::GoesOnToLabel(std::size_t at) {
  const std::string_view odd = text_.substr(at, EndAt(at) - at);
  const std::string_view reference = NamedReference(odd);
  for (const std::string_view end : {"nbsp", "quot", "apos", "lt", "gt"}) {
    if (reference == end) return false;
  }
  std::size_t next = 0;
  if (!reference.empty() && reference != "amp") return true;
  if (!odd.empty() && u_charType(NextChar(odd, next)) == U_CURRENCY_SYMBOL) return true;
  const std::size_t label = NextLabel(at);
  return label < end_ && label < Next(next_divider_, "@[]", at);
}

bool OddHosts::GoesOnToMailbox(std::size_t at) {
  const std::size_t end = EndAt(at);
  const std::size_t mark = Next(next_mark_, "()[]\"'", at);
  return mark < end && Next(next_sign_, "@", mark) < end;
}

bool OddHosts::GoesOnToSign(std::size_t at) { return Next(next_at_, "@", at) < EndAt(at); }

// Programs that make links of such text end them at a closing mark with another behind it, and
// nobody registers what else a sentence without a Latin letter reads as.
bool OddHosts::IsOfSentence(std::size_t at) {
  constexpr std::string_view kClosing = ")]\"'", kMarks = ".,;!?)";
  const std::string_view odd = text_.substr(at, EndAt(at) - at);
  if (odd.size() > 1 && kClosing.find(odd[0]) != std::string_view::npos)
    return kMarks.find(odd[1]) != std::string_view::npos;
  std::size_t next = 0;
  return !HasAscii(at) && !odd.empty() && u_ispunct(NextChar(odd, next));
}

std::size_t OddHosts::Next(std::size_t& next, std::string_view chars, std::size_t at) const {
  if (next <= at) next = std::min(text_.find_first_of(chars, at), text_.size());
  return next;
}

std::size_t OddHosts::NextLabel(std::size_t at) {
  if (next_label_ > 0 && at <= next_dot_) return next_label_;
  bool follows_dot = false;
  std::size_t dot = text_.size();
  while (at < text_.size()) {
    const std::size_t begin = at;
    const UChar32 c = NextChar(text_, at);
    const bool is_dot = c >= 0 && IsDot(static_cast<char32_t>(c));
    if (follows_dot && !is_dot && MayBeOfLabel(c)) {
      next_dot_ = dot;
      return next_label_ = begin;
    }
    follows_dot = is_dot;
    if (is_dot) dot = begin;
  }
  next_dot_ = text_.size();
  return next_label_ = text_.size();
}

bool OddHosts::HasAscii(std::size_t at) {
  if (next_ascii_ < at) {
    const auto is_ascii = [](char c) { return (c & 0x80) == 0; };
    const auto from = text_.begin() + static_cast<std::ptrdiff_t>(at);
    next_ascii_ =
        static_cast<std::size_t>(std::find_if(from, text_.end(), is_ascii) - text_.begin());
  }
  return next_ascii_ < end_;
}

}  // namespace replyguard::service::policy
