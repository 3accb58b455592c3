// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "usecases/classify.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <limits>

#include "usecases/fields.h"

namespace replyguard::service {
namespace {

std::uint64_t FirstEightBytes(const unsigned char* bytes) {
  std::uint64_t value = 0;
  for (int i = 7; i >= 0; --i) value = (value << 8U) | bytes[i];
  return value;
}

// "word pair" becomes "WORD_PAIR".
std::string CodeOf(std::string_view view) {
  std::string code;
  for (const char c : view) {
    if (c >= 'a' && c <= 'z') {
      code += static_cast<char>(c - 'a' + 'A');
    } else if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) {
      code += c;
    } else if (!code.empty() && code.back() != '_') {
      code += '_';
    }
  }
  return code;
}

std::int32_t Offset(std::size_t at) {
  return static_cast<std::int32_t>(
      std::min<std::size_t>(at, std::numeric_limits<std::int32_t>::max()));
}

AssessmentReason FromClassifier(const classifier::Reason& from) {
  AssessmentReason reason;
  reason.kind = ReasonKind::kClassifier;
  reason.code = CodeOf(from.view);
  reason.text = CutText(from.text, kReasonTextBytesMax);
  reason.score = from.score;
  if (from.counts) {
    reason.spam_count = from.counts->spam;
    reason.ham_count = from.counts->ham;
  }
  for (const auto& span : from.spans) {
    if (reason.spans.size() == kReasonSpansMax) break;
    reason.spans.push_back({Offset(span.begin), Offset(span.end)});
  }
  return reason;
}

AssessmentReason Remainder(std::string_view code, std::string_view text,
                           classifier::RawScore score) {
  AssessmentReason reason;
  reason.kind = ReasonKind::kClassifier;
  reason.code = code;
  reason.text = text;
  reason.score = score;
  return reason;
}

}  // namespace

storage::LabelSample SampleOf(const storage::MaskedComment& comment,
                              const CommentContext& context) {
  storage::LabelSample sample;
  sample.body = comment.body();
  sample.author_name = comment.author_name();
  sample.author_email_domain = comment.email_domain();
  sample.author_url = comment.author_url();
  sample.user_agent = comment.user_agent();
  sample.language = comment.language();
  const auto raw = [](const storage::KeyedHash& hash) {
    return std::string(hash.mac.begin(), hash.mac.end());
  };
  if (!comment.author_hashes().empty()) sample.author_hash = raw(comment.author_hashes().front());
  if (!comment.ip_hashes().empty()) sample.ip_hash = raw(comment.ip_hashes().front());
  sample.context_json = ContextToJson(context);
  return sample;
}

storage::LabelSample SampleOf(const storage::CommentRecord& comment) {
  storage::LabelSample sample;
  sample.body = comment.body;
  sample.author_name = comment.author_name;
  sample.author_email_domain = comment.author_email_domain;
  sample.author_url = comment.author_url;
  sample.user_agent = comment.user_agent;
  sample.language = comment.language;
  sample.author_hash = comment.author_hash;
  sample.ip_hash = comment.ip_hash;
  sample.context_json = comment.context_json;
  return sample;
}

SampleDocument::SampleDocument(const storage::LabelSample& sample)
    : context_(ContextFromJson(sample.context_json)) {
  document_.body = sample.body;
  document_.author_name = sample.author_name;
  document_.email_domain = sample.author_email_domain;
  document_.website = sample.author_url;
  document_.user_agent = sample.user_agent;
  document_.language = sample.language;
  document_.site_languages = context_.site_languages;
  if (context_.thread_age) document_.thread_age_seconds = context_.thread_age->count();
  if (context_.fill_time) document_.form_time_ms = context_.fill_time->count();
  // An empty field says nothing: it may not be there at all.
  if (context_.honeypot_filled) document_.honeypot_filled = true;
  // link_count stays absent: the extractor counts links in the body itself.
}

classifier::SampleId SampleIdOf(std::string_view sample_id) {
  std::array<unsigned char, crypto_generichash_BYTES_MIN> hash{};
  crypto_generichash(hash.data(), hash.size(),
                     reinterpret_cast<const unsigned char*>(sample_id.data()), sample_id.size(),
                     nullptr, 0);
  return std::max<classifier::SampleId>(FirstEightBytes(hash.data()), 1);
}

classifier::AuthorHash AuthorHashOf(const storage::LabelSample& sample) {
  if (sample.author_hash.size() < sizeof(std::uint64_t)) return 0;
  return FirstEightBytes(reinterpret_cast<const unsigned char*>(sample.author_hash.data()));
}

std::vector<AssessmentReason> ReasonsOf(const classifier::Explanation& explanation) {
  std::vector<AssessmentReason> reasons;
  reasons.reserve(explanation.reasons.size() + 2);
  for (const auto& reason : explanation.reasons) reasons.push_back(FromClassifier(reason));
  if (explanation.bias != 0) {
    reasons.push_back(
        Remainder("BIAS", "how often comments of this site are spam at all", explanation.bias));
  }
  if (explanation.rest != 0) {
    reasons.push_back(Remainder("REST", "everything else in the comment", explanation.rest));
  }
  return reasons;
}

}  // namespace replyguard::service
