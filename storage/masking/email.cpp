// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <unicode/bytestream.h>
#include <unicode/idna.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>

#include "masking/characters.h"
#include "storage/masking.h"
#include "storage/secret_text.h"

namespace replyguard::storage {
namespace {

constexpr std::size_t kDomainBytesMax = 255;

// The parts of an address around its last @.
struct Parts {
  std::string_view local;
  std::string_view domain;
};

std::optional<Parts> Split(std::string_view email) {
  const std::size_t at = email.rfind('@');
  if (at == std::string_view::npos) return std::nullopt;
  return Parts{email.substr(0, at), email.substr(at + 1)};
}

// Calls visit(c) for each character; bad bytes as U+FFFD. Stops when it answers false.
template <typename Visit>
void ForEachChar(std::string_view text, Visit visit) {
  for (std::size_t at = 0; at < text.size();) {
    UChar32 c = 0;
    U8_NEXT_OR_FFFD(reinterpret_cast<const std::uint8_t*>(text.data()), at, text.size(), c);
    if (!visit(static_cast<char32_t>(c))) return;
  }
}

// A domain people may see: nothing in it but what a host name or an address literal is made of.
bool IsShowable(std::string_view domain) {
  if (domain.empty() || domain.size() > kDomainBytesMax) return false;
  bool fine = true;
  bool alnum = false;
  ForEachChar(domain, [&](char32_t c) {
    alnum = alnum || masking::IsAlnum(c);
    fine = masking::IsDomainChar(c) || c == U'.' || c == U'[' || c == U']' || c == U':';
    return fine;
  });
  return fine && alnum;
}

// The address without spelling: trimmed and case-folded.
std::string Folded(std::string_view email) {
  std::string folded = masking::FoldCase(masking::TrimAsciiSpace(email));
  while (!folded.empty() && folded.back() == '.') folded.pop_back();
  return folded;
}

std::string AsciiDomain(std::string_view domain) {
  if (std::all_of(domain.begin(), domain.end(), [](char c) { return (c & 0x80) == 0; })) {
    return std::string(domain);
  }
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<icu::IDNA> idna(
      icu::IDNA::createUTS46Instance(UIDNA_NONTRANSITIONAL_TO_ASCII, status));
  if (U_FAILURE(status)) return std::string(domain);
  std::string ascii;
  icu::StringByteSink<std::string> sink(&ascii);
  icu::IDNAInfo info;
  idna->nameToASCII_UTF8(icu::StringPiece(domain.data(), static_cast<std::int32_t>(domain.size())),
                         sink, info, status);
  return U_FAILURE(status) || info.hasErrors() ? std::string(domain) : ascii;
}

}  // namespace

std::string MaskEmail(std::string_view plain_email) {
  std::string_view trimmed = masking::TrimAsciiSpace(plain_email);
  if (trimmed.empty()) return {};
  std::string folded = Folded(trimmed);
  const std::optional<Parts> parts = Split(folded);
  std::string masked;
  if (!parts || !IsShowable(parts->domain)) {
    masked = "***";
  } else {
    ForEachChar(trimmed, [&masked](char32_t c) {
      if (c == U'@') return false;
      if (!masking::IsAlnum(c)) return true;
      masking::AppendUtf8(masked, c);
      return false;
    });
    masked.append("***@").append(parts->domain);
  }
  WipeString(folded);
  return masked;
}

std::string EmailDomain(std::string_view plain_email) {
  std::string folded = Folded(plain_email);
  const std::optional<Parts> parts = Split(folded);
  std::string domain;
  if (parts && IsShowable(parts->domain)) domain = parts->domain;
  WipeString(folded);
  return domain;
}

std::string NormalizeEmail(std::string_view plain_email) {
  std::string folded = Folded(plain_email);
  const std::optional<Parts> parts = Split(folded);
  if (!parts) return folded;
  std::string normalized(parts->local);
  normalized.append("@").append(AsciiDomain(parts->domain));
  WipeString(folded);
  return normalized;
}

std::string FoldBody(std::string_view body) {
  const std::string folded = masking::FoldCase(body);
  std::string out;
  out.reserve(folded.size());
  bool space = false;
  ForEachChar(folded, [&](char32_t c) {
    if (masking::IsSpace(c)) {
      space = !out.empty();
      return true;
    }
    if (space) out.push_back(' ');
    space = false;
    masking::AppendUtf8(out, c);
    return true;
  });
  return out;
}

}  // namespace replyguard::storage
