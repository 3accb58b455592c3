// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The console's files, as they are embedded into the program.
#pragma once

#include <span>
#include <string_view>

namespace replyguard::service::console {

// All views live as long as the program.
struct Asset {
  std::string_view path;          // "/console/assets/console-ABCD1234.js", "/console/spam"
  std::string_view content_type;  // for the header
  std::string_view etag;          // quoted, for the header
  std::string_view plain;
  std::string_view gzip;  // the same, compressed
  bool immutable;         // its name changes with its content
};

// By path, each once. A page is there under the path of every view. Thread-safe.
std::span<const Asset> Assets();

// Null: there is none.
const Asset* FindAsset(std::string_view path);

}  // namespace replyguard::service::console
