// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <functional>
#include <stdexcept>

#include "absl/strings/str_format.h"
#include "bench/load/report.h"

namespace replyguard::bench {
namespace {

constexpr double kWidth = 560, kHeight = 340, kLeft = 70, kTop = 40, kBottom = 50;
constexpr std::array<const char*, 5> kColours = {"#888888", "#3b6ea5", "#b3541e", "#3c8d40",
                                                 "#7a4fa0"};

struct Point {
  double x = 0, y = 0;
};
struct Curve {
  std::string name;
  std::vector<Point> points;
};

// Curves over logarithmic axes, with a legend.
std::string Chart(const std::string& title, double offset, const std::vector<Curve>& curves,
                  const std::function<std::string(double)>& x_label) {
  double x_low = 1e300, x_high = 0, y_low = 1e300, y_high = 0;
  for (const Curve& curve : curves) {
    for (const Point& p : curve.points) {
      x_low = std::min(x_low, p.x);
      x_high = std::max(x_high, p.x);
      y_low = std::min(y_low, p.y);
      y_high = std::max(y_high, p.y);
    }
  }
  if (x_high <= 0) return {};
  y_low = std::pow(10, std::floor(std::log10(y_low)));
  y_high = std::pow(10, std::ceil(std::log10(y_high)));
  const auto at = [](double v, double low, double high) {
    return high > low ? std::log(v / low) / std::log(high / low) : 0;
  };
  const auto x_of = [&](double x) { return kLeft + at(x, x_low, x_high) * (kWidth - kLeft - 20); };
  const auto y_of = [&](double y) {
    return kHeight - kBottom - at(y, y_low, y_high) * (kHeight - kTop - kBottom);
  };
  std::string svg = absl::StrFormat("<g transform='translate(0 %.0f)'>", offset);
  absl::StrAppendFormat(&svg, "<text x='%.0f' y='22' font-weight='bold'>%s</text>", kLeft, title);
  for (double y = y_low; y <= y_high * 1.01; y *= 10) {
    absl::StrAppendFormat(&svg,
                          "<path d='M%.1f %.1fH%.1f' stroke='#ddd'/><text x='%.1f' y='%.1f' "
                          "text-anchor='end'>%.0f</text>",
                          kLeft, y_of(y), kWidth - 20, kLeft - 6, y_of(y) + 4, y);
  }
  std::vector<double> labelled;
  for (std::size_t c = 0; c < curves.size(); ++c) {
    std::string path;
    for (const Point& p : curves[c].points) {
      absl::StrAppendFormat(&path, "%c%.1f %.1f", path.empty() ? 'M' : 'L', x_of(p.x), y_of(p.y));
      if (std::find(labelled.begin(), labelled.end(), p.x) != labelled.end()) continue;
      labelled.push_back(p.x);
      absl::StrAppendFormat(&svg, "<text x='%.1f' y='%.1f' text-anchor='middle'>%s</text>",
                            x_of(p.x), kHeight - kBottom + 18, x_label(p.x));
    }
    absl::StrAppendFormat(&svg,
                          "<path d='%s' fill='none' stroke='%s' stroke-width='2'/><text x='%.0f' "
                          "y='%.0f' fill='%s'>%s</text>",
                          path, kColours[c], kLeft + 100.0 * static_cast<double>(c), kHeight - 10,
                          kColours[c], curves[c].name);
  }
  return svg + "</g>";
}

}  // namespace

void WritePlot(const Report& report, const std::string& path) {
  constexpr std::array<std::pair<const char*, Measured Level::*>, 5> kWhat = {
      {{"empty echo", &Level::echo},
       {"loaded echo", &Level::loaded_echo},
       {"submit", &Level::submit},
       {"check", &Level::check},
       {"plain insert", &Level::plain}}};
  constexpr std::array<double, 6> kShares = {0, 0.5, 0.9, 0.99, 0.999, 0.9999};
  std::vector<Curve> rates, latencies;
  const Level* main_level = nullptr;
  for (const Level& level : report.levels) {
    if (main_level == nullptr || level.outstanding == Report::kMainOutstanding) main_level = &level;
  }
  if (main_level == nullptr) throw std::runtime_error("nothing was measured");
  for (const auto& [name, what] : kWhat) {
    Curve rate{name, {}}, latency{name, {}};
    for (const Level& level : report.levels) {
      const Measured& m = level.*what;
      if (m.rate > 0) rate.points.push_back({static_cast<double>(level.outstanding), m.rate});
    }
    for (const double share : kShares) {
      const auto us = static_cast<double>((main_level->*what).latencies.At(share));
      if (us > 0) latency.points.push_back({1 / (1 - share), us});
    }
    rates.push_back(std::move(rate));
    latencies.push_back(std::move(latency));
  }
  std::ofstream out(path);
  out << absl::StrFormat(
             "<svg xmlns='http://www.w3.org/2000/svg' width='%.0f' height='%.0f' "
             "font-family='sans-serif' font-size='12'><rect width='100%%' height='100%%' "
             "fill='white'/>",
             kWidth, 2 * kHeight)
      << Chart("calls/s by outstanding calls", 0, rates,
               [](double x) { return absl::StrFormat("%.0f", x); })
      << Chart(absl::StrFormat("latency in us by percentile, %d outstanding",
                               main_level->outstanding),
               kHeight, latencies, [](double x) { return absl::StrFormat("%.6g", 100 - 100 / x); })
      << "</svg>\n";
  if (!out.flush()) throw std::runtime_error("cannot write " + path);
}

}  // namespace replyguard::bench
