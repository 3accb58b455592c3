// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/rpc/handlers/site_mask.h"

#include <google/protobuf/util/field_mask_util.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

#include "service/rpc/convert/admin.h"
#include "service/usecases/errors.h"

namespace replyguard::service::rpc {
namespace {

using google::protobuf::FieldMask;
using google::protobuf::util::FieldMaskUtil;

constexpr std::string_view kOfPolicy = "policy.";

bool Names(const FieldMask& mask, std::string_view path) {
  return std::find(mask.paths().begin(), mask.paths().end(), path) != mask.paths().end();
}

absl::Status InvalidMask() {
  return InvalidField("update_mask", validation::reason::kValueInvalid,
                      "May name display_name, languages, policy, a field of the policy such as "
                      "policy.spam_threshold, shared_learning and teaching_limits; the last two "
                      "only where the site sets them.");
}

absl::StatusOr<policy::SitePolicy> PolicyOf(const v1::Policy& in) {
  validation::Violations violations;
  policy::SitePolicy policy = FromProto(in, "site.policy.", violations);
  if (!violations.empty()) return InvalidFields(violations);
  return policy;
}

// The policy's fields that the mask names.
absl::StatusOr<FieldMask> FieldsOfThePolicy(const FieldMask& mask) {
  FieldMask fields;
  for (const std::string& path : mask.paths()) {
    if (!path.starts_with(kOfPolicy)) continue;
    const std::string field = path.substr(kOfPolicy.size());
    if (field.empty() || field.find('.') != std::string::npos ||
        !FieldMaskUtil::IsValidPath<v1::Policy>(field)) {
      return InvalidMask();
    }
    fields.add_paths(field);
  }
  return fields;
}

// Of a mask that names nothing: what the site sets.
FieldMask MaskOf(const v1::UpdateSiteRequest& request) {
  if (!request.update_mask().paths().empty()) return request.update_mask();
  const v1::Site& site = request.site();
  FieldMask mask;
  if (!site.display_name().empty()) mask.add_paths("display_name");
  if (!site.languages().empty()) mask.add_paths("languages");
  if (site.has_policy()) mask.add_paths("policy");
  if (site.has_shared_learning()) mask.add_paths("shared_learning");
  if (site.has_teaching_limits()) mask.add_paths("teaching_limits");
  return mask;
}

bool IsOfSite(std::string_view path) {
  constexpr std::string_view kFields[] = {"display_name", "languages", "policy", "shared_learning",
                                          "teaching_limits"};
  return path.starts_with(kOfPolicy) ||
         std::find(std::begin(kFields), std::end(kFields), path) != std::end(kFields);
}

}  // namespace

absl::StatusOr<Sites::UpdateRequest> SiteUpdateOf(const v1::UpdateSiteRequest& request) {
  const v1::Site& site = request.site();
  const FieldMask mask = MaskOf(request);
  if (!std::all_of(mask.paths().begin(), mask.paths().end(), IsOfSite) ||
      (Names(mask, "shared_learning") && !site.has_shared_learning()) ||
      (Names(mask, "teaching_limits") && !site.has_teaching_limits())) {
    return InvalidMask();
  }
  const absl::StatusOr<FieldMask> fields = FieldsOfThePolicy(mask);
  if (!fields.ok()) return fields.status();
  Sites::UpdateRequest update;
  update.etag = site.etag();
  if (Names(mask, "display_name")) update.display_name = site.display_name();
  if (Names(mask, "languages")) {
    update.languages.emplace(site.languages().begin(), site.languages().end());
  }
  if (Names(mask, "shared_learning")) update.shared_learning = site.shared_learning();
  if (Names(mask, "teaching_limits")) update.teaching = TeachingOf(site.teaching_limits());
  if (Names(mask, "policy")) {
    auto policy = PolicyOf(site.policy());
    if (!policy.ok()) return policy.status();
    update.policy = *std::move(policy);
  } else if (!fields->paths().empty()) {
    update.change_policy = [from = site.policy(), fields = *fields](const auto& present) {
      v1::Policy merged;
      ToProto(present, /*revision=*/0, &merged);
      FieldMaskUtil::MergeOptions replace;
      replace.set_replace_message_fields(true);
      replace.set_replace_repeated_fields(true);
      FieldMaskUtil::MergeMessageTo(from, fields, replace, &merged);
      return PolicyOf(merged);
    };
  }
  return update;
}

}  // namespace replyguard::service::rpc
