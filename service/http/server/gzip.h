// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace replyguard::service::http {

// What was gzipped, in one member or several (RFC 1952), if it is at most `bytes_max`:
// RESOURCE_EXHAUSTED beyond, without having made it. INVALID_ARGUMENT for what is no whole gzip.
// Pure.
absl::StatusOr<std::string> Gunzip(std::string_view bytes, std::size_t bytes_max);

// Shorter answers are not worth compressing.
inline constexpr std::size_t kGzipBytesMin = 1024;

// As gzip, quickly rather than small. Pure.
std::string Gzip(std::string_view bytes);

// Whether a list such as "br, gzip;q=0.5" has gzip (RFC 9110, section 12.5.3). "*" does not count.
bool ListsGzip(std::string_view accepted);

}  // namespace replyguard::service::http
