// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "replyguard/v1/comment.pb.h"
#include "replyguard/v1/model_service.pb.h"

// One comment of a file of JSON lines. Pure.
namespace replyguard::service::cli {

// What a line that does not say it gets.
struct RecordDefaults {
  std::string site;    // slug
  std::string thread;  // key
  std::string author_name;
  std::string author_email;
};

struct Record {
  v1::Submission submission;
  // Tells it from others: the line's own id, or a hash of the line and its number, so that the same
  // file gives the same ids. 1 to 128 bytes of visible ASCII.
  std::string id;
  bool own_id = false;    // the line said it
  std::string parent_id;  // id of another line; empty for none
  v1::Label label = v1::LABEL_UNSPECIFIED;
};

// Reads one JSON object. Fields, all strings unless said otherwise ("" and null: not given):
//   id or external_id (or a whole number); author or author_name; author_email; author_url; text,
//   content or body; author_ip; user_agent; referrer; language; thread (a key); thread_url (any
//   address; without thread its key is derived); thread_title; parent_id (an id of this file, or a
//   whole number) or parent_comment (a name); author_verified (true or false); form_time_ms (a
//   whole number); honeypot_filled (true or false); submitted_at (RFC 3339); label: ham, spam or
//   none; and, not read: site, site_languages, thread_age_seconds, status, label_source,
//   label_weight, labelled_by, labelled_at, verdict, probability, model_version, repaired.
// INVALID_ARGUMENT for anything else, naming every field that is wrong and how, never its value: a
// field with a slip in its name must not be lost without a word.
absl::StatusOr<Record> ParseRecord(std::string_view line, std::int64_t line_number,
                                   const RecordDefaults& defaults);

// 32 lower-case hexadecimal digits: BLAKE2b.
std::string HashHex(std::string_view text);

// The thread's key for an article's address: 32 hexadecimal digits, the same for the same address.
std::string ThreadKeyOf(std::string_view url);

// 32 random hexadecimal digits, for a request that has no other id.
std::string RandomRequestId();

}  // namespace replyguard::service::cli
