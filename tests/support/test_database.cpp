// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "support/test_database.h"

#include <libpq-fe.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <map>
#include <stdexcept>
#include <thread>

#include "storage/migrator.h"
#include "storage/mutex.h"
#include "support/patience.h"

namespace replyguard::tests {
namespace {

constexpr char kTemplate[] = "replyguard_test_template";

std::string ClusterUrl() {
  const char* url = std::getenv("REPLYGUARD_TEST_DATABASE_URL");
  if (url == nullptr) {
    throw std::runtime_error(
        "REPLYGUARD_TEST_DATABASE_URL is not set: run this by tests/with-postgres");
  }
  return url;
}

// CREATE DATABASE knows no transaction.
void OutsideTransaction(const std::string& url, const std::string& sql) {
  pqxx::connection connection(url);
  pqxx::nontransaction work(connection);
  work.exec(sql);
}

// Made by the first test that needs it; the others wait for the lock.
void MakeTemplate(const std::string& cluster) {
  pqxx::connection connection(cluster);
  pqxx::nontransaction work(connection);
  work.exec("SELECT pg_advisory_lock(4242)");
  const auto found = work.exec("SELECT datistemplate FROM pg_database WHERE datname = '" +
                               std::string(kTemplate) + "'");
  if (!found.empty() && found[0][0].as<bool>()) return;
  if (!found.empty()) work.exec("DROP DATABASE " + std::string(kTemplate));
  work.exec("CREATE DATABASE " + std::string(kTemplate));
  const auto done = storage::OpenMigrator(WithKeywords(cluster, {{"dbname", kTemplate}}))
                        ->Up(std::nullopt, Soon());
  if (!done.ok()) throw std::runtime_error(done.status().ToString());
  work.exec("ALTER DATABASE " + std::string(kTemplate) + " IS_TEMPLATE true");
}

std::string FreshName() {
  static std::atomic<int> count = 0;
  return "replyguard_test_" + std::to_string(::getpid()) + "_" + std::to_string(count++);
}

}  // namespace

struct TestDatabase::Sink {
  Mutex mutex;
  std::vector<std::string> lines REPLYGUARD_GUARDED_BY(mutex);
};

storage::Deadline Soon() { return std::chrono::steady_clock::now() + kPatience; }

std::string WithKeywords(const std::string& url,
                         const std::vector<std::pair<std::string, std::string>>& keywords) {
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(
      PQconninfoParse(url.c_str(), nullptr), PQconninfoFree);
  if (options == nullptr) throw std::runtime_error("the test database's URL is malformed");
  std::map<std::string, std::string> all;
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
    if (option->val != nullptr) all[option->keyword] = option->val;
  }
  for (const auto& [key, value] : keywords) all[key] = value;
  std::string out;
  for (const auto& [key, value] : all) {
    out.append(key).append("='").append(value).append("' ");
  }
  return out;
}

TestDatabase::TestDatabase(Kind kind) : name_(FreshName()), sink_(std::make_shared<Sink>()) {
  const std::string cluster = ClusterUrl();
  if (kind == Kind::kMigrated) MakeTemplate(cluster);
  OutsideTransaction(cluster, "CREATE DATABASE " + name_ +
                                  (kind == Kind::kMigrated ? std::string(" TEMPLATE ") + kTemplate
                                                           : std::string()));
  owner_url_ = WithKeywords(cluster, {{"dbname", name_}});
  app_url_ = WithKeywords(cluster, {{"dbname", name_}, {"user", "replyguard_app"}});
}

TestDatabase::~TestDatabase() {
  try {
    OutsideTransaction(ClusterUrl(), "DROP DATABASE " + name_ + " WITH (FORCE)");
  } catch (const std::exception&) {
    // The cluster is gone: a test stopped it for good.
  }
}

storage::PostgresOptions TestDatabase::Options() const {
  storage::PostgresOptions options;
  options.url = app_url_;
  options.log_sink = [sink = sink_](auto statement, auto state, auto message) {
    const MutexLock lock(sink->mutex);
    sink->lines.push_back(std::string(statement) + " " + std::string(state) + " " +
                          std::string(message));
  };
  return options;
}

std::unique_ptr<storage::Database> TestDatabase::Open() const {
  auto opened = storage::OpenPostgres(Options());
  if (!opened.ok()) throw std::runtime_error(opened.status().ToString());
  return *std::move(opened);
}

void TestDatabase::AwaitNoSession() const {
  while (Sql("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND "
             "backend_type = 'client backend' AND pid <> pg_backend_pid()") != "0") {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

std::string TestDatabase::Sql(const std::string& sql) const {
  pqxx::connection connection(owner_url_);
  pqxx::work work(connection);
  const auto rows = work.exec(sql);
  work.commit();
  return rows.empty() || rows.columns() == 0 ? std::string() : std::string(rows[0][0].c_str());
}

std::vector<std::string> TestDatabase::Log() const {
  const MutexLock lock(sink_->mutex);
  return sink_->lines;
}

}  // namespace replyguard::tests
