// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Resource names of the contract: reading those of requests, making those of answers.
//
// Reading checks the form only, never whether something exists. Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "storage/types.h"

namespace replyguard::service::rpc {

// "sites/{site}"; {site} as Site.name tells. The slug.
std::optional<std::string> ParseSiteName(std::string_view name);

// "sites/{site}" or "sites/-". Inner nothing: every site that the key covers.
std::optional<std::optional<std::string>> ParseSiteOrEvery(std::string_view name);

// "sites/{site}/{collection}/{rest}": the slug and whatever is the rest, without a further check
// but that it is not empty and has no "/".
struct NestedName {
  std::string site;
  std::string rest;
};
std::optional<NestedName> ParseNested(std::string_view name, std::string_view collection);

// "sites/{site}/{collection}/{32 hexadecimal digits}".
struct UuidName {
  std::string site;
  storage::Uuid id;
};
std::optional<UuidName> ParseUuidName(std::string_view name, std::string_view collection);

// "sites/{site}/threads/{key}" with a key of 1 to 200 bytes of [A-Za-z0-9._~-].
std::optional<NestedName> ParseThreadName(std::string_view name);

// "sites/{site}/model": the slug.
std::optional<std::string> ParseModelName(std::string_view name);

// "sites/{site}/imports/{import}" with an import of 1 to 63 bytes of [A-Za-z0-9._-].
std::optional<NestedName> ParseImportName(std::string_view name);

// "apiKeys/{16 hexadecimal digits}": the public id.
std::optional<std::string> ParseApiKeyName(std::string_view name);

// "modelGenerations/{number}", from 1, without leading zeros and at most nine digits.
std::optional<std::int64_t> ParseGenerationName(std::string_view name);

// "operations/{number}": as generations, of at most 15 digits.
std::optional<std::int64_t> ParseOperationName(std::string_view name);

std::string SiteName(std::string_view site);
std::string ThreadName(std::string_view site, std::string_view key);
std::string CommentName(std::string_view site, const storage::Uuid& id);
std::string DecisionName(std::string_view site, const storage::Uuid& id);
std::string BulkName(std::string_view site, const storage::Uuid& id);
// By a comment of it.
std::string CampaignName(std::string_view site, const storage::Uuid& comment_id);
std::string RuleName(std::string_view site, const storage::Uuid& id);
std::string WebhookName(std::string_view site, const storage::Uuid& id);
std::string ModelName(std::string_view site);
std::string ImportName(std::string_view site, std::string_view import_id);
std::string GenerationName(std::int64_t number);
std::string OperationName(std::int64_t number);
std::string ApiKeyName(std::string_view key_id);

}  // namespace replyguard::service::rpc
