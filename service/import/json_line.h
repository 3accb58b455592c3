// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "service/validation/submission.h"
#include "storage/enums.h"
#include "storage/masked_comment.h"

namespace replyguard::service::importing {

// One line for evaluate, train and learn, without the newline. A comment without a label says
// "none". Pure.
std::string JsonLineOf(std::string_view external_id, storage::LabelClass label,
                       const storage::MaskedComment& comment,
                       const std::vector<validation::RepairNote>& repaired);

}  // namespace replyguard::service::importing
