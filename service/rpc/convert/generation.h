// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Generations of the model and how they compare. Thread-safety: pure functions.
#pragma once

#include <google/protobuf/repeated_field.h>

#include <string>
#include <string_view>

#include "replyguard/v1/model_service.pb.h"
#include "service/usecases/learn/comparison.h"
#include "service/usecases/learn/generations.h"
#include "storage/generation_store.h"

namespace replyguard::service {

class SiteDirectory;

namespace rpc {

// "apiKeys/{key}"; empty for none.
std::string ApiKeyNameOrNone(const std::string& key_id);

// Adds what a generation leaves out to the names of keys or of imports; an import of a site that is
// not there any more is not told.
void AddExclusion(const SiteDirectory& sites, std::string_view exclusion,
                  google::protobuf::RepeatedPtrField<std::string>* keys,
                  google::protobuf::RepeatedPtrField<std::string>* imports);

void ToProto(const SiteDirectory& sites, const storage::Generation& generation, bool active,
             v1::ModelGeneration* out);
void ToProto(const storage::Activation& activation, v1::ModelActivation* out);
void ToProto(const Generations::Refusal& refusal, v1::ModelRefusal* out);
// `sites` names the sites of the changed verdicts; a site that is not there any more has no
// comment.
void ToProto(const SiteDirectory& sites, const Comparison& comparison, v1::ModelComparison* out);

}  // namespace rpc
}  // namespace replyguard::service
