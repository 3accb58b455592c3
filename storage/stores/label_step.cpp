// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "stores/label_step.h"

namespace replyguard::storage {

LabelStep ReadStep(const pqxx::row& row, int at) {
  const auto field = [&row, at](int i) { return row[static_cast<pqxx::row::size_type>(at + i)]; };
  LabelStep step;
  step.position = field(0).as<std::int64_t>();
  step.label = EnumAt<LabelClass>(field(1));
  step.source = EnumAt<LabelSource>(field(2));
  step.labelled_by = TextAt(field(3));
  step.labelled_at = TimeAt(field(4));
  step.import_id = TextAt(field(5));
  step.weight = field(6).as<std::int32_t>();
  return step;
}

ExportedLabel ReadLabel(const pqxx::row& row, int at) {
  return {TextAt(row[static_cast<pqxx::row::size_type>(at)]), ReadStep(row, at + 1),
          ReadSample(row, at + 1 + kStepColumns)};
}

}  // namespace replyguard::storage
