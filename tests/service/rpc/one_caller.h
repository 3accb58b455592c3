// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What a call needs around it without a server: a site's backend with its key, and nobody else.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "service/auth/authenticator.h"
#include "service/auth/key_rates.h"
#include "service/rpc/dispatch/call.h"
#include "support/no_keys.h"
#include "support/still_changes.h"

namespace replyguard::service::rpc {

// Knows one key.
class OneKey final : public tests::NoKeys {
 public:
  explicit OneKey(const auth::NewApiKey& key) {
    record_.key_id = key.id;
    record_.secret_hash.assign(key.hash.begin(), key.hash.end());
    record_.role = storage::KeyRole::kBackend;
    record_.site_id = 1;
  }
  absl::StatusOr<storage::ApiKeyRecord> Get(const std::string&, storage::Deadline) override {
    return record_;
  }

 private:
  storage::ApiKeyRecord record_;
};

class NoObserver final : public CallObserver {
 public:
  void OnCall(const CallRecord&) override {}
  void OnEscaped(std::string_view, std::string_view, std::string_view) override {}
  void OnInternal(std::string_view, std::string_view, std::string_view) override {}
};

class Source final : public CallSource {
 public:
  explicit Source(std::string authorization) : authorization_(std::move(authorization)) {}
  std::string_view Header(std::string_view) const override { return {}; }
  void AddHeader(std::string_view, std::string_view) override {}
  std::string Peer() const override { return "ipv4:192.0.2.1"; }
  Wire ComesBy() const override { return Wire::kNoBrowser; }
  std::string_view Authorization() const override { return authorization_; }
  storage::Deadline ClientDeadline() const override { return storage::Deadline::max(); }
  bool Cancelled() const override { return false; }
  absl::Status CheckRequest() const override { return absl::OkStatus(); }
  bool ReadsInPassing() const override { return true; }
  absl::Status ParseInto(google::protobuf::Message&) const override { return absl::OkStatus(); }

 private:
  const std::string authorization_;
};

struct OneCaller {
  const auth::NewApiKey key = auth::GenerateApiKey();
  OneKey keys{key};
  tests::StillChanges changes;
  auth::Authenticator authenticator{
      {keys,
       changes,
       [](storage::SiteId) { return std::optional<std::string>("blog"); },
       [] { return storage::Timestamp{std::chrono::hours(1)}; },
       [] { return std::chrono::steady_clock::now(); },
       nullptr,
       {},
       [](const std::string&, storage::Timestamp) {}}};
  auth::KeyRates rates{std::nullopt};
  NoObserver observer;

  std::string authorization() const { return "Bearer " + key.text; }
};

}  // namespace replyguard::service::rpc
