// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Whose labels a request leaves out.
#pragma once

#include <google/protobuf/repeated_field.h>

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "service/rpc/handlers/handlers.h"

namespace replyguard::service::rpc {

struct ExcludedNames {
  const google::protobuf::RepeatedPtrField<std::string>& api_keys;
  const google::protobuf::RepeatedPtrField<std::string>& people;
  const google::protobuf::RepeatedPtrField<std::string>& imports;
  const google::protobuf::RepeatedPtrField<std::string>& rules;
};
// As storage::Generation::excluded has them. INVALID_ARGUMENT for what is no such name; as
// SiteDirectory::Enter for the sites of imports and rules. Thread-safe.
absl::StatusOr<std::vector<std::string>> ExcludedOf(const UseCases& use_cases,
                                                    const CallContext& call,
                                                    const ExcludedNames& names);

// Of a RetrainModelRequest or ReviewLabelsRequest.
template <typename Request>
absl::StatusOr<std::vector<std::string>> ExcludedOf(const UseCases& use_cases,
                                                    const CallContext& call,
                                                    const Request& request) {
  return ExcludedOf(use_cases, call,
                    ExcludedNames{request.excluded_api_keys(), request.excluded_people(),
                                  request.excluded_imports(), request.excluded_rules()});
}

}  // namespace replyguard::service::rpc
