// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Any pattern against any text, and any JSON as a site's policy: no crash, and spans lie inside the
// body.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "service/policy/rule_set.h"
#include "service/policy/site_policy.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace policy = replyguard::service::policy;
  using replyguard::storage::RuleKind;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::string_view pattern = bytes.substr(0, bytes.find('\n'));
  const std::string_view body = bytes.substr(pattern.size());

  std::vector<policy::Rule> rules;
  for (const RuleKind kind :
       {RuleKind::kWord, RuleKind::kDomain, RuleKind::kCidr, RuleKind::kAuthor}) {
    rules.push_back({.id = "r", .kind = kind, .pattern = std::string(pattern), .reason = "fuzz"});
  }
  const auto set = policy::RuleSet::Compile(std::move(rules));
  policy::CommentText text;
  text.body = text.author_name = text.author_url = text.email_domain = body;
  for (const policy::RuleMatch& match : set->Match(text, set->MatchNetwork(body), policy::Time{})) {
    for (const policy::Span span : match.spans) {
      if (span.begin < 0 || span.end <= span.begin ||
          static_cast<std::size_t>(span.end) > body.size())
        std::abort();
    }
  }
  if (const auto read = policy::SitePolicyFromJson(bytes); read.ok()) {
    const auto again = policy::SitePolicyFromJson(policy::SitePolicyToJson(*read));
    if (!again.ok() || !(*again == *read)) std::abort();
  }
  return 0;
}
