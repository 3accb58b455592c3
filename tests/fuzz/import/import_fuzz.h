// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Any bytes as an archive of one format: what is taken fits a server, the report adds up, and what
// is told of a fault is one line of ours.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "service/import/source.h"

// Ends the process by abort() when anything of that does not hold.
int FuzzImport(replyguard::service::importing::ArchiveFormat format,
               std::optional<replyguard::storage::LabelClass> label, const std::uint8_t* data,
               std::size_t size);
