// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/learn/carried_over.h"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

#include "service/usecases/errors.h"

namespace replyguard::service {
namespace {

using Json = nlohmann::json;

constexpr char kKey[] = "carried_over";

}  // namespace

absl::StatusOr<CarriedOver> CarryOver(const storage::Generation& active,
                                      storage::Generation& candidate) {
  std::vector<std::string> before = active.excluded;
  std::vector<std::string>& asked = candidate.excluded;
  std::sort(before.begin(), before.end());
  std::sort(asked.begin(), asked.end());
  CarriedOver carried;
  std::set_difference(before.begin(), before.end(), asked.begin(), asked.end(),
                      std::back_inserter(carried.excluded));
  if (carried.excluded.empty()) return carried;
  carried.generation = active.number;
  std::vector<std::string> all;
  std::merge(asked.begin(), asked.end(), carried.excluded.begin(), carried.excluded.end(),
             std::back_inserter(all));
  asked = std::move(all);
  if (asked.size() <= storage::kExcludedKeysMax) return carried;
  return MakeError(absl::StatusCode::kFailedPrecondition, reasons::kExclusionLimit,
                   "with those that the active generation " + std::to_string(active.number) +
                       " leaves out there are " + std::to_string(asked.size()) +
                       " exclusions; at most " + std::to_string(storage::kExcludedKeysMax) +
                       " are possible");
}

std::string ReportOf(const Comparison* comparison, const CarriedOver& carried_over) {
  if (carried_over.excluded.empty()) return comparison ? ComparisonToJson(*comparison) : "";
  Json report = comparison ? Json::parse(ComparisonToJson(*comparison)) : Json::object();
  report[kKey] = {{"generation", carried_over.generation}, {"excluded", carried_over.excluded}};
  return report.dump();
}

CarriedOver CarriedOverOf(std::string_view report) {
  const Json value = Json::parse(report, nullptr, false);
  if (!value.is_object() || !value.contains(kKey)) return {};
  try {
    const Json& carried = value.at(kKey);
    return {carried.at("generation").get<std::int64_t>(),
            carried.at("excluded").get<std::vector<std::string>>()};
  } catch (const Json::exception&) {
    return {};
  }
}

}  // namespace replyguard::service
