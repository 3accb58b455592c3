// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "usecases/evaluate/report_charts.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace replyguard::service {
namespace {

constexpr double kWidth = 420;
constexpr double kHeight = 260;
constexpr double kLeft = 52;
constexpr double kRight = 22;
constexpr double kTop = 12;
constexpr double kBottom = 42;

// The plane of one chart; x and y are shares of its width and height, y upwards.
class Chart {
 public:
  Chart(const char* x_title, const char* y_title) {
    svg_ = absl::StrFormat(
        "<svg viewBox=\"0 0 %g %g\" role=\"img\" aria-label=\"%s against %s\">"
        "<text class=\"title\" x=\"%g\" y=\"%g\" text-anchor=\"middle\">%s</text>"
        "<text class=\"title\" transform=\"translate(13 %g) rotate(-90)\" "
        "text-anchor=\"middle\">%s</text>",
        kWidth, kHeight, y_title, x_title, (kLeft + kWidth - kRight) / 2, kHeight - 6, x_title,
        (kTop + kHeight - kBottom) / 2, y_title);
  }

  static double X(double x) { return kLeft + x * (kWidth - kLeft - kRight); }
  static double Y(double y) { return kHeight - kBottom - y * (kHeight - kTop - kBottom); }

  void XTick(double x, const std::string& text) {
    Line("grid", x, 0, x, 1);
    absl::StrAppendFormat(&svg_, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s</text>",
                          X(x), Y(0) + 15, text);
  }
  void YTick(double y, const std::string& text) {
    Line("grid", 0, y, 1, y);
    absl::StrAppendFormat(&svg_, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
                          X(0) - 5, Y(y) + 4, text);
  }
  void Line(const char* style, double x1, double y1, double x2, double y2) {
    absl::StrAppendFormat(&svg_,
                          "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>",
                          style, X(x1), Y(y1), X(x2), Y(y2));
  }
  void Curve(const char* style, const std::vector<std::pair<double, double>>& points) {
    absl::StrAppendFormat(&svg_, "<polyline class=\"%s\" points=\"", style);
    for (const auto& [x, y] : points) absl::StrAppendFormat(&svg_, "%.1f,%.1f ", X(x), Y(y));
    svg_ += "\"/>";
  }
  void Bar(const char* style, double x1, double x2, double y1, double y2, const std::string& text) {
    absl::StrAppendFormat(&svg_,
                          "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
                          "height=\"%.1f\"><title>%s</title></rect>",
                          style, X(x1), Y(y2), X(x2) - X(x1), Y(y1) - Y(y2), text);
  }
  void Dot(double x, double y, double radius, const std::string& text) {
    absl::StrAppendFormat(
        &svg_,
        "<circle class=\"dot\" cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\"><title>%s</title></circle>", X(x),
        Y(y), radius, text);
  }
  std::string Take() { return std::move(svg_) + "</svg>"; }

 private:
  std::string svg_;
};

constexpr double kLeastLoss = 1e-4;

double LogLoss(double loss) {
  return (std::log10(std::max(loss, kLeastLoss)) - std::log10(kLeastLoss)) /
         -std::log10(kLeastLoss);
}

}  // namespace

std::string RocChart(const std::vector<Scored>& scored) {
  Chart chart("ham lost (logarithmic)", "spam caught");
  for (const double loss : {1e-4, 1e-3, 1e-2, 1e-1, 1.0}) {
    chart.XTick(LogLoss(loss), absl::StrFormat("%g %%", 100 * loss));
  }
  for (int i = 0; i <= 4; ++i) chart.YTick(i / 4.0, absl::StrCat(25 * i, " %"));
  std::vector<std::pair<double, double>> points;
  for (const RocPoint& point : RocCurve(scored)) {
    // A step: what a loss buys is had from that loss on.
    if (!points.empty()) points.emplace_back(LogLoss(point.ham_lost), points.back().second);
    points.emplace_back(LogLoss(point.ham_lost), point.spam_caught);
  }
  chart.Curve("line", points);
  return chart.Take();
}

