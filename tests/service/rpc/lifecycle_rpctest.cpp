// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// A server that loses PostgreSQL and gets it back, and one that stops under load.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <pqxx/pqxx>
#include <string>
#include <thread>
#include <vector>

#include "service/rpc/grpc/connection_watch.h"
#include "support/eventually.h"
#include "support/locked_table.h"
#include "support/server_fixture.h"

namespace replyguard::tests {
namespace {

v1::SubmitCommentRequest Comment(const std::string& body) {
  v1::SubmitCommentRequest request;
  request.mutable_submission()->set_thread("sites/blog/threads/a");
  request.mutable_submission()->set_author_name("Jane");
  request.mutable_submission()->set_author_email("jane@example.org");
  request.mutable_submission()->set_body(body);
  return request;
}

grpc::Status Submit(ServerFixture& fixture, const std::string& body) {
  v1::SubmitCommentResponse response;
  return fixture.comments().SubmitComment(Context(fixture.backend_key).get(), Comment(body),
                                          &response);
}

// Shuts everybody out of the test's database until it goes.
class Outage {
 public:
  explicit Outage(TestDatabase& database)
      : name_(database.Sql("SELECT current_database()")),
        admin_(WithKeywords(database.owner_url(), {{"dbname", "postgres"}})) {
    Run("ALTER DATABASE " + admin_.quote_name(name_) + " WITH ALLOW_CONNECTIONS false");
    Run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = " +
        admin_.quote(name_));
  }
  ~Outage() { Run("ALTER DATABASE " + admin_.quote_name(name_) + " WITH ALLOW_CONNECTIONS true"); }
  Outage(const Outage&) = delete;
  Outage& operator=(const Outage&) = delete;

 private:
  void Run(const std::string& sql) {
    pqxx::nontransaction work(admin_);
    work.exec(sql);
  }
  std::string name_;
  pqxx::connection admin_;
};

TEST(LifecycleTest, ServerTellsTheTruthWhileTheDatabaseIsAwayAndRecoversByItself) {
  ServerFixture fixture;
  ASSERT_TRUE(Submit(fixture, "before").ok());
  {
    const Outage outage(fixture.database());
    ASSERT_TRUE(fixture.WaitForServing(false));
    const grpc::Status status = Submit(fixture, "during");
    EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE) << status.error_message();
    EXPECT_TRUE(HasRetryInfo(status));
    // Memory alone still judges, and says what it did not look up.
    v1::CheckCommentRequest check;
    *check.mutable_submission() = Comment("during").submission();
    v1::CheckCommentResponse checked;
    ASSERT_TRUE(
        fixture.comments().CheckComment(Context(fixture.backend_key).get(), check, &checked).ok());
    EXPECT_GT(checked.assessment().not_consulted_size(), 0);
    EXPECT_NE(checked.assessment().verdict(), v1::VERDICT_APPROVE);
  }
  ASSERT_TRUE(fixture.WaitForServing(true));
  EXPECT_TRUE(Submit(fixture, "after").ok());
  EXPECT_EQ(fixture.database().Sql("SELECT count(*) FROM replyguard.comments"), "2");
}

TEST(LifecycleTest, StoppingUnderLoadFailsNoCallThatWasTaken) {
  ServerFixture fixture;
  constexpr int kClients = 8;
  constexpr int kBeforeStop = 50;
  std::atomic<int> answered{0};
  std::atomic<int> wrong{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < kClients; ++i) {
    clients.emplace_back([&, i] {
      for (int n = 0;; ++n) {
        const grpc::Status status =
            Submit(fixture, "client " + std::to_string(i) + " comment " + std::to_string(n));
        if (status.ok()) {
          ++answered;
          continue;
        }
        // Turned away after the server had said goodbye; nothing else may happen.
        if (status.error_code() != grpc::StatusCode::UNAVAILABLE) {
          ++wrong;
          ADD_FAILURE() << status.error_code() << " " << status.error_message();
        }
        return;
      }
    });
  }
  while (answered < kBeforeStop) std::this_thread::yield();
  fixture.server().Shutdown();
  fixture.server().Wait();
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(wrong, 0);
  // Everything stored was answered and everything answered was stored.
  EXPECT_EQ(fixture.database().Sql("SELECT count(*) FROM replyguard.comments"),
            std::to_string(answered.load()));
}

