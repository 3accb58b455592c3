// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// A label's sample as columns, and back.
#pragma once

#include <pqxx/pqxx>

#include "storage/label_log.h"

// Of the row x of replyguard.labels, for ReadSample.
#define RG_SAMPLE(x)                                                                      \
  x ".erased, " x ".sample->>'body', " x ".sample->>'author_name', " x                    \
    ".sample->>'author_email_domain', " x ".sample->>'author_url', " x                    \
    ".sample->>'user_agent', " x ".sample->>'language', " x ".sample->>'author_hash', " x \
    ".sample->>'ip_hash', " x ".sample->>'context'"

namespace replyguard::storage {

inline constexpr int kSampleColumns = 10;

// From kSampleColumns columns, the first at `at`.
LabelSample ReadSample(const pqxx::row& row, int at);

}  // namespace replyguard::storage
