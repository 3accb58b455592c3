// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "bench/load/report.h"

#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

namespace replyguard::bench {
namespace {

using Json = nlohmann::ordered_json;

double Ratio(double part, double whole) { return whole > 0 ? part / whole : 0; }

struct Column {
  const char* name;
  Measured Level::*measured;
};
constexpr std::array<Column, 5> kColumns = {{{"echo", &Level::echo},
                                             {"loaded_echo", &Level::loaded_echo},
                                             {"submit", &Level::submit},
                                             {"check", &Level::check},
                                             {"plain_insert", &Level::plain}}};

void AddLatencies(const std::string& name, const Measured& m, Json* json) {
  constexpr std::array<std::pair<const char*, double>, 4> kShares = {
      {{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p999", 0.999}}};
  for (const auto& [suffix, share] : kShares) {
    (*json)[name + "_" + suffix + "_us"] = m.latencies.At(share);
  }
  (*json)[name + "_max_us"] = m.latencies.At(1);
}

Json ToJson(const Level& level) {
  Json json;
  json["outstanding"] = level.outstanding;
  for (const Column& column : kColumns) {
    const Measured& m = level.*column.measured;
    const std::string name = column.name;
    json[name + "_rate"] = m.rate;
    AddLatencies(name, m, &json);
    json[name + "_cpu_us"] = m.cpu_us;
  }
  json["submit_database_cpu_us"] = level.submit.database_cpu_us;
  json["submit_over_echo"] = Ratio(level.submit.rate, level.echo.rate);
  json["submit_over_loaded_echo"] = Ratio(level.submit.rate, level.loaded_echo.rate);
  json["submit_over_plain_insert"] = Ratio(level.submit.rate, level.plain.rate);
  json["check_over_echo"] = Ratio(level.check.rate, level.echo.rate);
  json["check_over_loaded_echo"] = Ratio(level.check.rate, level.loaded_echo.rate);
  json["failed"] = level.submit.failed + level.check.failed;
  json["refused"] = level.submit.refused + level.check.refused;
  return json;
}

void PrintLevels(const std::vector<Level>& levels) {
  std::printf("%11s", "outstanding");
  for (const Column& column : kColumns) std::printf(" | %12s/s     p50     p99 us", column.name);
  std::printf(" | submit/echo submit/plain check/echo failed\n");
  for (const Level& level : levels) {
    std::printf("%11zu", level.outstanding);
    for (const Column& column : kColumns) {
      const Measured& m = level.*column.measured;
      std::printf(" | %14.0f %7lld %7lld   ", m.rate, static_cast<long long>(m.latencies.At(0.5)),
                  static_cast<long long>(m.latencies.At(0.99)));
    }
    std::printf(" | %11.2f %12.2f %10.2f %6lld %s\n", Ratio(level.submit.rate, level.echo.rate),
                Ratio(level.submit.rate, level.plain.rate),
                Ratio(level.check.rate, level.echo.rate),
                static_cast<long long>(level.submit.failed + level.check.failed),
                (level.submit.first_error + level.check.first_error).c_str());
  }
  std::printf(
      "\n%11s | processor us a call: echo, loaded echo, check, submit, and submit in "
      "PostgreSQL\n",
      "outstanding");
  for (const Level& level : levels) {
    std::printf("%11zu | %8.1f %8.1f %8.1f %8.1f %8.1f\n", level.outstanding, level.echo.cpu_us,
                level.loaded_echo.cpu_us, level.check.cpu_us, level.submit.cpu_us,
                level.submit.database_cpu_us);
  }
}

}  // namespace

void PrintTable(const Report& report) {
  PrintLevels(report.levels);
  if (report.open) {
    const Measured& m = report.open->submit;
    std::printf(
        "\nopen loop, %.0f submissions/s due: %.0f/s stored; us from when due: p50 %lld, "
        "p90 %lld, p99 %lld, p99.9 %lld, most %lld; %lld refused, %lld failed %s\n",
        report.open->wanted_rate, m.rate, static_cast<long long>(m.latencies.At(0.5)),
        static_cast<long long>(m.latencies.At(0.9)), static_cast<long long>(m.latencies.At(0.99)),
        static_cast<long long>(m.latencies.At(0.999)), static_cast<long long>(m.latencies.At(1)),
        static_cast<long long>(m.refused), static_cast<long long>(m.failed), m.first_error.c_str());
  }
  if (report.overload) {
    const Overload& o = *report.overload;
    std::printf(
        "\noverload: %.0f/s offered to a capacity of %.0f/s: %.0f/s stored (%.0f %% of it), "
        "p99 %lld us from when due and %lld us from sending, %lld refused, %lld failed %s; stored "
        "again after %.0f ms\n",
        o.offered, o.capacity, o.submit.rate, 100 * Ratio(o.submit.rate, o.capacity),
        static_cast<long long>(o.submit.latencies.At(0.99)),
        static_cast<long long>(o.submit.from_sending.At(0.99)),
        static_cast<long long>(o.submit.refused), static_cast<long long>(o.submit.failed),
        o.submit.first_error.c_str(), o.recovered_ms);
  }
}

void PrintJson(const Report& report) {
  Json json = Json::object();
  Json levels = Json::array();
  for (const Level& level : report.levels) {
    levels.push_back(ToJson(level));
    if (level.outstanding == Report::kMainOutstanding || json.empty()) json = levels.back();
  }
  json["levels"] = std::move(levels);
  if (report.open) {
    Json& open = json["open_loop"];
    open["wanted_rate"] = report.open->wanted_rate;
    open["submit_rate"] = report.open->submit.rate;
    AddLatencies("submit", report.open->submit, &open);
    open["refused"] = report.open->submit.refused;
    open["failed"] = report.open->submit.failed;
  }
  if (report.overload) {
    const Overload& o = *report.overload;
    Json& overload = json["overload"];
    overload["capacity"] = o.capacity;
    overload["offered_rate"] = o.offered;
    overload["goodput"] = o.submit.rate;
    overload["goodput_over_capacity"] = Ratio(o.submit.rate, o.capacity);
    AddLatencies("submit", o.submit, &overload);
    overload["submit_from_sending_p99_us"] = o.submit.from_sending.At(0.99);
    overload["refused"] = o.submit.refused;
    overload["failed"] = o.submit.failed;
    overload["recovered_ms"] = o.recovered_ms;
  }
  std::printf("%s\n", json.dump(2).c_str());
}

}  // namespace replyguard::bench
