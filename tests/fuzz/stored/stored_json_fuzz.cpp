// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Any bytes as the JSON that is kept in the database (a newer server may have written it, or
// somebody's hand): no crash, a policy that keeps its bounds, and what was read is the same when it
// is written and read again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "service/policy/site_policy.h"
#include "service/usecases/assessment_details.h"
#include "service/usecases/comment_context.h"
#include "service/usecases/learn/comparison.h"

namespace {

namespace service = replyguard::service;

void Require(bool fine) {
  if (!fine) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto policy = service::policy::SitePolicyFromJson(bytes); policy.ok()) {
    Require(service::policy::CheckSitePolicy(*policy).empty());
    const auto again = service::policy::SitePolicyFromJson(SitePolicyToJson(*policy));
    Require(again.ok() && *again == *policy);
  }
  const service::CommentContext context = service::ContextFromJson(bytes);
  Require(service::ContextFromJson(service::ContextToJson(context)) == context);
  (void)service::DetailsFromJson(bytes);
  (void)service::PolicyReasonsFromJson(bytes);
  (void)service::ComparisonFromJson(bytes);
  (void)service::EvaluationFromJson(bytes);
  return 0;
}
