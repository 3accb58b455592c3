// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a page token, and as the cursor in one: what was not sealed for this request, caller
// and deployment does not open, what was is given back, and a cursor of any bytes reads to its end.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "replyguard/v1/moderation_service.pb.h"
#include "service/rpc/tokens/page_tokens.h"

namespace {

namespace rpc = replyguard::service::rpc;
using replyguard::service::Principal;
using replyguard::service::Role;

void Require(bool fine) {
  if (!fine) std::abort();
}

std::array<std::uint8_t, 32> Secret(std::uint8_t byte) {
  std::array<std::uint8_t, 32> secret;
  secret.fill(byte);
  return secret;
}

// The first byte says how many of which kind are read.
void ReadCursor(std::string_view bytes) {
  if (bytes.empty()) return;
  const auto plan = static_cast<std::uint8_t>(bytes.front());
  rpc::CursorReader reader(bytes.substr(1));
  for (unsigned i = 0; i < (plan & 3U); ++i) reader.Number();
  for (unsigned i = 0; i < (plan >> 2U & 3U); ++i) reader.Id();
  for (unsigned i = 0; i < (plan >> 4U & 3U); ++i) reader.Real();
  if ((plan & 64U) != 0) Require(reader.Rest().size() < bytes.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const rpc::PageTokens tokens(Secret(1));
  static const rpc::PageTokens others(Secret(2));
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Principal ann{"a0a0a0a0a0a0a0a0", "Ann", Role::kModerator, "blog"};
  const Principal eve{"e0e0e0e0e0e0e0e0", "Eve", Role::kModerator, "other"};
  replyguard::v1::ListQueueRequest request;
  request.set_parent("sites/blog");
  replyguard::v1::ListQueueRequest other = request;
  other.set_parent("sites/other");

  Require(!tokens.Open(ann, request, bytes));
  const std::string token = tokens.Seal(ann, request, bytes);
  const auto opened = tokens.Open(ann, request, token);
  Require(token.size() > rpc::kPageTokenBytesMax ? !opened : opened == bytes);
  Require(!tokens.Open(eve, request, token) && !tokens.Open(ann, other, token) &&
          !others.Open(ann, request, token));
  std::string changed = token;
  if (size > 0) {
    changed[data[0] % changed.size()] ^= 1;
    Require(!tokens.Open(ann, request, changed));
  }
  ReadCursor(bytes);
  return 0;
}
