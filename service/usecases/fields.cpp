// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "usecases/fields.h"

#include "service/auth/api_key.h"
#include "service/usecases/account/account_parts.h"
#include "service/validation/formats.h"
#include "service/validation/limits.h"
#include "service/validation/text.h"
#include "storage/lease_owner.h"
#include "storage/masking.h"

namespace replyguard::service {

void CheckReasonCode(std::string_view code, std::string_view field,
                     validation::Violations& violations) {
  if (code.empty() || validation::IsReasonCode(code)) return;
  violations.Add(field, validation::reason::kReasonCodeInvalid,
                 "A reason code is at most 64 of A to Z, 0 to 9 and _.");
}

void CheckNote(std::string& note, std::size_t bytes_max, std::string_view field,
               validation::Violations& violations) {
  validation::TextRule rule;
  rule.multi_line = true;
  rule.bytes_max = bytes_max;
  validation::CheckText(note, rule, field, "The note", violations);
}

bool IsHexText(std::string_view text) {
  return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool IsKeyId(std::string_view text) { return text.size() == auth::kKeyIdDigits && IsHexText(text); }

void CheckActorName(std::string_view name, std::string_view field,
                    validation::Violations& violations) {
  constexpr std::size_t kActorNameBytesMax = 200;
  if (name.size() > kActorNameBytesMax) {
    violations.Add(field, validation::reason::kTooLong, "A display name has at most 200 bytes.");
  } else if (storage::MaskText(name).changed()) {
    violations.Add(field, validation::reason::kValueInvalid,
                   "A display name holds no email address.");
  }
}

void CheckActorKeyId(std::string_view id, std::string_view field,
                     validation::Violations& violations) {
  if (id.empty()) return;
  const bool valid = id.starts_with(storage::kPersonPrefix)
                         ? IsHandle(id.substr(storage::kPersonPrefix.size()))
                         : IsKeyId(id);
  if (valid) return;
  violations.Add(field, validation::reason::kValueInvalid,
                 "Must be the public id of a key, or \"people/{handle}\".");
}

void CheckId(std::string_view id, std::string_view field, validation::Violations& violations,
             std::string_view author_email) {
  if (!validation::IsRequestId(id)) {
    violations.Add(field, validation::reason::kRequestIdInvalid,
                   "An id is 1 to 128 characters of visible ASCII.");
  } else if (storage::IdHoldsAddress(id, author_email)) {
    violations.Add(field, validation::reason::kValueInvalid,
                   "An id must not hold an email address.");
  }
}

void CheckRange(std::int64_t value, std::int64_t least, std::int64_t most, std::string_view field,
                validation::Violations& violations, std::string_view unit) {
  if (value >= least && value <= most) return;
  std::string text = "Must be " + std::to_string(least) + " to " + std::to_string(most);
  if (!unit.empty()) text.append(" ").append(unit);
  violations.Add(field, validation::reason::kOutOfRange, text + ".");
}

void CheckDuration(std::chrono::milliseconds value, std::chrono::milliseconds least,
                   std::chrono::milliseconds most, std::string_view field,
                   validation::Violations& violations) {
  if (value >= least && value <= most) return;
  using std::chrono::duration_cast, std::chrono::seconds;
  violations.Add(field, validation::reason::kOutOfRange,
                 "Must be " + std::to_string(duration_cast<seconds>(least).count()) + " to " +
                     std::to_string(duration_cast<seconds>(most).count()) + " seconds.");
}

void CheckEtag(std::string_view etag, std::string_view field, validation::Violations& violations) {
  if (etag.size() <= validation::kEtagBytesMax) return;
  violations.Add(field, validation::reason::kTooLong,
                 "An etag has at most " + std::to_string(validation::kEtagBytesMax) + " bytes.");
}

std::string CutText(std::string text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  std::size_t end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  text.resize(end);
  return text;
}

std::string ActorName(const Principal& principal) {
  constexpr std::size_t kActorBytesMax = 100;
  return CutText(principal.display_name, kActorBytesMax);
}

}  // namespace replyguard::service
