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

struct ExclusionNames {
  google::protobuf::RepeatedPtrField<std::string>* keys;
  google::protobuf::RepeatedPtrField<std::string>* people;
  google::protobuf::RepeatedPtrField<std::string>* imports;
  google::protobuf::RepeatedPtrField<std::string>* rules;
};
void AddExclusion(const SiteDirectory& sites, std::string_view exclusion,
                  const ExclusionNames& names);
// Adds what a generation leaves out to the names of keys, people, imports or rules of `out`, a
// ModelGeneration or RetrainModelRequest; an import or rule of a site that is not there any more is
// not told.
template <typename Message>
void AddExclusion(const SiteDirectory& sites, std::string_view exclusion, Message* out) {
  AddExclusion(sites, exclusion,
               ExclusionNames{out->mutable_excluded_api_keys(), out->mutable_excluded_people(),
                              out->mutable_excluded_imports(), out->mutable_excluded_rules()});
}

void ToProto(const SiteDirectory& sites, const storage::Generation& generation, bool active,
             v1::ModelGeneration* out);
void ToProto(const storage::Activation& activation, v1::ModelActivation* out);
void ToProto(const Generations::Refusal& refusal, v1::ModelRefusal* out);
// `sites` names the sites of the changed verdicts; a site that is not there any more has no
// comment.
void ToProto(const SiteDirectory& sites, const Comparison& comparison, v1::ModelComparison* out);
void ToProto(const ModelEvaluation& evaluation, v1::ModelEvaluation* out);

}  // namespace rpc
}  // namespace replyguard::service
