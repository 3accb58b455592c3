// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/metrics/registry.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <limits>

namespace replyguard::service::metrics {
namespace {

void SetLabels(const Labels& labels, prometheus::ClientMetric* metric) {
  for (const auto& [name, value] : labels) {
    metric->label.push_back(prometheus::ClientMetric::Label{name, value});
  }
}

prometheus::ClientMetric Show(const Labels& labels, const Counter& counter) {
  prometheus::ClientMetric metric;
  SetLabels(labels, &metric);
  metric.counter.value = static_cast<double>(counter.value());
  return metric;
}

prometheus::ClientMetric Show(const Labels& labels, const Histogram& histogram) {
  prometheus::ClientMetric metric;
  SetLabels(labels, &metric);
  metric.histogram.sample_sum = histogram.sum();
  const std::vector<std::uint64_t> counts = histogram.counts();
  std::uint64_t below = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    below += counts[i];
    prometheus::ClientMetric::Bucket bucket;
    bucket.cumulative_count = below;
    bucket.upper_bound = i < histogram.bounds().size() ? histogram.bounds()[i]
                                                       : std::numeric_limits<double>::infinity();
    metric.histogram.bucket.push_back(bucket);
  }
  metric.histogram.sample_count = below;
  return metric;
}

}  // namespace

Histogram::Histogram(std::span<const double> bounds)
    : bounds_(bounds.begin(), bounds.end()),
      counts_(std::make_unique<std::atomic<std::uint64_t>[]>(bounds.size() + 1)) {}

void Histogram::Observe(double value) {
  const auto at = std::lower_bound(bounds_.begin(), bounds_.end(), value) - bounds_.begin();
  counts_[static_cast<std::size_t>(at)].fetch_add(1, std::memory_order_relaxed);
  sum_.fetch_add(value, std::memory_order_relaxed);
}

std::vector<std::uint64_t> Histogram::counts() const {
  std::vector<std::uint64_t> counts(bounds_.size() + 1);
  for (std::size_t i = 0; i < counts.size(); ++i) {
    counts[i] = counts_[i].load(std::memory_order_relaxed);
  }
  return counts;
}

Registry::Registry() = default;
Registry::~Registry() = default;

Registry::Family& Registry::FamilyOf(const std::string& name, const std::string& help, Kind kind) {
  const auto [at, added] = families_.try_emplace(name);
  if (added) {
    at->second.kind = kind;
    at->second.help = help;
  }
  return at->second;
}

Counter& Registry::AddCounter(const std::string& name, const std::string& help,
                              const Labels& labels) {
  MutexLock lock(mutex_);
  Counter*& child = FamilyOf(name, help, Kind::kCounter).counters[labels];
  if (child == nullptr) child = &counters_.emplace_back();
  return *child;
}

Histogram& Registry::AddHistogram(const std::string& name, const std::string& help,
                                  std::span<const double> bounds, const Labels& labels) {
  MutexLock lock(mutex_);
  Histogram*& child = FamilyOf(name, help, Kind::kHistogram).histograms[labels];
  if (child == nullptr) child = &histograms_.emplace_back(bounds);
  return *child;
}

void Registry::AddReading(const std::string& name, const std::string& help,
                          std::function<double()> read, bool monotonic) {
  MutexLock lock(mutex_);
  FamilyOf(name, help, monotonic ? Kind::kCounter : Kind::kGauge).read = std::move(read);
}

std::vector<prometheus::MetricFamily> Registry::Families() const {
  MutexLock lock(mutex_);
  std::vector<prometheus::MetricFamily> out;
  for (const auto& [name, family] : families_) {
    prometheus::MetricFamily shown;
    shown.name = name;
    shown.help = family.help;
    switch (family.kind) {
      case Kind::kCounter:
        shown.type = prometheus::MetricType::Counter;
        break;
      case Kind::kHistogram:
        shown.type = prometheus::MetricType::Histogram;
        break;
      case Kind::kGauge:
        shown.type = prometheus::MetricType::Gauge;
        break;
    }
    for (const auto& [labels, counter] : family.counters) {
      shown.metric.push_back(Show(labels, *counter));
    }
    for (const auto& [labels, histogram] : family.histograms) {
      shown.metric.push_back(Show(labels, *histogram));
    }
    if (family.read) {
      prometheus::ClientMetric metric;
      const double value = family.read();
      metric.counter.value = value;
      metric.gauge.value = value;
      shown.metric.push_back(metric);
    }
    out.push_back(std::move(shown));
  }
  return out;
}

std::string Registry::Text() const { return prometheus::TextSerializer().Serialize(Families()); }

}  // namespace replyguard::service::metrics