std::string ReliabilityChart(const std::vector<Scored>& scored) {
  Chart chart("probability that was said", "share that was spam");
  for (int i = 0; i <= 4; ++i) {
    chart.XTick(i / 4.0, absl::StrFormat("%g", i / 4.0));
    chart.YTick(i / 4.0, absl::StrFormat("%g", i / 4.0));
  }
  chart.Line("guide", 0, 0, 1, 1);
  std::vector<std::pair<double, double>> points;
  const auto bins = ProbabilityBins(scored, 10);
  for (const ProbabilityBin& bin : bins) {
    if (bin.ham + bin.spam == 0) continue;
    const double share = static_cast<double>(bin.spam) / static_cast<double>(bin.ham + bin.spam);
    points.emplace_back(bin.mean_probability, share);
  }
  chart.Curve("line", points);
  for (const ProbabilityBin& bin : bins) {
    const auto all = static_cast<double>(bin.ham + bin.spam);
    if (all == 0) continue;
    chart.Dot(bin.mean_probability, static_cast<double>(bin.spam) / all,
              2 + 5 * std::sqrt(all / static_cast<double>(scored.size())),
              absl::StrCat(bin.ham + bin.spam, " comments"));
  }
  return chart.Take();
}

std::string HistogramChart(const std::vector<Scored>& scored) {
  Chart chart("probability", "comments (logarithmic)");
  const auto bins = ProbabilityBins(scored, 20);
  std::size_t most = 1;
  for (const ProbabilityBin& bin : bins) most = std::max({most, bin.ham, bin.spam});
  const double decades = std::max(1.0, std::ceil(std::log10(static_cast<double>(most) + 1)));
  const auto height = [&](std::size_t count) {
    return std::log10(static_cast<double>(count) + 1) / decades;
  };
  for (int i = 0; i <= 4; ++i) chart.XTick(i / 4.0, absl::StrFormat("%g", i / 4.0));
  chart.YTick(0, "0");
  for (std::size_t count = 10; height(count) <= 1; count *= 10) {
    chart.YTick(height(count), absl::StrCat(count));
  }
  for (std::size_t i = 0; i < bins.size(); ++i) {
    const double x = static_cast<double>(i) / 20;
    if (bins[i].ham != 0) {
      chart.Bar("ham", x + 0.004, x + 0.024, 0, height(bins[i].ham),
                absl::StrCat(bins[i].ham, " ham"));
    }
    if (bins[i].spam != 0) {
      chart.Bar("spam", x + 0.026, x + 0.046, 0, height(bins[i].spam),
                absl::StrCat(bins[i].spam, " spam"));
    }
  }
  return chart.Take();
}

std::string LearningChart(const std::vector<Scored>& scored) {
  constexpr std::size_t kStretches = 20;
  Chart chart("comments so far", "error");
  std::vector<std::pair<double, double>> here;
  std::vector<std::pair<double, double>> so_far;
  const double n = std::max<double>(1, static_cast<double>(scored.size()));
  std::size_t wrong_here = 0;
  std::size_t wrong = 0;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < scored.size(); ++i) {
    const bool mistaken = scored[i].spam != (scored[i].probability >= 0.5);
    wrong_here += mistaken ? 1 : 0;
    wrong += mistaken ? 1 : 0;
    const bool ends = (i + 1) * kStretches / scored.size() != i * kStretches / scored.size();
    if (!ends) continue;
    const double x = static_cast<double>(i + 1) / n;
    here.emplace_back(x, static_cast<double>(wrong_here) / static_cast<double>(i + 1 - begin));
    so_far.emplace_back(x, static_cast<double>(wrong) / static_cast<double>(i + 1));
    wrong_here = 0;
    begin = i + 1;
  }
  double top = 0.02;
  for (const auto& [x, y] : here) top = std::max(top, y);
  for (auto* curve : {&here, &so_far}) {
    for (auto& point : *curve) point.second /= top;
  }
  for (int i = 0; i <= 4; ++i) {
    chart.XTick(i / 4.0, absl::StrCat(scored.size() * static_cast<std::size_t>(i) / 4));
    chart.YTick(i / 4.0, absl::StrFormat("%.1f %%", 25 * i * top));
  }
  chart.Curve("guide", here);
  chart.Curve("line", so_far);
  return chart.Take();
}

}  // namespace replyguard::service
