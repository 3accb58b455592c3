// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What leaves a site as the contract has it. Thread-safety: pure functions.
#pragma once

#include <string_view>

#include "replyguard/v1/export.pb.h"
#include "storage/export_store.h"

namespace replyguard::service::rpc {

void ToProto(std::string_view site, const storage::ExportedComment& comment,
             v1::ExportedComment* out);
void ToProto(std::string_view site, const storage::ExportedLabel& label, v1::ExportedLabel* out);
void ToProto(std::string_view site, const storage::ImportSummary& import, v1::LabelImport* out);

}  // namespace replyguard::service::rpc
