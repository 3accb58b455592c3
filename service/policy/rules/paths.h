// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace replyguard::service::policy {

// The path without its invisible characters, which text grows and no reader sees. Linear.
std::string VisiblePath(std::string_view path);

// The same without empty and dot segments, as servers read it, and with backslashes as slashes, as
// browsers do. Linear.
std::string NormalPath(std::string_view path);

// The rules about one host, by their paths. Add() every one, Build(), then Find() as often as
// needed; Find is const and thread-safe.
class PathTable {
 public:
  // An empty path: the whole host. REQUIRES: VisiblePath.
  void Add(std::string path, std::uint32_t rule) { rules_.emplace_back(std::move(path), rule); }
  void Build();

  // The rules under whose paths this one lies: whole segments, without what a sentence puts behind
  // a link in any script. REQUIRES: NormalPath. Cost: the path's length (at most the longest
  // rule's), times the logarithm of the rules, and what is found.
  std::vector<std::uint32_t> Find(std::string_view path) const;

 private:
  std::vector<std::pair<std::string, std::uint32_t>> rules_;  // sorted
};

}  // namespace replyguard::service::policy
