// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "policy/rules/paths.h"

#include <algorithm>

namespace replyguard::service::policy {
namespace {

// As std::string compares.
unsigned char Byte(char c) { return static_cast<unsigned char>(c); }

// From where on there is nothing but what a sentence puts behind a link.
std::size_t EndOfLink(std::string_view path) {
  constexpr std::string_view kAfterLink = ".,:;!)*'";
  return path.find_last_not_of(kAfterLink) + 1;
}

}  // namespace

std::string NormalPath(std::string_view path) {
  std::vector<std::string_view> segments;
  bool is_folder = false;
  for (std::size_t at = 0; at < path.size();) {
    const std::size_t slash = std::min(path.find('/', at), path.size());
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
  constexpr std::string_view kEndsSegment = "/;&";
  const std::size_t end_of_link = EndOfLink(path);
  std::vector<std::uint32_t> found;
  auto first = rules_.begin();
  auto last = rules_.end();
  for (std::size_t size = 0; first != last; ++size) {
    const bool lies_under = size == 0 || size >= end_of_link || path[size - 1] == '/' ||
                            kEndsSegment.find(path[size]) != std::string_view::npos;
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
