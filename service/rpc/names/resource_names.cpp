// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/rpc/names/resource_names.h"

#include <algorithm>

#include "service/auth/api_key.h"
#include "service/usecases/learn/exclusions.h"
#include "service/validation/limits.h"

namespace replyguard::service::rpc {
namespace {

constexpr std::string_view kSites = "sites/";
constexpr std::string_view kModel = "/model";
constexpr std::string_view kApiKeys = "apiKeys/";
constexpr std::string_view kGenerations = "modelGenerations/";
constexpr std::size_t kGenerationDigitsMax = 9;
constexpr std::string_view kOperations = "operations/";
constexpr std::size_t kOperationDigitsMax = 15;

bool IsSlugByte(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; }

bool IsSlug(std::string_view text) {
  return !text.empty() && text.size() <= validation::kSiteSlugBytesMax && text.front() != '-' &&
         text.back() != '-' && std::all_of(text.begin(), text.end(), IsSlugByte);
}

bool IsKeyByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '~' || c == '-';
}

bool IsLowerHexDigit(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

bool Consume(std::string_view& text, std::string_view prefix) {
  if (text.substr(0, prefix.size()) != prefix) return false;
  text.remove_prefix(prefix.size());
  return true;
}

std::string Nested(std::string_view site, std::string_view collection, std::string_view rest) {
  std::string name;
  name.reserve(kSites.size() + site.size() + collection.size() + rest.size() + 2);
  name.append(kSites).append(site).append("/").append(collection).append("/").append(rest);
  return name;
}

}  // namespace

std::optional<std::string> ParseSiteName(std::string_view name) {
  if (!Consume(name, kSites) || !IsSlug(name)) return std::nullopt;
  return std::string(name);
}

std::optional<std::optional<std::string>> ParseSiteOrEvery(std::string_view name) {
  if (name == "sites/-") return std::optional<std::string>();
  std::optional<std::string> site = ParseSiteName(name);
  if (!site) return std::nullopt;
  return site;
}

std::optional<NestedName> ParseNested(std::string_view name, std::string_view collection) {
  if (!Consume(name, kSites)) return std::nullopt;
  const std::size_t slash = name.find('/');
  if (slash == std::string_view::npos || !IsSlug(name.substr(0, slash))) return std::nullopt;
  const std::string_view site = name.substr(0, slash);
  name.remove_prefix(slash + 1);
  if (!Consume(name, collection) || !Consume(name, "/")) return std::nullopt;
  if (name.empty() || name.find('/') != std::string_view::npos) return std::nullopt;
  return NestedName{std::string(site), std::string(name)};
}

std::optional<UuidName> ParseUuidName(std::string_view name, std::string_view collection) {
  std::optional<NestedName> nested = ParseNested(name, collection);
  if (!nested) return std::nullopt;
  const std::optional<storage::Uuid> id = storage::Uuid::FromHex(nested->rest);
  if (!id) return std::nullopt;
  return UuidName{std::move(nested->site), *id};
}

std::optional<NestedName> ParseThreadName(std::string_view name) {
  std::optional<NestedName> nested = ParseNested(name, "threads");
  if (!nested || nested->rest.size() > validation::kThreadKeyBytesMax) return std::nullopt;
  if (!std::all_of(nested->rest.begin(), nested->rest.end(), IsKeyByte)) return std::nullopt;
  return nested;
}

std::optional<std::string> ParseModelName(std::string_view name) {
  if (name.size() < kModel.size() || name.substr(name.size() - kModel.size()) != kModel) {
    return std::nullopt;
  }
  name.remove_suffix(kModel.size());
  return ParseSiteName(name);
}

std::optional<std::string> ParseApiKeyName(std::string_view name) {
  if (!Consume(name, kApiKeys) || name.size() != auth::kKeyIdDigits) return std::nullopt;
  if (!std::all_of(name.begin(), name.end(), IsLowerHexDigit)) return std::nullopt;
  return std::string(name);
}

std::optional<NestedName> ParseImportName(std::string_view name) {
  std::optional<NestedName> import = ParseNested(name, "imports");
  if (!import || !IsImportId(import->rest)) return std::nullopt;
  return import;
}

namespace {

std::optional<std::int64_t> ParseNumber(std::string_view name, std::string_view collection,
                                        std::size_t digits_max) {
  if (!Consume(name, collection) || name.empty() || name.size() > digits_max ||
      name.front() == '0') {
    return std::nullopt;
  }
  std::int64_t number = 0;
  for (const char c : name) {
    if (c < '0' || c > '9') return std::nullopt;
    number = 10 * number + (c - '0');
  }
  return number;
}

}  // namespace

std::optional<std::int64_t> ParseGenerationName(std::string_view name) {
  return ParseNumber(name, kGenerations, kGenerationDigitsMax);
}

std::optional<std::int64_t> ParseOperationName(std::string_view name) {
  return ParseNumber(name, kOperations, kOperationDigitsMax);
}

std::string SiteName(std::string_view site) { return std::string(kSites).append(site); }

std::string ThreadName(std::string_view site, std::string_view key) {
  return Nested(site, "threads", key);
}

std::string CommentName(std::string_view site, const storage::Uuid& id) {
  return Nested(site, "comments", id.ToHex());
}

std::string DecisionName(std::string_view site, const storage::Uuid& id) {
  return Nested(site, "decisions", id.ToHex());
}

std::string BulkName(std::string_view site, const storage::Uuid& id) {
  return Nested(site, "bulks", id.ToHex());
}

std::string CampaignName(std::string_view site, const storage::Uuid& comment_id) {
  return Nested(site, "campaigns", comment_id.ToHex());
}

std::string RuleName(std::string_view site, const storage::Uuid& id) {
  return Nested(site, "rules", id.ToHex());
}

std::string WebhookName(std::string_view site, const storage::Uuid& id) {
  return Nested(site, "webhooks", id.ToHex());
}

std::string ModelName(std::string_view site) {
  return std::string(kSites).append(site).append(kModel);
}

std::string ImportName(std::string_view site, std::string_view import_id) {
  return Nested(site, "imports", import_id);
}

std::string GenerationName(std::int64_t number) {
  return std::string(kGenerations).append(std::to_string(number));
}

std::string OperationName(std::int64_t number) {
  return std::string(kOperations).append(std::to_string(number));
}

std::string ApiKeyName(std::string_view key_id) { return std::string(kApiKeys).append(key_id); }

}  // namespace replyguard::service::rpc
