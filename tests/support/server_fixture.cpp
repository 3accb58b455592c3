// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "support/server_fixture.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <stdexcept>
#include <thread>
#include <utility>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "service/app/secrets.h"
#include "service/auth/api_key.h"
#include "support/comments.h"
#include "support/patience.h"

namespace replyguard::tests {
namespace {

storage::Timestamp Now() {
  return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
}

void Require(bool condition, const std::string& what) {
  if (!condition) throw std::runtime_error(what);
}

}  // namespace

std::unique_ptr<grpc::ClientContext> Context(const std::string& key) {
  auto context = std::make_unique<grpc::ClientContext>();
  if (!key.empty()) context->AddMetadata("authorization", "Bearer " + key);
  context->set_deadline(std::chrono::system_clock::now() + kPatience);
  return context;
}

bool HasRetryInfo(const grpc::Status& status) {
  google::rpc::Status details;
  if (!details.ParseFromString(status.error_details())) return false;
  return std::any_of(details.details().begin(), details.details().end(),
                     [](const auto& any) { return any.template Is<google::rpc::RetryInfo>(); });
}

ServerFixture::ServerFixture(std::string starter,
                             std::optional<std::chrono::milliseconds> drain_time_max)
    : starter_(std::move(starter)),
      drain_time_max_(drain_time_max),
      database_(std::make_unique<TestDatabase>()) {
  std::string pattern = (std::filesystem::temp_directory_path() / "rg-server-XXXXXX").string();
  Require(mkdtemp(pattern.data()) != nullptr, "no temporary folder");
  folder_ = pattern;
  Require(service::CreateMissingSecrets(folder_ + "/secrets").ok(), "no secrets");
  storage_ = database_->Open();
  MakeSite(*storage_, "blog");
  MakeSite(*storage_, "other");
  operator_key = MakeKey(storage::KeyRole::kOperator, "");
  moderator_key = MakeKey(storage::KeyRole::kModerator, "");
  backend_key = MakeKey(storage::KeyRole::kBackend, "blog");
  other_key = MakeKey(storage::KeyRole::kBackend, "other");
  Start();
}

ServerFixture::~ServerFixture() {
  server_.reset();
  storage_.reset();
  std::filesystem::remove_all(folder_);
}

void ServerFixture::Start() {
  service::ServerOptions options;
  options.grpc_address = "127.0.0.1:0";
  options.database_url = database_->app_url();
  options.secrets_dir = folder_ + "/secrets";
  options.starter = starter_;
  if (drain_time_max_) options.drain_time_max = *drain_time_max_;
  options.log.file = folder_ + "/log";
  options.allow_root = true;
  auto server = service::StartServer(options);
  Require(server.ok(), std::string(server.status().message()));
  server_ = *std::move(server);
  Require(WaitForServing(true), "the server does not come up");
  channel_ = grpc::CreateChannel(server_->grpc_address(), grpc::InsecureChannelCredentials());
  comments_ = v1::CommentService::NewStub(channel_);
  moderation_ = v1::ModerationService::NewStub(channel_);
  model_ = v1::ModelService::NewStub(channel_);
  admin_ = v1::AdminService::NewStub(channel_);
}

void ServerFixture::Restart() {
  server_.reset();
  Start();
}

std::string ServerFixture::MakeKey(storage::KeyRole role, const std::string& site) {
  const service::auth::NewApiKey key = service::auth::GenerateApiKey();
  storage::ApiKeyRecord record;
  record.key_id = key.id;
  record.secret_hash.assign(key.hash.begin(), key.hash.end());
  record.display_name = "test";
  record.role = role;
  record.created_at = Now();
  if (!site.empty()) {
    const auto found = storage_->sites().Get(site, Soon());
    Require(found.ok(), "no site " + site);
    record.site_id = found->site_id;
  }
  Require(storage_->api_keys().Create(record, Soon()).ok(), "no key");
  return key.text;
}

bool ServerFixture::WaitForServing(bool serving) {
  const auto until = std::chrono::steady_clock::now() + kPatience;
  while (server_->serving() != serving) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

}  // namespace replyguard::tests
