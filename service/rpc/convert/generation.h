// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Generations of the model and how they compare. Thread-safety: pure functions.
#pragma once

#include <string>

#include "replyguard/v1/model_service.pb.h"
#include "service/usecases/learn/comparison.h"
#include "service/usecases/learn/generations.h"
#include "storage/generation_store.h"

namespace replyguard::service {

class SiteDirectory;

namespace rpc {

// "apiKeys/{key}"; empty for none.
std::string ApiKeyNameOrNone(const std::string& key_id);

void ToProto(const storage::Generation& generation, bool active, v1::ModelGeneration* out);
void ToProto(const storage::Activation& activation, v1::ModelActivation* out);
void ToProto(const Generations::Refusal& refusal, v1::ModelRefusal* out);
// `sites` names the sites of the changed verdicts; a site that is not there any more has no
// comment.
void ToProto(const SiteDirectory& sites, const Comparison& comparison, v1::ModelComparison* out);

}  // namespace rpc
}  // namespace replyguard::service
