// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Checks of fields that several use cases take.
//
// Thread-safety: pure functions.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "service/auth/principal.h"
#include "service/validation/violation.h"

namespace replyguard::service {

// Empty, or 1 to 64 bytes of [A-Z0-9_].
void CheckReasonCode(std::string_view code, std::string_view field,
                     validation::Violations& violations);

// Normalised in place; several lines; may be empty.
void CheckNote(std::string& note, std::size_t bytes_max, std::string_view field,
               validation::Violations& violations);

// Whether it has nothing but lower-case hexadecimal digits.
bool IsHexText(std::string_view text);
// Whether it can be the public id of a key.
bool IsKeyId(std::string_view text);

// What a list of acts may be filtered by: a display name, which holds no email address, and whose
// acts they are, the public id of a key or "people/{handle}". Either may be empty. What cannot be
// one goes no further: PostgreSQL may log what it is asked.
void CheckActorName(std::string_view name, std::string_view field,
                    validation::Violations& violations);

void CheckActorKeyId(std::string_view id, std::string_view field,
                     validation::Violations& violations);

// 1 to 128 bytes of visible ASCII, and no email address (storage::IdHoldsAddress), least of all
// that of the author whom the same call is about, empty for none: ids are stored as they come.
void CheckId(std::string_view id, std::string_view field, validation::Violations& violations,
             std::string_view author_email = {});

// A number between bounds, both included. The message ends in `unit` if there is one: "comments".
void CheckRange(std::int64_t value, std::int64_t least, std::int64_t most, std::string_view field,
                validation::Violations& violations, std::string_view unit = {});

// The same for a duration. REQUIRES: bounds of whole seconds.
void CheckDuration(std::chrono::milliseconds value, std::chrono::milliseconds least,
                   std::chrono::milliseconds most, std::string_view field,
                   validation::Violations& violations);

// Empty, or at most 64 bytes.
void CheckEtag(std::string_view etag, std::string_view field, validation::Violations& violations);

// Cut to at most `bytes_max`, before the character that crosses it.
std::string CutText(std::string text, std::size_t bytes_max);

// The display name as records hold it: 100 bytes, where a key's may have 100 characters.
std::string ActorName(const Principal& principal);

}  // namespace replyguard::service
