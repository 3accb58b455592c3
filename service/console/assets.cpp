// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/console/assets.h"

#include <algorithm>
#include <cstddef>

// The bytes, one file after the other, in assets.S.
extern "C" {
extern const char kReplyguardConsoleBytes[];
}

namespace replyguard::service::console {
namespace {

std::string_view Bytes(std::size_t begin, std::size_t size) {
  return {&kReplyguardConsoleBytes[begin], size};
}

// Made with the console: ASSET(path, content type, etag, immutable, where the plain bytes begin,
// how many, where the compressed ones begin, how many), by path.
#define ASSET(path, type, etag, immutable, plain, plain_size, gzip, gzip_size) \
  Asset{path, type, etag, Bytes(plain, plain_size), Bytes(gzip, gzip_size), immutable},
const Asset kAssets[] = {
#include "assets.inc"
};
#undef ASSET

}  // namespace

std::span<const Asset> Assets() { return kAssets; }

const Asset* FindAsset(std::string_view path) {
  const auto assets = Assets();
  const auto found = std::lower_bound(
      assets.begin(), assets.end(), path,
      [](const Asset& asset, std::string_view wanted) { return asset.path < wanted; });
  return found != assets.end() && found->path == path ? &*found : nullptr;
}

}  // namespace replyguard::service::console
