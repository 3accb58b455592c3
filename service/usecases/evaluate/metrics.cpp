// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/evaluate/metrics.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "absl/strings/str_format.h"

namespace replyguard::service {
namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

double SharePct(std::size_t part, std::size_t whole) {
  return whole == 0 ? kUndefined : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

// Spam scored above all but `ham_loss` of the ham.
double CaughtPct(const std::vector<double>& spam, std::vector<double> ham, double ham_loss) {
  if (ham.empty()) return kUndefined;
  std::sort(ham.rbegin(), ham.rend());
  const auto allowed = static_cast<std::size_t>(ham_loss * static_cast<double>(ham.size()));
  const double threshold = ham[std::min(allowed, ham.size() - 1)];
  const auto caught = static_cast<std::size_t>(
      std::count_if(spam.begin(), spam.end(), [&](double s) { return s > threshold; }));
  return SharePct(caught, spam.size());
}

double OneMinusRocaPct(const std::vector<double>& spam, std::vector<double> ham) {
  if (spam.empty() || ham.empty()) return kUndefined;
  std::sort(ham.begin(), ham.end());
  double lost = 0;
  for (const double s : spam) {
    const auto range = std::equal_range(ham.begin(), ham.end(), s);
    lost += static_cast<double>(ham.end() - range.second) +
            0.5 * static_cast<double>(range.second - range.first);
  }
  return 100 * lost / (static_cast<double>(spam.size()) * static_cast<double>(ham.size()));
}

// Half a comment is added to each class, as a logit needs.
double Logit(std::size_t part, std::size_t whole) {
  const double p = (static_cast<double>(part) + 0.5) / (static_cast<double>(whole) + 1);
  return std::log(p / (1 - p));
}

double LamPct(double spam_logit, double ham_logit) {
  return 100 / (1 + std::exp(-0.5 * (spam_logit + ham_logit)));
}

double Ece(const std::vector<Scored>& scored) {
  constexpr std::size_t kBins = 10;
  double sum = 0;
  for (const ProbabilityBin& bin : ProbabilityBins(scored, kBins)) {
    const auto all = static_cast<double>(bin.ham + bin.spam);
    sum += std::abs(all * bin.mean_probability - static_cast<double>(bin.spam));
  }
  return scored.empty() ? kUndefined : sum / static_cast<double>(scored.size());
}

}  // namespace

Metrics Measure(const std::vector<Scored>& scored) {
  Metrics m;
  std::vector<double> spam;
  std::vector<double> ham;
  std::size_t missed = 0;
  std::size_t lost = 0;
  for (const Scored& s : scored) {
    (s.spam ? spam : ham).push_back(s.score);
    missed += s.spam && s.probability < 0.5;
    lost += !s.spam && s.probability >= 0.5;
    const double difference = s.probability - (s.spam ? 1 : 0);
    m.brier += difference * difference / static_cast<double>(scored.size());
  }
  m.n = scored.size();
  m.spam = spam.size();
  m.one_minus_roca_pct = OneMinusRocaPct(spam, ham);
  m.error_pct = SharePct(missed + lost, m.n);
  m.ham_misclassified_pct = SharePct(lost, ham.size());
  m.spam_misclassified_pct = SharePct(missed, spam.size());
  if (scored.empty()) m.brier = kUndefined;
  m.lam_pct = spam.empty() || ham.empty()
                  ? kUndefined
                  : LamPct(Logit(missed, spam.size()), Logit(lost, ham.size()));
  m.ece = Ece(scored);
  m.spam_caught_pct_at_0_1 = CaughtPct(spam, ham, 0.001);
  m.spam_caught_pct_at_0_5 = CaughtPct(spam, ham, 0.005);
  return m;
}

std::string FigureText(int decimals, double figure) {
  return std::isfinite(figure) ? absl::StrFormat("%.*f", decimals, figure) : "-";
}

std::vector<RocPoint> RocCurve(std::vector<Scored> scored) {
  std::sort(scored.begin(), scored.end(),
            [](const Scored& a, const Scored& b) { return a.score > b.score; });
  const auto spam = static_cast<double>(
      std::count_if(scored.begin(), scored.end(), [](const Scored& s) { return s.spam; }));
  const double ham = static_cast<double>(scored.size()) - spam;
  if (spam == 0 || ham == 0) return {};
  std::vector<RocPoint> curve = {{0, 0}};
  double caught = 0;
  double lost = 0;
  for (std::size_t i = 0; i < scored.size(); ++i) {
    (scored[i].spam ? caught : lost) += 1;
    const bool last_of_equals = i + 1 == scored.size() || scored[i + 1].score != scored[i].score;
    if (last_of_equals) curve.push_back({lost / ham, caught / spam});
  }
  return curve;
}

std::vector<ProbabilityBin> ProbabilityBins(const std::vector<Scored>& scored, std::size_t bins) {
  std::vector<ProbabilityBin> result(bins);
  for (const Scored& s : scored) {
    const auto index = static_cast<std::size_t>(s.probability * static_cast<double>(bins));
    ProbabilityBin& bin = result[std::min(bins - 1, index)];
    ++(s.spam ? bin.spam : bin.ham);
    bin.mean_probability += s.probability;
  }
  for (ProbabilityBin& bin : result) {
    const std::size_t all = bin.ham + bin.spam;
    if (all != 0) bin.mean_probability /= static_cast<double>(all);
  }
  return result;
}

}  // namespace replyguard::service
