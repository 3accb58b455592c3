// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Sites, policies, rules and keys, both ways. Thread-safety: pure functions.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "replyguard/v1/api_key.pb.h"
#include "replyguard/v1/rule.pb.h"
#include "replyguard/v1/site.pb.h"
#include "service/policy/rule_set.h"
#include "service/policy/site_policy.h"
#include "service/usecases/administer/api_keys.h"
#include "service/usecases/administer/sites.h"
#include "service/usecases/errors.h"

namespace replyguard::service::rpc {

void ToProto(const policy::SitePolicy& policy, std::int64_t revision, v1::Policy* out);
void ToProto(const SiteInfo& site, v1::Site* out);
void ToProto(std::string_view site, const storage::RuleRecord& rule, v1::Rule* out);
void ToProto(const ApiKeys::KeyInfo& key, v1::ApiKey* out);

// Zero and absent values mean the defaults that the contract tells. Bounds are for the use case to
// judge; what only the wire form can get wrong is added to `violations` with `path` before field
// names.
policy::SitePolicy FromProto(const v1::Policy& in, std::string_view path,
                             validation::Violations& violations);

// A rule of no site; its kind and action are those given, or violations.
policy::Rule FromProto(const v1::Rule& in, std::string_view path,
                       validation::Violations& violations);

ApiKeys::CreateRequest FromProto(const v1::ApiKey& in, std::string_view path,
                                 validation::Violations& violations);

Sites::TeachingChange TeachingOf(const v1::TeachingLimits& in);

}  // namespace replyguard::service::rpc
