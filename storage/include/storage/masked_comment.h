// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "storage/author_keyring.h"
#include "storage/submission.h"

namespace replyguard::storage {

// What becomes of a masked comment. One that is never stored needs no fingerprints.
enum class ToBe { kStored, kForgotten };

// A comment without a plain email or IP address: the only comment that storage, logs and the
// classifier's input take. Its only maker is Mask(); the type is the privacy guarantee. Copyable:
// nothing in it needs protecting from memory.
//
// Thread-safety: immutable; const calls may run concurrently.
class MaskedComment {
 public:
  // Vectors of hashes hold one entry a kept key, the writing key's first (front() is what is
  // stored, the others are looked up as well); they are empty when the value was not given.

  std::int64_t site_id() const { return d_.site_id; }
  const std::string& thread_key() const { return d_.thread_key; }
  const std::string& parent_comment() const { return d_.parent_comment; }

  const std::string& author_name() const { return d_.author_name; }
  // "j***@example.org"; empty when none was given.
  const std::string& email_masked() const { return d_.email_masked; }
  // Lower case; empty when none was given or it is not a domain.
  const std::string& email_domain() const { return d_.email_domain; }
  const std::vector<KeyedHash>& author_hashes() const { return d_.author_hashes; }
  bool author_verified() const { return d_.author_verified; }
  const std::string& author_url() const { return d_.author_url; }

  const std::string& body() const { return d_.body; }
  // Masking changed the body.
  bool body_changed() const { return d_.body_changed; }
  // Of the masked body, folded (FoldBody): equal texts by case, width, spacing and invisible
  // characters. Empty vector when nothing is left of the body.
  const std::vector<KeyedHash>& body_hashes() const { return d_.body_hashes; }

  // As MaskIp makes it: "192.0.2.0/24", "2001:db8:1::/48"; empty when none was given.
  const std::string& ip_masked() const { return d_.ip_masked; }
  const std::vector<KeyedHash>& ip_hashes() const { return d_.ip_hashes; }
  const std::string& user_agent() const { return d_.user_agent; }
  const std::string& referrer() const { return d_.referrer; }
  const std::string& language() const { return d_.language; }
  const std::string& comment_type() const { return d_.comment_type; }

  // Whether the hidden field held anything. Its value is gone.
  bool honeypot_filled() const { return d_.honeypot_filled; }
  std::optional<std::chrono::milliseconds> form_fill_time() const { return d_.form_fill_time; }
  std::optional<std::chrono::sys_time<std::chrono::microseconds>> submit_time() const {
    return d_.submit_time;
  }

  const std::string& thread_uri() const { return d_.thread_uri; }
  const std::string& thread_title() const { return d_.thread_title; }
  std::optional<std::chrono::sys_time<std::chrono::microseconds>> thread_publish_time() const {
    return d_.thread_publish_time;
  }

  // Of every field of the submission before masking: front() is stored beside a request_id; a retry
  // matches when any of them equals the stored one. Empty only when masked ToBe::kForgotten.
  const std::vector<KeyedHash>& request_fingerprints() const { return d_.request_fingerprints; }

 private:
  struct Data {
    std::int64_t site_id = 0;
    std::string thread_key, parent_comment;
    std::string author_name, email_masked, email_domain, author_url;
    std::string body, ip_masked, user_agent, referrer, language, comment_type;
    std::string thread_uri, thread_title;
    std::vector<KeyedHash> author_hashes, body_hashes, ip_hashes, request_fingerprints;
    bool author_verified = false, body_changed = false, honeypot_filled = false;
    std::optional<std::chrono::milliseconds> form_fill_time;
    std::optional<std::chrono::sys_time<std::chrono::microseconds>> submit_time;
    std::optional<std::chrono::sys_time<std::chrono::microseconds>> thread_publish_time;
  };
  explicit MaskedComment(Data data) : d_(std::move(data)) {}
  friend MaskedComment Mask(Submission&& submission, const AuthorKeyring& keyring, ToBe to_be);

  Data d_;
};

// Makes a submission safe to keep: hashes and masks the email and the IP address, masks addresses
// in every free text, replaces the author's own address wherever it stands literally (also one that
// MaskText would let stay), and wipes the submission's memory. Total: works on anything, valid or
// not (an importer's repaired input, say). REQUIRES: line ends are normalised already
// (service/validation does), so that body() is what offsets refer to. Cost: linear in the size of
// the texts, times the number of keys for the hashes.
MaskedComment Mask(Submission&& submission, const AuthorKeyring& keyring,
                   ToBe to_be = ToBe::kStored);

// An edit of a stored comment, masked the same way. Its only maker is Mask().
class MaskedEdit {
 public:
  std::int64_t site_id() const { return site_id_; }
  // Absent: stays as stored.
  const std::optional<std::string>& body() const { return body_; }
  const std::optional<std::string>& author_name() const { return author_name_; }
  const std::optional<std::string>& author_url() const { return author_url_; }
  // Masking changed the body; false when it is absent.
  bool body_changed() const { return body_changed_; }
  // As MaskedComment::body_hashes(); empty when the body is absent.
  const std::vector<KeyedHash>& body_hashes() const { return body_hashes_; }

 private:
  MaskedEdit() = default;
  friend MaskedEdit Mask(SubmissionEdit&& edit, const AuthorKeyring& keyring);

  std::int64_t site_id_ = 0;
  std::optional<std::string> body_, author_name_, author_url_;
  bool body_changed_ = false;
  std::vector<KeyedHash> body_hashes_;
};

MaskedEdit Mask(SubmissionEdit&& edit, const AuthorKeyring& keyring);

}  // namespace replyguard::storage
