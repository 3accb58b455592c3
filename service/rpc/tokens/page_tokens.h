// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Page tokens: where the next page begins, sealed so that nobody can read, make or change one, and
// bound to the method, to every other field of the request, and to what the caller's key covers. A
// token is worth nothing in another request, with another site's key, or against another
// deployment's secret.
//
// Format: base64url of nonce and XChaCha20-Poly1305 of the cursor; the binding is the additional
// data.
//
// Thread-safety: const after construction.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "service/auth/principal.h"
#include "storage/types.h"

namespace google::protobuf {
class Message;
}

namespace replyguard::service::rpc {

inline constexpr std::size_t kPageTokenBytesMax = 1024;

class PageTokens {
 public:
  // Derives its own key from the deployment's secret (32 bytes).
  explicit PageTokens(std::span<const std::uint8_t, 32> deployment_key);

  // A token for the page after `cursor` of this request. Fields page_token and page_size of the
  // request do not bind.
  std::string Seal(const Principal& principal, const google::protobuf::Message& request,
                   std::string_view cursor) const;

  // The cursor; nothing when the token is not one of ours for this request and caller.
  std::optional<std::string> Open(const Principal& principal,
                                  const google::protobuf::Message& request,
                                  std::string_view token) const;

 private:
  std::array<std::uint8_t, 32> key_;
};

// Cursors as bytes. Numbers are 8 bytes, big-endian; texts come last.
class CursorWriter {
 public:
  CursorWriter& Number(std::int64_t value);
  CursorWriter& Real(double value);
  CursorWriter& Id(const storage::Uuid& id);
  CursorWriter& Rest(std::string_view text);
  std::string Take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

class CursorReader {
 public:
  explicit CursorReader(std::string_view bytes) : bytes_(bytes) {}
  std::int64_t Number();
  double Real();
  storage::Uuid Id();
  std::string Rest();
  // Everything was there, and nothing is left.
  bool ok() const { return ok_ && bytes_.empty(); }

 private:
  std::string_view bytes_;
  bool ok_ = true;
};

}  // namespace replyguard::service::rpc
