// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/rpc/tokens/page_tokens.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/message.h>
#include <sodium.h>

#include <algorithm>
#include <bit>
#include <memory>
#include <vector>

namespace replyguard::service::rpc {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr std::uint64_t kPageTokenKeyId = 1;
constexpr char kKeyContext[crypto_kdf_CONTEXTBYTES + 1] = "rg-paget";
constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr int kBase64 = sodium_base64_VARIANT_URLSAFE_NO_PADDING;

const unsigned char* Bytes(const std::string& text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* Bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

void ClearField(Message& message, const char* name) {
  const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName(name);
  if (field != nullptr) message.GetReflection()->ClearField(&message, field);
}

// Method (each has its own request type), scope, and the request without where its page begins.
std::string Binding(const Principal& principal, const Message& request) {
  std::string out = request.GetTypeName();
  out.push_back('\0');
  if (principal.person) {
    out.append(principal.key_id);  // a change of his roles ends his sessions
  } else {
    out.append(std::to_string(static_cast<int>(principal.role)));
    out.append(principal.site ? "site:" + *principal.site : "every");
  }
  out.push_back('\0');
  const std::unique_ptr<Message> copy(request.New());
  copy->CopyFrom(request);
  ClearField(*copy, "page_token");
  ClearField(*copy, "page_size");
  {
    google::protobuf::io::StringOutputStream stream(&out);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    copy->SerializeToCodedStream(&coded);
  }
  return out;
}

}  // namespace

PageTokens::PageTokens(std::span<const std::uint8_t, 32> deployment_key) : key_{} {
  static_assert(crypto_kdf_KEYBYTES == 32);
  static_assert(crypto_aead_xchacha20poly1305_ietf_KEYBYTES == 32);
  crypto_kdf_derive_from_key(key_.data(), key_.size(), kPageTokenKeyId, kKeyContext,
                             deployment_key.data());
}

std::string PageTokens::Seal(const Principal& principal, const Message& request,
                             std::string_view cursor) const {
  const std::string binding = Binding(principal, request);
  std::string sealed(kNonceBytes + cursor.size() + kTagBytes, '\0');
  randombytes_buf(sealed.data(), kNonceBytes);
  crypto_aead_xchacha20poly1305_ietf_encrypt(
      Bytes(sealed) + kNonceBytes, nullptr, reinterpret_cast<const unsigned char*>(cursor.data()),
      cursor.size(), Bytes(binding), binding.size(), nullptr, Bytes(sealed), key_.data());
  std::string token(sodium_base64_encoded_len(sealed.size(), kBase64), '\0');
  sodium_bin2base64(token.data(), token.size(), Bytes(sealed), sealed.size(), kBase64);
  token.resize(token.size() - 1);  // the closing NUL
  return token;
}

std::optional<std::string> PageTokens::Open(const Principal& principal, const Message& request,
                                            std::string_view token) const {
  if (token.size() > kPageTokenBytesMax) return std::nullopt;
  std::string sealed(token.size(), '\0');
  std::size_t size = 0;
  const char* end = nullptr;
  if (sodium_base642bin(Bytes(sealed), sealed.size(), token.data(), token.size(), nullptr, &size,
                        &end, kBase64) != 0 ||
      end != token.data() + token.size() || size < kNonceBytes + kTagBytes) {
    return std::nullopt;
  }
  sealed.resize(size);
  const std::string binding = Binding(principal, request);
  std::string cursor(size - kNonceBytes - kTagBytes, '\0');
  unsigned long long opened = 0;
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(
          Bytes(cursor), &opened, nullptr, Bytes(sealed) + kNonceBytes, size - kNonceBytes,
          Bytes(binding), binding.size(), Bytes(sealed), key_.data()) != 0) {
    return std::nullopt;
  }
  return cursor;
}

CursorWriter& CursorWriter::Number(std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  for (int shift = 56; shift >= 0; shift -= 8) {
    bytes_.push_back(static_cast<char>((bits >> static_cast<unsigned>(shift)) & 0xFFU));
  }
  return *this;
}

CursorWriter& CursorWriter::Real(double value) {
  return Number(std::bit_cast<std::int64_t>(value));
}

CursorWriter& CursorWriter::Id(const storage::Uuid& id) {
  bytes_.append(reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size());
  return *this;
}

CursorWriter& CursorWriter::Rest(std::string_view text) {
  bytes_.append(text);
  return *this;
}

std::int64_t CursorReader::Number() {
  if (bytes_.size() < 8) {
    ok_ = false;
    return 0;
  }
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < 8; ++i) {
    bits = (bits << 8U) | static_cast<unsigned char>(bytes_[i]);
  }
  bytes_.remove_prefix(8);
  return static_cast<std::int64_t>(bits);
}

double CursorReader::Real() { return std::bit_cast<double>(Number()); }

storage::Uuid CursorReader::Id() {
  storage::Uuid id;
  if (bytes_.size() < id.bytes.size()) {
    ok_ = false;
    return id;
  }
  std::copy_n(bytes_.begin(), id.bytes.size(), id.bytes.begin());
  bytes_.remove_prefix(id.bytes.size());
  return id;
}

std::string CursorReader::Rest() {
  std::string rest(bytes_);
  bytes_ = {};
  return rest;
}

}  // namespace replyguard::service::rpc
