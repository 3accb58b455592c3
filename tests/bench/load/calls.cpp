// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "bench/load/calls.h"

#include <grpcpp/generic/generic_stub.h>

#include <algorithm>
#include <atomic>
#include <random>
#include <thread>

#include "storage/mutex.h"

namespace replyguard::bench {
namespace {

using Clock = std::chrono::steady_clock;
using Time = Clock::time_point;

constexpr auto kCallTimeout = std::chrono::seconds(10);

// What all calls of a run share.
struct Run {
  const CallKind* kind = nullptr;
  Time measure_from, end;
  std::atomic<std::uint64_t> next{0};
  std::atomic<std::int64_t> refused{0};
  std::atomic<std::int64_t> failed{0};
  Mutex mutex;
  CondVar done;
  std::size_t running REPLYGUARD_GUARDED_BY(mutex) = 0;
  std::string first_error REPLYGUARD_GUARDED_BY(mutex);
  Histogram latencies REPLYGUARD_GUARDED_BY(mutex);
  Histogram from_sending REPLYGUARD_GUARDED_BY(mutex);

  void Begin(std::size_t calls) {
    MutexLock lock(mutex);
    running += calls;
  }
  void End() {
    MutexLock lock(mutex);
    if (--running == 0) done.NotifyAll();
  }
  // Whether the answer counts: it is good and came within the time that is measured.
  bool Judge(const grpc::Status& status, Time now) {
    if (status.ok()) return now >= measure_from && now < end;
    if (status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED) {
      refused.fetch_add(1);
      return false;
    }
    failed.fetch_add(1);
    MutexLock lock(mutex);
    if (first_error.empty()) first_error = status.error_message();
    return false;
  }
  Measured Wait() {
    MutexLock lock(mutex);
    while (running > 0) done.Wait(mutex);
    Measured out;
    out.latencies = latencies;
    out.from_sending = from_sending;
    out.rate = static_cast<double>(latencies.count()) /
               std::chrono::duration<double>(end - measure_from).count();
    out.calls = static_cast<std::int64_t>(next.load());
    out.refused = refused.load();
    out.failed = failed.load();
    out.first_error = first_error;
    return out;
  }
};

std::int64_t MicrosecondsBetween(Time from, Time to) {
  return std::chrono::duration_cast<std::chrono::microseconds>(to - from).count();
}

// One call at a time.
class Caller {
 public:
  Caller(Run& run, const std::shared_ptr<grpc::Channel>& channel) : run_(run), stub_(channel) {}
  virtual ~Caller() = default;
  Caller(const Caller&) = delete;
  Caller& operator=(const Caller&) = delete;

 protected:
  void Send() {
    context_ = std::make_unique<grpc::ClientContext>();
    if (!run_.kind->key.empty()) {
      context_->AddMetadata("authorization", "Bearer " + run_.kind->key);
    }
    context_->set_deadline(std::chrono::system_clock::now() + kCallTimeout);
    const std::string bytes = run_.kind->request(run_.next.fetch_add(1));
    const grpc::Slice slice(bytes);
    request_ = grpc::ByteBuffer(&slice, 1);
    response_.Clear();
    stub_.UnaryCall(context_.get(), run_.kind->method, grpc::StubOptions(), &request_, &response_,
                    [this](const grpc::Status& status) { Answered(status); });
  }
  virtual void Answered(const grpc::Status& status) = 0;

  Run& run_;

 private:
  grpc::GenericStub stub_;
  std::unique_ptr<grpc::ClientContext> context_;
  grpc::ByteBuffer request_, response_;
};

// The answer's thread sends the next.
class ClosedCaller final : public Caller {
 public:
  using Caller::Caller;

  void Begin() {
    sent_ = Clock::now();
    Send();
  }
  const Histogram& latencies() const { return latencies_; }

 private:
  void Answered(const grpc::Status& status) override {
    const Time now = Clock::now();
    if (run_.Judge(status, now)) latencies_.Add(MicrosecondsBetween(sent_, now));
    if (now < run_.end) {
      Begin();
    } else {
      run_.End();
    }
  }

  Time sent_;
  Histogram latencies_;
};

// One call, and its end.
class OpenCaller final : public Caller {
 public:
  OpenCaller(Run& run, const std::shared_ptr<grpc::Channel>& channel, Time due,
             std::atomic<std::size_t>& in_flight)
      : Caller(run, channel), due_(due), in_flight_(in_flight) {}

  void Begin() {
    sent_ = Clock::now();
    Send();
  }

 private:
  void Answered(const grpc::Status& status) override {
    const Time now = Clock::now();
    if (run_.Judge(status, now)) {
      MutexLock lock(run_.mutex);
      run_.latencies.Add(MicrosecondsBetween(due_, now));
      run_.from_sending.Add(MicrosecondsBetween(sent_, now));
    }
    in_flight_.fetch_sub(1);
    run_.End();
    delete this;
  }

  const Time due_;
  Time sent_;
  std::atomic<std::size_t>& in_flight_;
};

void Start(const CallKind& kind, const RunLength& length, Run* run) {
  run->kind = &kind;
  run->measure_from = Clock::now() + length.warm_up;
  run->end = run->measure_from + length.length;
}

}  // namespace

Channels ConnectAll(const std::string& address, std::size_t connections) {
  Channels channels;
  for (std::size_t i = 0; i < connections; ++i) {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
    // Otherwise channels to one address share a connection.
    arguments.SetInt("replyguard.bench.channel", static_cast<int>(i));
    channels.push_back(
        grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments));
  }
  return channels;
}

Measured RunClosed(const Channels& channels, const CallKind& kind, std::size_t outstanding,
                   const RunLength& length) {
  Run run;
  Start(kind, length, &run);
  run.Begin(outstanding);
  std::vector<std::unique_ptr<ClosedCaller>> callers;
  for (std::size_t i = 0; i < outstanding; ++i) {
    callers.push_back(std::make_unique<ClosedCaller>(run, channels[i % channels.size()]));
  }
  for (const auto& caller : callers) caller->Begin();
  Measured out = run.Wait();
  for (const auto& caller : callers) out.latencies.Merge(caller->latencies());
  out.rate = static_cast<double>(out.latencies.count()) /
             std::chrono::duration<double>(length.length).count();
  return out;
}

Measured RunOpen(const Channels& channels, const CallKind& kind, double rate,
                 const RunLength& length) {
  Run run;
  Start(kind, length, &run);
  std::atomic<std::size_t> in_flight{0};
  std::int64_t unsent = 0;
  std::mt19937_64 random(1);
  std::exponential_distribution<double> gap(rate);
  Time due = Clock::now();
  run.Begin(1);  // the sender
  for (std::size_t n = 0; due < run.end; ++n) {
    std::this_thread::sleep_until(due);
    if (in_flight.fetch_add(1) < kOpenOutstandingMax) {
      run.Begin(1);
      (new OpenCaller(run, channels[n % channels.size()], due, in_flight))->Begin();
    } else {
      in_flight.fetch_sub(1);
      ++unsent;
    }
    due += std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(gap(random)));
  }
  run.End();
  Measured out = run.Wait();
  out.failed += unsent;
  if (unsent > 0 && out.first_error.empty()) out.first_error = "too many in flight to send more";
  return out;
}

}  // namespace replyguard::bench