TEST(LifecycleTest, StoppingEndsCallsForWhichPostgresqlHangs) {
  // A tenth of it is for the answer, and a machine may stand still for two seconds.
  ServerFixture fixture("none", std::chrono::seconds(30));
  const LockedTable locked(fixture.database(), "events");
  grpc::Status status;
  std::thread client([&] {
    auto context = Context(fixture.backend_key);
    context->set_deadline(std::chrono::system_clock::now() + std::chrono::minutes(10));
    v1::ListEventsRequest request;
    request.set_parent("sites/blog");
    v1::ListEventsResponse response;
    status = fixture.comments().ListEvents(context.get(), request, &response);
  });
  locked.WaitForWaiting(1);
  fixture.server().Shutdown();
  client.join();
  // In words, and not cut with its connection.
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE) << status.error_message();
  EXPECT_TRUE(HasRetryInfo(status));
  fixture.server().Wait();
}

// Calls are ended by an end of storage, beyond which the learner's last checkpoint is still
// written: it has to be moved before anybody is waited for.
TEST(LifecycleTest, WhatWasLearntIsKeptThoughDrainingTookAllItsTime) {
  ServerFixture fixture("none", std::chrono::milliseconds(0));
  v1::SubmitCommentResponse stored;
  ASSERT_TRUE(fixture.comments()
                  .SubmitComment(Context(fixture.backend_key).get(), Comment("bees"), &stored)
                  .ok());
  v1::ModerateCommentsRequest decide;
  decide.add_actions()->set_comment(stored.comment().name());
  decide.mutable_actions(0)->set_action(v1::DECISION_ACTION_APPROVE);
  v1::ModerateCommentsResponse decided;
  ASSERT_TRUE(fixture.moderation()
                  .ModerateComments(Context(fixture.moderator_key).get(), decide, &decided)
                  .ok());
  v1::GetModelRequest get;
  get.set_name("sites/blog/model");
  v1::GetModelResponse got;
  EXPECT_TRUE(Eventually([&] {
    return fixture.model().GetModel(Context(fixture.operator_key).get(), get, &got).ok() &&
           got.model().position() > 0;
  }));
  fixture.server().Shutdown();
  fixture.server().Wait();
  EXPECT_EQ(fixture.database().Sql("SELECT max(position) FROM replyguard.checkpoints"),
            std::to_string(got.model().position()));
}

// As another server of the process may listen where this one did.
TEST(LifecycleTest, AServerThatHasStoppedEndsNobodysConnectionsWhenItGoes) {
  auto fixture = std::make_unique<ServerFixture>();
  const std::string address = fixture->server().grpc_address();
  const std::string port = address.substr(address.rfind(':'));
  fixture->server().Shutdown();
  fixture->server().Wait();
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1);  // where the fixture's channel does not come
  at.sin_port = htons(static_cast<std::uint16_t>(std::stoi(port.substr(1))));
  const auto* name = reinterpret_cast<const sockaddr*>(&at);
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  ASSERT_EQ(bind(listener, name, sizeof at), 0);
  ASSERT_EQ(listen(listener, SOMAXCONN), 0);
  const int client = socket(AF_INET, SOCK_STREAM, 0);
  ASSERT_EQ(connect(client, name, sizeof at), 0);
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  const int connection = accept(listener, reinterpret_cast<sockaddr*>(&peer), &size);
  auto& watch = service::rpc::ConnectionWatch::OfProcess();
  watch.Accepted(connection, peer);
  ASSERT_EQ(watch.PeersAt(port).size(), 1U);
  fixture.reset();
  char byte = 0;
  EXPECT_EQ(recv(connection, &byte, 1, MSG_DONTWAIT), -1) << "it was ended";
  for (const int open : {client, connection, listener}) close(open);
}

}  // namespace
}  // namespace replyguard::tests
