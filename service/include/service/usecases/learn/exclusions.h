// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Whose labels a generation leaves out: keys, by their public ids, people, imports of a site, and
// rules. In storage all are texts of one list (storage::Generation::excluded).
//
// Thread-safety: pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "storage/types.h"

namespace replyguard::service {

// 1 to storage::kImportIdBytesMax bytes of [A-Za-z0-9._-].
bool IsImportId(std::string_view text);

// Whether it names a key (16 lower-case hexadecimal digits), a person, an import or a rule, as
// storage has them.
bool IsExclusion(std::string_view text);

struct ImportOfSite {
  storage::SiteId site_id = 0;
  std::string import_id;
};
// The inverse of storage::ImportExclusion; nothing for others.
std::optional<ImportOfSite> ImportOf(std::string_view exclusion);

// The handle of "people/{handle}", as a person's labels name him; nothing for others.
std::optional<std::string> PersonExcluded(std::string_view exclusion);

struct RuleOfSite {
  storage::SiteId site_id = 0;
  storage::RuleId rule_id;
};
// The inverse of storage::RuleExclusion; nothing for others.
std::optional<RuleOfSite> RuleExcluded(std::string_view exclusion);

}  // namespace replyguard::service
