// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Any bytes in every field: what Validate passes may be stored, and what Repair repaired passes.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "service/validation/limits.h"
#include "service/validation/submission.h"
#include "service/validation/text.h"

namespace {

using replyguard::storage::SecretText;
using replyguard::storage::Submission;
namespace validation = replyguard::service::validation;

// Fields are what stands between the bytes 0xF8, which no UTF-8 text holds.
class Fields {
 public:
  explicit Fields(std::string_view bytes) : bytes_(bytes) {}
  std::string_view Next() {
    const std::string_view field = bytes_.substr(0, bytes_.find('\xF8'));
    bytes_.remove_prefix(field.size() < bytes_.size() ? field.size() + 1 : field.size());
    return field;
  }

 private:
  std::string_view bytes_;
};

Submission Fill(std::string_view bytes) {
  Fields fields(bytes);
  Submission s;
  s.body = fields.Next();
  s.author_email = SecretText(fields.Next());
  s.author_ip = SecretText(fields.Next());
  for (std::string* text :
       {&s.author_name, &s.author_url, &s.thread_key, &s.parent_comment, &s.user_agent, &s.referrer,
        &s.language, &s.comment_type, &s.honeypot, &s.thread_uri, &s.thread_title}) {
    *text = fields.Next();
  }
  return s;
}

void Require(bool fine) {
  if (!fine) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const validation::Time now{std::chrono::seconds(1'800'000'000)};
  const validation::SiteForm form{.author_name = false, .author_email = false};
  Submission s = Fill(bytes);
  const auto violations = validation::Validate(s, form, now);
  Require(violations.List().size() <= validation::kViolationsMax);
  if (violations.empty()) {
    Require(validation::IsValidUtf8(s.body) && s.body.find('\0') == std::string::npos &&
            s.body.find('\r') == std::string::npos);
    Require(s.body.size() <= validation::kBodyBytesMax && !validation::IsBlank(s.body));
  }
  Submission repaired = Fill(bytes);
  validation::Repair(repaired, now);
  for (const auto& violation : validation::Validate(repaired, form, now).List()) {
    Require(violation.reason == validation::reason::kRequired);
  }
  return 0;
}
