// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Durable submissions a second and their latency through the batched writer, at 1, 16, 64 and 256
// outstanding, beside plain single-row inserts with synchronous commit from as many clients, in one
// run on one machine.
//
//   tests/with-postgres build/.../storage_write_benchmark [seconds a row [writer threads]] (with
//   fsync on for honest numbers)
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <mutex>
#include <random>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "support/comments.h"
#include "support/test_database.h"

namespace replyguard::tests {
namespace {

using Clock = std::chrono::steady_clock;

struct Row {
  double cpu_us = 0;
  double rate = 0;
  double median_us = 0;
  double p99_us = 0;
};

// CPU time of this process and of the server's processes for this database, in microseconds. On a
// machine that does other things too, it says more than the rate.
double CpuMicros(const TestDatabase& test) {
  rusage own{};
  getrusage(RUSAGE_SELF, &own);
  double micros = 1e6 * static_cast<double>(own.ru_utime.tv_sec + own.ru_stime.tv_sec) +
                  static_cast<double>(own.ru_utime.tv_usec + own.ru_stime.tv_usec);
  std::istringstream pids(
      test.Sql("SELECT string_agg(pid::text, ' ') FROM pg_stat_activity WHERE datname = "
               "current_database()"));
  for (int pid = 0; pids >> pid;) {
    std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
    std::string field;
    double ticks = 0;
    for (int i = 1; i <= 15 && stat >> field; ++i) {
      if (i >= 14) ticks += std::atof(field.c_str());
    }
    micros += ticks * 1e6 / static_cast<double>(sysconf(_SC_CLK_TCK));
  }
  return micros;
}

Row Summarise(std::vector<double>& micros, double seconds) {
  if (micros.empty()) return {};
  std::sort(micros.begin(), micros.end());
  Row row;
  row.rate = static_cast<double>(micros.size()) / seconds;
  row.median_us = micros[micros.size() / 2];
  row.p99_us = micros[micros.size() * 99 / 100];
  return row;
}

CommentSpec RandomSpec(std::mt19937_64& random) {
  CommentSpec spec;
  const auto n = [&random](std::uint64_t below) { return std::to_string(random() % below); };
  spec.thread = "article-" + n(200);
  spec.email = "reader" + n(20'000) + "@example.org";
  spec.ip = "198.51.100." + n(250);
  spec.body.clear();
  for (int i = 0; i < 40; ++i) spec.body += "word" + n(5'000) + " ";
  spec.request_id = "req-" + std::to_string(random());
  return spec;
}

// Drafts are made before the clock starts: masking is not what is measured.
std::vector<storage::SubmissionDraft> MakeDrafts(std::size_t count, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<storage::SubmissionDraft> drafts;
  for (std::size_t i = 0; i < count; ++i) {
    drafts.push_back(MakeDraft(RandomSpec(random)));
    drafts.back().history.author_recent_since = At(-60);
    drafts.back().history.ip_recent_since = At(-60);
    drafts.back().history.body_recent_since = At(-3600);
  }
  return drafts;
}

Row Batched(const TestDatabase& test, storage::Database& database, int outstanding, double seconds,
            std::uint64_t seed, bool held) {
  auto drafts = MakeDrafts(static_cast<std::size_t>(7'000 * seconds) + 1000, seed);
  std::mutex mutex;
  std::condition_variable idle;
  std::vector<double> micros;
  std::atomic<std::size_t> next = 0;
  std::atomic<int> running = outstanding;
  std::atomic<int> failed = 0;
  const double cpu = CpuMicros(test);
  const auto began = Clock::now();
  const auto until =
      began + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
  std::function<void()> submit = [&] {
    const std::size_t i = next.fetch_add(1);
    if (i >= drafts.size() || Clock::now() >= until) {
      if (running.fetch_sub(1) == 1) {
        const std::lock_guard lock(mutex);
        idle.notify_all();
      }
      return;
    }
    const auto at = Clock::now();
    drafts[i].deadline = at + std::chrono::seconds(30);
    database.submissions().Submit(
        std::move(drafts[i]), Always(held ? Held() : Approved()), [&, at](auto result) {
          if (!result.ok()) failed.fetch_add(1);
          {
            const std::lock_guard lock(mutex);
            micros.push_back(std::chrono::duration<double, std::micro>(Clock::now() - at).count());
          }
          submit();
        });
  };
  for (int i = 0; i < outstanding; ++i) submit();
  std::unique_lock lock(mutex);
  idle.wait(lock, [&] { return running.load() == 0; });
  const double took = std::chrono::duration<double>(Clock::now() - began).count();
  if (failed > 0) std::printf("%d failed\n", failed.load());
  Row row = Summarise(micros, took);
  row.cpu_us = (CpuMicros(test) - cpu) / static_cast<double>(micros.size());
  return row;
}

// What one insert a call reaches: the same table, a connection a client, one statement and one
// commit each.
Row Plain(const TestDatabase& test, int clients, double seconds) {
  std::mutex mutex;
  std::vector<double> micros;
  std::vector<std::thread> threads;
  std::vector<std::unique_ptr<pqxx::connection>> connections;
  for (int c = 0; c < clients; ++c)
    connections.push_back(std::make_unique<pqxx::connection>(test.app_url()));
  const double cpu = CpuMicros(test);
  const auto began = Clock::now();
  const auto until =
      began + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
  for (int c = 0; c < clients; ++c) {
    threads.emplace_back([&, c] {
      std::mt19937_64 random(std::random_device{}());
      pqxx::connection& connection = *connections[static_cast<std::size_t>(c)];
      connection.prepare(
          "plain",
          "INSERT INTO replyguard.comments (site_id, comment_id, thread_id, author_name, "
          "author_email_masked, "
          "author_email_domain, author_hash, hmac_key_id, author_url, author_verified, body, "
          "body_masked, body_hash, "
          "ip_masked, ip_hash, user_agent, referrer, language, context, status, status_source, "
          "status_at, "
          "submitted_at, received_at, request_id, request_fingerprint, verdict, blatant, "
          "probability, score, "
          "model_id, "
          "policy_revision, assessed_at, assessment_details) VALUES (1, gen_random_uuid(), "
          "gen_random_uuid(), 'Jane', "
          "'j***@example.org', 'example.org', sha256($1::text::bytea), 1, '', false, $2, false, "
          "sha256($2::text::bytea), '192.0.2.0/24', sha256($1::text::bytea), 'Mozilla/5.0', '', "
          "'en', '{}', 2, 1, "
          "now(), now(), now(), $1, sha256($1::text::bytea), 1, false, 0.01, 1, 'x1.e0.p0', 1, "
          "now(), "
          "'{}')");
      std::vector<double> mine;
      while (Clock::now() < until) {
        const CommentSpec spec = RandomSpec(random);
        const auto at = Clock::now();
        pqxx::nontransaction work(connection);
        work.exec_prepared("plain", spec.request_id + std::to_string(c), spec.body);
        mine.push_back(std::chrono::duration<double, std::micro>(Clock::now() - at).count());
      }
      const std::lock_guard lock(mutex);
      micros.insert(micros.end(), mine.begin(), mine.end());
    });
  }
  for (std::thread& thread : threads) thread.join();
  Row row = Summarise(micros, std::chrono::duration<double>(Clock::now() - began).count());
  row.cpu_us = (CpuMicros(test) - cpu) / static_cast<double>(micros.size());
  return row;
}

int Run(double seconds, std::size_t writers) {
  TestDatabase test;
  auto options = test.Options();
  if (writers > 0) options.writer_threads = writers;
  auto database = *storage::OpenPostgres(options);
  MakeSite(*database);
  Batched(test, *database, 64, seconds / 2, 1, false);  // warm-up, and some history
  std::printf(
      "| outstanding | batched /s | median us | p99 us | CPU us | held /s | median us | CPU us | "
      "plain insert /s | median us | CPU us | "
      "times |\n|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n");
  std::uint64_t seed = 2;
  for (const int n : {1, 16, 64, 256}) {
    const Row batched = Batched(test, *database, n, seconds, seed++, false);
    const Row held = Batched(test, *database, n, seconds, seed++, true);
    const Row plain = Plain(test, std::min(n, 90), seconds);
    std::printf(
        "| %d | %.0f | %.0f | %.0f | %.0f | %.0f | %.0f | %.0f | %.0f | %.0f | %.0f | %.1f |\n", n,
        batched.rate, batched.median_us, batched.p99_us, batched.cpu_us, held.rate, held.median_us,
        held.cpu_us, plain.rate, plain.median_us, plain.cpu_us, batched.rate / plain.rate);
    std::fflush(stdout);
  }
  const auto stats = database->submissions().Stats();
  std::printf(
      "%.1f submissions a batch; %lld comments stored\n",
      static_cast<double>(stats.submissions_total) / static_cast<double>(stats.batches_total),
      std::atoll(test.Sql("SELECT count(*) FROM replyguard.comments").c_str()));
  return 0;
}

}  // namespace
}  // namespace replyguard::tests

int main(int argc, char** argv) {
  const double seconds = argc > 1 ? std::atof(argv[1]) : 5.0;
  const int writers = argc > 2 ? std::atoi(argv[2]) : 0;
  return replyguard::tests::Run(seconds, static_cast<std::size_t>(writers));
}
