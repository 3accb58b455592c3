// What the classifier reads of one comment: views into text that somebody else owns.
//
// Thread-safety: a plain value; the text it points into must outlive every call it is passed to.
// Privacy: made from masked text only. The email is its domain; the classifier never sees the rest.
// Every field but `body` is optional, and evidence that is absent is neutral: it adds no feature at
// all, neither for nor against.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace replyguard::classifier {

struct Document {
  // UTF-8, masked, as stored: offsets in explanations are byte offsets into exactly this text.
  // Invalid UTF-8 is not an error: each bad byte reads as U+FFFD.
  std::string_view body;

  std::string_view author_name;   // as typed, masked; empty: absent
  std::string_view email_domain;  // "example.org"; empty: absent
  std::string_view website;       // the author's own URL; empty: absent
  std::string_view user_agent;    // empty: absent
  std::string_view language;      // BCP 47 tag of the comment or the browser; empty: absent
  std::span<const std::string> site_languages;  // BCP 47 tags; empty: absent

  std::optional<std::int64_t>
      thread_age_seconds;                    // since the article was published; negative: future
  std::optional<std::int64_t> form_time_ms;  // from showing the form to sending it
  std::optional<bool> honeypot_filled;       // the field that people do not see
  // Links in the body as the caller counted them. Absent: the extractor's own count serves.
  std::optional<std::int32_t> link_count;
};

}  // namespace replyguard::classifier
