// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <cstdint>
#include <string>
#include <tuple>
#include <utility>

#include "masking/mask_text.h"
#include "masking/own_address.h"
#include "storage/masked_comment.h"
#include "storage/masking.h"
#include "storage/submission_hashes.h"

namespace replyguard::storage {
namespace {

// Masks what MaskText sees, and the author's own address.
class TextMasker {
 public:
  explicit TextMasker(std::string_view plain_email) : own_(plain_email) {}

  // The masked text, and whether it differs from what was given, which is taken.
  std::pair<std::string, bool> operator()(std::string& text) const {
    const bool changed = masking::MaskAddresses(text, &own_);
    std::pair<std::string, bool> result{text, changed};
    WipeString(text);
    return result;
  }

 private:
  const masking::OwnAddress own_;
};

// The fields of a submission, each with its length, so that no two submissions read the same.
class Canonical {
 public:
  ~Canonical() { WipeString(bytes_); }

  void Add(std::string_view text) {
    Add(static_cast<std::int64_t>(text.size()));
    bytes_.append(text);
  }
  void Add(std::int64_t number) {
    for (int shift = 56; shift >= 0; shift -= 8) {
      bytes_.push_back(static_cast<char>(static_cast<std::uint64_t>(number) >> shift));
    }
  }
  template <typename Time>
  void AddTime(const std::optional<Time>& time) {
    Add(static_cast<std::int64_t>(time.has_value()));
    if constexpr (requires { time->time_since_epoch(); }) {
      if (time) Add(time->time_since_epoch().count());
    } else {
      if (time) Add(time->count());
    }
  }
  std::string_view bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

std::vector<KeyedHash> BodyHashes(std::int64_t site_id, std::string_view body,
                                  const AuthorKeyring& keyring) {
  const std::string folded = FoldBody(body);
  if (folded.empty()) return {};
  return keyring.HashUnderAll(HashPurpose::kBody, site_id, folded);
}

}  // namespace

std::vector<KeyedHash> RequestHashesOf(const Submission& raw, const AuthorKeyring& keyring) {
  Canonical canonical;
  for (const std::string* text :
       {&raw.thread_key, &raw.parent_comment, &raw.author_name, &raw.author_url, &raw.body,
        &raw.user_agent, &raw.referrer, &raw.language, &raw.comment_type, &raw.honeypot,
        &raw.thread_uri, &raw.thread_title}) {
    canonical.Add(std::string_view(*text));
  }
  canonical.Add(raw.author_email.Reveal());
  canonical.Add(raw.author_ip.Reveal());
  canonical.Add(static_cast<std::int64_t>(raw.author_verified));
  canonical.AddTime(raw.form_fill_time);
  canonical.AddTime(raw.submit_time);
  canonical.AddTime(raw.thread_publish_time);
  return keyring.HashUnderAll(HashPurpose::kRequest, raw.site_id, canonical.bytes());
}

SubmissionHashes HashesOf(const Submission& submission, const AuthorKeyring& keyring) {
  const std::string_view email = submission.author_email.Reveal();
  std::string body = submission.body;
  const std::string masked_body = TextMasker(email)(body).first;
  WipeString(body);
  return {keyring.AuthorHashes(submission.site_id, email),
          BodyHashes(submission.site_id, masked_body, keyring)};
}

MaskedComment Mask(Submission&& submission, const AuthorKeyring& keyring, ToBe to_be) {
  Submission raw = std::move(submission);  // wiped when this function ends
  const std::string_view email = raw.author_email.Reveal();
  const std::string_view ip = raw.author_ip.Reveal();
  MaskedComment::Data d;
  d.site_id = raw.site_id;
  if (to_be == ToBe::kStored) d.request_fingerprints = RequestHashesOf(raw, keyring);
  d.author_hashes = keyring.AuthorHashes(raw.site_id, email);
  d.email_masked = MaskEmail(email);
  d.email_domain = EmailDomain(email);
  d.ip_hashes = keyring.IpHashes(raw.site_id, ip);
  d.ip_masked = MaskIp(ip);

  const TextMasker mask(email);
  std::tie(d.body, d.body_changed) = mask(raw.body);
  d.body_hashes = BodyHashes(raw.site_id, d.body, keyring);
  d.author_name = mask(raw.author_name).first;
  d.author_url = mask(raw.author_url).first;
  d.user_agent = mask(raw.user_agent).first;
  d.referrer = mask(raw.referrer).first;
  d.language = mask(raw.language).first;
  d.comment_type = mask(raw.comment_type).first;
  d.thread_uri = mask(raw.thread_uri).first;
  d.thread_title = mask(raw.thread_title).first;
  d.thread_key = mask(raw.thread_key).first;
  d.parent_comment = mask(raw.parent_comment).first;

  d.author_verified = raw.author_verified;
  d.honeypot_filled = !raw.honeypot.empty();
  d.form_fill_time = raw.form_fill_time;
  d.submit_time = raw.submit_time;
  d.thread_publish_time = raw.thread_publish_time;
  return MaskedComment(std::move(d));
}

MaskedEdit Mask(SubmissionEdit&& edit, const AuthorKeyring& keyring) {
  SubmissionEdit raw = std::move(edit);
  const TextMasker mask({});
  MaskedEdit masked;
  masked.site_id_ = raw.site_id;
  if (raw.body) {
    std::tie(masked.body_.emplace(), masked.body_changed_) = mask(*raw.body);
    masked.body_hashes_ = BodyHashes(raw.site_id, *masked.body_, keyring);
  }
  if (raw.author_name) masked.author_name_ = mask(*raw.author_name).first;
  if (raw.author_url) masked.author_url_ = mask(*raw.author_url).first;
  return masked;
}

}  // namespace replyguard::storage
