// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "fuzz/import/import_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return FuzzImport(replyguard::service::importing::ArchiveFormat::kRemark42, std::nullopt, data,
                    size);
}
