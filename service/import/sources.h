// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "service/import/source.h"

// One maker a format; each is in the file of its name.
namespace replyguard::service::importing {

std::unique_ptr<Source> MakeWxrSource(ArchiveStream& archive);
std::unique_ptr<Source> MakeDisqusSource(ArchiveStream& archive);
std::unique_ptr<Source> MakeWpCommentsCsvSource(ArchiveStream& archive);
std::unique_ptr<Source> MakeCsvSource(ArchiveStream& archive);
std::unique_ptr<Source> MakeJsonLinesSource(ArchiveStream& archive);
std::unique_ptr<Source> MakeRemark42Source(ArchiveStream& archive);
std::unique_ptr<Source> MakeIssoSource(ArchiveStream& archive);
// Lines of text, all with this label.
std::unique_ptr<Source> MakeTgSpamTextSource(ArchiveStream& archive, storage::LabelClass label);
std::unique_ptr<Source> MakeTgSpamJsonSource(ArchiveStream& archive);

}  // namespace replyguard::service::importing
