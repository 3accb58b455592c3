// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/http/server/gzip.h"

#include <zlib.h>

#include <array>
#include <memory>

#include "absl/status/status.h"

namespace replyguard::service::http {
namespace {

constexpr std::size_t kPieceBytes = 16 * 1024;
constexpr int kGzipWindowBits = 15 + 16;  // zlib: 16 asks for gzip's header

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
  }
  if (result != Z_STREAM_END || stream.avail_in != 0) return absl::InvalidArgumentError("no gzip");
  return out;
}

}  // namespace replyguard::service::http
