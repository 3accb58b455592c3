// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "bench/load/closed_loop.h"

#include <grpcpp/generic/generic_stub.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "storage/mutex.h"

namespace replyguard::bench {
namespace {

using Time = std::chrono::steady_clock::time_point;

// What all workers of a run share.
struct Run {
  std::string method;
  std::string key;
  std::function<std::string(std::uint64_t)> request;
  Time measure_from, end;
  std::atomic<std::uint64_t> next{0};
  std::atomic<std::size_t> running{0};
  std::atomic<std::int64_t> failed{0};
  Mutex mutex;
  CondVar done;
  std::string first_error REPLYGUARD_GUARDED_BY(mutex);
};

// One outstanding call at a time; the answer's thread sends the next.
class Worker {
 public:
  Worker(Run& run, const std::shared_ptr<grpc::Channel>& channel) : run_(run), stub_(channel) {}

  void Send() {
    context_ = std::make_unique<grpc::ClientContext>();
    if (!run_.key.empty()) context_->AddMetadata("authorization", "Bearer " + run_.key);
    context_->set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
    const std::string bytes = run_.request(run_.next.fetch_add(1));
    const grpc::Slice slice(bytes);
    request_ = grpc::ByteBuffer(&slice, 1);
    response_.Clear();
    sent_ = std::chrono::steady_clock::now();
    stub_.UnaryCall(context_.get(), run_.method, grpc::StubOptions(), &request_, &response_,
                    [this](const grpc::Status& status) { Answered(status); });
  }

  const std::vector<std::int64_t>& latencies() const { return latencies_; }

 private:
  void Answered(const grpc::Status& status) {
    const Time now = std::chrono::steady_clock::now();
    if (!status.ok()) {
      run_.failed.fetch_add(1);
      MutexLock lock(run_.mutex);
      if (run_.first_error.empty()) run_.first_error = status.error_message();
    } else if (now >= run_.measure_from && now < run_.end) {
      latencies_.push_back(
          std::chrono::duration_cast<std::chrono::microseconds>(now - sent_).count());
    }
    if (now < run_.end) {
      Send();
      return;
    }
    MutexLock lock(run_.mutex);
    if (run_.running.fetch_sub(1) == 1) run_.done.NotifyAll();
  }

  Run& run_;
  grpc::GenericStub stub_;
  std::unique_ptr<grpc::ClientContext> context_;
  grpc::ByteBuffer request_, response_;
  Time sent_;
  std::vector<std::int64_t> latencies_;
};

}  // namespace

Measured SumUp(std::vector<std::int64_t> latencies_us, double seconds) {
  Measured out;
  if (latencies_us.empty()) return out;
  std::sort(latencies_us.begin(), latencies_us.end());
  const std::size_t size = latencies_us.size();
  out.rate = static_cast<double>(size) / seconds;
  out.p50_us = latencies_us[size / 2];
  out.p99_us = latencies_us[size - 1 - size / 100];
  return out;
}

Measured RunLoop(const std::vector<std::shared_ptr<grpc::Channel>>& channels,
                 const std::string& method, const std::string& key, const LoopOptions& options,
                 const std::function<std::string(std::uint64_t)>& request) {
  Run run;
  run.method = method;
  run.key = key;
  run.request = request;
  const Time begin = std::chrono::steady_clock::now();
  run.measure_from = begin + options.warm_up;
  run.end = run.measure_from + options.length;
  run.running = options.outstanding;
  std::vector<std::unique_ptr<Worker>> workers;
  for (std::size_t i = 0; i < options.outstanding; ++i) {
    workers.push_back(std::make_unique<Worker>(run, channels[i % channels.size()]));
  }
  for (const auto& worker : workers) worker->Send();
  {
    MutexLock lock(run.mutex);
    while (run.running.load() > 0) run.done.Wait(run.mutex);
  }
  std::vector<std::int64_t> all;
  for (const auto& worker : workers) {
    all.insert(all.end(), worker->latencies().begin(), worker->latencies().end());
  }
  Measured out = SumUp(std::move(all), std::chrono::duration<double>(options.length).count());
  out.failed = run.failed.load();
  out.calls = static_cast<std::int64_t>(run.next.load());
  MutexLock lock(run.mutex);
  out.first_error = run.first_error;
  return out;
}

}  // namespace replyguard::bench
