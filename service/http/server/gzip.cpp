// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/http/server/gzip.h"

#include <zlib.h>

#include <array>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "service/http/server/text.h"

namespace replyguard::service::http {
namespace {

constexpr std::size_t kPieceBytes = 16 * 1024;
constexpr int kGzipWindowBits = 15 + 16;  // zlib: 16 asks for gzip's header
constexpr int kMemoryLevel = 8;           // zlib's default

}  // namespace

absl::StatusOr<std::string> Gunzip(std::string_view bytes, std::size_t bytes_max) {
  z_stream stream{};
  if (inflateInit2(&stream, kGzipWindowBits) != Z_OK) return absl::InternalError("zlib");
  const std::unique_ptr<z_stream, int (*)(z_stream*)> end(&stream, &inflateEnd);
  std::string in(bytes);  // zlib wants them writable
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  std::string out;
  std::array<char, kPieceBytes> piece{};
  int result = Z_OK;
  while (result == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = static_cast<uInt>(piece.size());
    result = inflate(&stream, Z_NO_FLUSH);
    out.append(piece.data(), piece.size() - stream.avail_out);
    if (out.size() > bytes_max) return absl::ResourceExhaustedError("too large");
    // RFC 1952, section 2.2: members follow each other, as of files that were put together.
    if (result == Z_STREAM_END && stream.avail_in != 0) result = inflateReset(&stream);
  }
  if (result != Z_STREAM_END || stream.avail_in != 0) return absl::InvalidArgumentError("no gzip");
  return out;
}

std::string Gzip(std::string_view bytes) {
  z_stream stream{};
  std::string out;
  if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, kGzipWindowBits, kMemoryLevel,
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    return out;
  }
  const std::unique_ptr<z_stream, int (*)(z_stream*)> end(&stream, &deflateEnd);
  std::string in(bytes);
  out.resize(deflateBound(&stream, in.size()));
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int result = deflate(&stream, Z_FINISH);
  out.resize(result == Z_STREAM_END ? stream.total_out : 0);
  return out;
}

bool ListsGzip(std::string_view accepted) {
  for (const absl::string_view one : absl::StrSplit(View(accepted), ',')) {
    const std::vector<absl::string_view> parts = absl::StrSplit(one, ';');
    if (!absl::EqualsIgnoreCase(absl::StripAsciiWhitespace(parts[0]), "gzip")) continue;
    if (parts.size() == 1) return true;
    absl::string_view quality = absl::StripAsciiWhitespace(parts[1]);
    double value = 1;
    const bool number = absl::ConsumePrefix(&quality, "q=") && absl::SimpleAtod(quality, &value);
    return !number || value > 0;
  }
  return false;
}

}  // namespace replyguard::service::http
