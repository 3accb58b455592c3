// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// A step of the label log and its sample as columns, and back.
#pragma once

#include "postgres/rows.h"
#include "storage/export_store.h"
#include "stores/label_columns.h"

// Of labels AS l, for ReadStep.
#define RG_STEP \
  "l.position, l.label, l.source, l.labelled_by, " RG_US("l.labelled_at") ", l.import_id, " \
                                                                          "l.weight"
// With its sample, for ReadLabel.
#define RG_LABEL "l.sample_id, " RG_STEP ", " RG_SAMPLE("l")

namespace replyguard::storage {

inline constexpr int kStepColumns = 7;

// From kStepColumns columns, the first at `at`.
LabelStep ReadStep(const pqxx::row& row, int at);
// From the columns of RG_LABEL, the first at `at`.
ExportedLabel ReadLabel(const pqxx::row& row, int at = 0);

}  // namespace replyguard::storage
