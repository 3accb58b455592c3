// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Figures about a running server, for Prometheus: counters, histograms and gauges under names after
// its conventions (https://prometheus.io/docs/practices/naming/). Never holds a text, a site, a key
// or an address: labels are of small, closed sets.
//
// Whoever counts looks a child up once and keeps the reference: to count is then an atomic
// addition, without a lock or memory of its own.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "storage/mutex.h"

namespace prometheus {
struct MetricFamily;
}

namespace replyguard::service::metrics {

// Thread-safe.
class Counter {
 public:
  void Add(std::uint64_t count = 1) { value_.fetch_add(count, std::memory_order_relaxed); }
  std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

// Thread-safe. A reading may miss what is being observed at that moment.
class Histogram {
 public:
  // Upper bounds of the buckets, ascending; above the last is one more. The unit is the name's.
  explicit Histogram(std::span<const double> bounds);

  void Observe(double value);

  const std::vector<double>& bounds() const { return bounds_; }
  // Of each bucket by itself; one more than there are bounds.
  std::vector<std::uint64_t> counts() const;
  double sum() const { return sum_.load(std::memory_order_relaxed); }

 private:
  const std::vector<double> bounds_;
  std::unique_ptr<std::atomic<std::uint64_t>[]> counts_;
  std::atomic<double> sum_{0};
};

using Labels = std::map<std::string, std::string>;

// Thread-safe. Children stay where they are as long as it lives.
class Registry {
 public:
  Registry();
  ~Registry();

  // The child with these labels, made when there is none yet. `help` of the first call counts.
  Counter& AddCounter(const std::string& name, const std::string& help, const Labels& labels = {});
  Histogram& AddHistogram(const std::string& name, const std::string& help,
                          std::span<const double> bounds, const Labels& labels = {});
  // What `read` answers whenever somebody asks; it must neither block nor throw, and what it reads
  // must outlive this. `monotonic`: it only ever grows, and is shown as a counter.
  void AddReading(const std::string& name, const std::string& help, std::function<double()> read,
                  bool monotonic = false);

  // In the text format of Prometheus.
  std::string Text() const;
  // The same as its library wants it.
  std::vector<prometheus::MetricFamily> Families() const;

 private:
  enum class Kind { kCounter, kHistogram, kGauge };
  struct Family {
    Kind kind = Kind::kCounter;
    std::string help;
    std::map<Labels, Counter*> counters;
    std::map<Labels, Histogram*> histograms;
    std::function<double()> read;
  };
  Family& FamilyOf(const std::string& name, const std::string& help, Kind kind)
      REPLYGUARD_REQUIRES(mutex_);

  mutable Mutex mutex_;
  std::map<std::string, Family> families_ REPLYGUARD_GUARDED_BY(mutex_);
  std::deque<Counter> counters_ REPLYGUARD_GUARDED_BY(mutex_);
  std::deque<Histogram> histograms_ REPLYGUARD_GUARDED_BY(mutex_);
};

}  // namespace replyguard::service::metrics
