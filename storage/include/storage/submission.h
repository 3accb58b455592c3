// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>

#include "storage/secret_text.h"

namespace replyguard::storage {

// A comment as a transport received it: raw, unmasked, unvalidated until service/validation says
// otherwise. It is the only type of ours that holds a plain email or IP address. It moves and is
// never copied; it is not printable; Mask() consumes it. Limits and formats are those of
// service/validation; nothing here checks them.
//
// Thread-safety: none; one owner at a time.
struct Submission {
  Submission() = default;
  // Wipes every text: body, name and the rest may contain addresses too.
  ~Submission();
  Submission(Submission&&) noexcept = default;
  Submission& operator=(Submission&&) noexcept = default;
  Submission(const Submission&) = delete;
  Submission& operator=(const Submission&) = delete;

  // Where it goes. site_id scopes every hash: the same address has unrelated hashes on two sites.
  std::int64_t site_id = 0;
  std::string thread_key;      // backend's key of the article
  std::string parent_comment;  // id part of the parent's name; empty for none

  // What the author typed.
  std::string author_name;
  SecretText author_email;
  std::string author_url;
  std::string body;

  // What the backend knows of the request.
  SecretText author_ip;
  std::string user_agent;
  std::string referrer;
  std::string language;  // BCP 47
  std::string
      comment_type;  // Akismet's: "comment", "trackback", "pingback", ...; empty for a comment
  bool author_verified = false;
  std::string honeypot;  // value of the hidden field; not stored
  std::optional<std::chrono::milliseconds> form_fill_time;
  std::optional<std::chrono::sys_time<std::chrono::microseconds>> submit_time;

  // Kept with the thread when it is created.
  std::string thread_uri;
  std::string thread_title;
  std::optional<std::chrono::sys_time<std::chrono::microseconds>> thread_publish_time;
};

// Not printable, on purpose.
std::ostream& operator<<(std::ostream&, const Submission&) = delete;

// New values for an existing comment, raw. An absent field stays as it is stored. Not printable.
struct SubmissionEdit {
  SubmissionEdit() = default;
  ~SubmissionEdit();
  SubmissionEdit(SubmissionEdit&&) noexcept = default;
  SubmissionEdit& operator=(SubmissionEdit&&) noexcept = default;
  SubmissionEdit(const SubmissionEdit&) = delete;
  SubmissionEdit& operator=(const SubmissionEdit&) = delete;

  std::int64_t site_id = 0;
  std::optional<std::string> body;
  std::optional<std::string> author_name;
  std::optional<std::string> author_url;
};

std::ostream& operator<<(std::ostream&, const SubmissionEdit&) = delete;

}  // namespace replyguard::storage
