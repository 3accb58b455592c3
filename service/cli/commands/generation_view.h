// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Generations of the model and how they compare, for people.
#pragma once

#include <string>

#include "replyguard/v1/model_service.pb.h"
#include "service/cli/frame/context.h"

namespace replyguard::service::cli {

// Public ids of the keys that it leaves out; "-" for none.
std::string KeysOf(const v1::ModelGeneration& generation);

// "generation 2 3 of 120: 2.50 % (0.52 to 7.13)": of the good comments, what it lost.
std::string LostText(const v1::ModelFigures& figures);
// The same of the spam that it missed, without the generation.
std::string MissedText(const v1::ModelFigures& figures);

void Print(Context& context, const v1::ModelComparison& comparison);
void Print(Context& context, const v1::ModelEvaluation& evaluation);
void Print(Context& context, const v1::ModelGeneration& generation);
void Print(Context& context, const v1::ModelActivation& activation);

}  // namespace replyguard::service::cli
