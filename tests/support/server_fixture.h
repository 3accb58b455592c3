// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// A whole server in the test's process, on a free port, over a database of its own.
#pragma once

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "replyguard/v1/admin_service.grpc.pb.h"
#include "replyguard/v1/comment_service.grpc.pb.h"
#include "replyguard/v1/model_service.grpc.pb.h"
#include "replyguard/v1/moderation_service.grpc.pb.h"
#include "service/app/server.h"
#include "support/test_database.h"

namespace replyguard::tests {

// A client's context: the key, and ten seconds.
std::unique_ptr<grpc::ClientContext> Context(const std::string& key);
// Whether it tells when to come again.
bool HasRetryInfo(const grpc::Status& status);

class ServerFixture {
 public:
  // Two sites, "blog" and "other", with keys. Throws when the server does not come up. Without a
  // starter model, unless the test is about one, what has no labels is held.
  // drain_time_max: nothing for the default.
  explicit ServerFixture(std::string starter = "none",
                         std::optional<std::chrono::milliseconds> drain_time_max = {});
  ~ServerFixture();
  ServerFixture(const ServerFixture&) = delete;
  ServerFixture& operator=(const ServerFixture&) = delete;

  TestDatabase& database() { return *database_; }
  service::Server& server() { return *server_; }
  std::shared_ptr<grpc::Channel> channel() const { return channel_; }
  v1::CommentService::Stub& comments() { return *comments_; }
  v1::ModerationService::Stub& moderation() { return *moderation_; }
  v1::ModelService::Stub& model() { return *model_; }
  v1::AdminService::Stub& admin() { return *admin_; }

  // A key in the database, good at once. An empty site: every site.
  std::string MakeKey(storage::KeyRole role, const std::string& site);
  // Waits, ten seconds at most.
  bool WaitForServing(bool serving);
  // Stops it and starts another over the same database.
  void Restart();

  std::string operator_key, moderator_key, backend_key, other_key;

 private:
  void Start();

  const std::string starter_;
  const std::optional<std::chrono::milliseconds> drain_time_max_;
  std::unique_ptr<TestDatabase> database_;
  std::string folder_;
  std::unique_ptr<storage::Database> storage_;  // behind the server's back, to make keys
  std::unique_ptr<service::Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::CommentService::Stub> comments_;
  std::unique_ptr<v1::ModerationService::Stub> moderation_;
  std::unique_ptr<v1::ModelService::Stub> model_;
  std::unique_ptr<v1::AdminService::Stub> admin_;
};

}  // namespace replyguard::tests
