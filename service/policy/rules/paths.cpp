// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "policy/rules/paths.h"

#include <unicode/uchar.h>

#include <algorithm>

#include "policy/rules/host_name.h"

namespace replyguard::service::policy {
namespace {

// As std::string compares.
unsigned char Byte(char c) { return static_cast<unsigned char>(c); }

bool IsContinuation(char c) { return (Byte(c) & 0xC0U) == 0x80U; }

// Of the character at `at`.
std::uint32_t CategoryAt(std::string_view text, std::size_t at) {
  const UChar32 c = NextChar(text, at);
  return c < 0 ? 0 : U_GET_GC_MASK(c);
}

// From where on there is nothing but what a sentence puts behind a link.
std::size_t EndOfLink(std::string_view path) {
  constexpr std::string_view kAfterLink = ".,:;!)*'_~`|}";
  std::size_t end = path.size();
  while (end > 0) {
    std::size_t last = end - 1;
    while (last > 0 && end - last < 4 && IsContinuation(path[last])) --last;
    const bool is_sign = Byte(path[last]) < 0x80
                             ? kAfterLink.find(path[last]) != std::string_view::npos
                             : (CategoryAt(path, last) & (U_GC_P_MASK | U_GC_S_MASK)) != 0;
    if (!is_sign) break;
    end = last;
  }
  return end;
}

// Whether a segment ends before `at`: parameters, or the text behind a link. Signs beyond ASCII
// that stand inside words and names do not end one.
bool EndsSegment(std::string_view path, std::size_t at) {
  constexpr std::string_view kEnds = "/;&";
  constexpr std::uint32_t kInside = U_GC_PD_MASK | U_GC_PC_MASK;
  if (Byte(path[at]) < 0x80) return kEnds.find(path[at]) != std::string_view::npos;
  for (const std::string_view inside : {"\u00B7", "\u30FB", "\u2019"}) {
    if (path.substr(at).starts_with(inside)) return false;
  }
  return (CategoryAt(path, at) & (U_GC_P_MASK | U_GC_S_MASK) & ~kInside) != 0;
}

}  // namespace

std::string VisiblePath(std::string_view path) {
  std::string visible;
  visible.reserve(path.size());
  for (std::size_t at = 0; at < path.size();) {
    const std::size_t begin = at;
    const UChar32 c = NextChar(path, at);
    if (c < 0 || !IsInvisible(static_cast<char32_t>(c)))
      visible.append(path.substr(begin, at - begin));
  }
  return visible;
}

std::string NormalPath(std::string_view any_path) {
  const std::string visible = VisiblePath(any_path);
  const std::string_view path = visible;
  std::vector<std::string_view> segments;
  bool is_folder = false;
  for (std::size_t at = 0; at < path.size();) {
    const std::size_t slash = std::min(path.find_first_of("/\\", at), path.size());
    const std::string_view segment = path.substr(at, slash - at);
    is_folder = slash < path.size() || segment.empty() || segment == "." || segment == "..";
    if (segment == "..") {
      if (!segments.empty()) segments.pop_back();
    } else if (!segment.empty() && segment != ".") {
      segments.push_back(segment);
    }
    at = slash + 1;
  }
  std::string normal;
  for (const std::string_view segment : segments) normal.append("/").append(segment);
  if (is_folder || normal.empty()) normal.push_back('/');
  return normal;
}

void PathTable::Build() { std::sort(rules_.begin(), rules_.end()); }

// Narrows the sorted paths byte by byte to those that the path begins with.
std::vector<std::uint32_t> PathTable::Find(std::string_view path) const {
  const std::size_t end_of_link = EndOfLink(path);
  std::vector<std::uint32_t> found;
  auto first = rules_.begin();
  auto last = rules_.end();
  for (std::size_t size = 0; first != last; ++size) {
    const bool lies_under =
        size == 0 || size >= end_of_link || path[size - 1] == '/' || EndsSegment(path, size);
    for (; first != last && first->first.size() == size; ++first) {
      if (lies_under) found.push_back(first->second);
    }
    if (size == path.size()) break;
    const unsigned char next = Byte(path[size]);
    first = std::partition_point(first, last,
                                 [&](const auto& rule) { return Byte(rule.first[size]) < next; });
    last = std::partition_point(first, last,
                                [&](const auto& rule) { return Byte(rule.first[size]) == next; });
  }
  return found;
}

}  // namespace replyguard::service::policy
