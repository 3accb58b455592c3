// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/learn/orders.h"

#include <nlohmann/json.hpp>

namespace replyguard::service {
namespace {

using Json = nlohmann::json;

std::string Dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// What `read` makes of the JSON.
template <typename Read>
auto Parse(std::string_view text, Read read) -> absl::StatusOr<decltype(read(Json()))> {
  try {
    return read(Json::parse(text));
  } catch (const Json::exception&) {
    return absl::DataLossError("not an order of this kind");
  }
}

}  // namespace

std::string ToJson(const RetrainOrder& order) {
  return Dump({{"excluded", order.excluded},
               {"note", order.note},
               {"without_base", order.without_base},
               {"ignore_active_exclusions", order.ignore_active_exclusions}});
}

std::string ToJson(const ImportOrder& order) {
  return Dump({{"size_bytes", order.size_bytes},
               {"checksum", order.checksum},
               {"note", order.note},
               {"learnt_position", order.learnt_position},
               {"sites", order.sites},
               {"learn_all_labels", order.learn_all_labels},
               {"ignore_active_exclusions", order.ignore_active_exclusions}});
}

std::string ToJson(const EvaluateOrder& order) { return Dump({{"generation", order.generation}}); }

std::string ToJson(const CompareOrder& order) {
  return Dump({{"base", order.base}, {"candidate", order.candidate}});
}

std::string ToJson(const ActivateOrder& order) { return Dump({{"generation", order.generation}}); }

absl::StatusOr<RetrainOrder> RetrainOrderOf(std::string_view json) {
  return Parse(json, [](const Json& value) {
    return RetrainOrder{
        value.at("excluded").get<std::vector<std::string>>(), value.at("note").get<std::string>(),
        // Older programs did not say.
        value.value("without_base", false), value.value("ignore_active_exclusions", true)};
  });
}

absl::StatusOr<ImportOrder> ImportOrderOf(std::string_view json) {
  return Parse(json, [](const Json& value) {
    return ImportOrder{
        value.at("size_bytes").get<std::int64_t>(), value.at("checksum").get<std::string>(),
        value.at("note").get<std::string>(), value.at("learnt_position").get<std::int64_t>(),
        value.at("sites").get<std::map<storage::SiteId, storage::SiteId>>(),
        // Older programs did not say.
        value.value("learn_all_labels", true), value.value("ignore_active_exclusions", true)};
  });
}

absl::StatusOr<EvaluateOrder> EvaluateOrderOf(std::string_view json) {
  return Parse(json, [](const Json& value) {
    return EvaluateOrder{value.at("generation").get<std::int64_t>()};
  });
}

absl::StatusOr<CompareOrder> CompareOrderOf(std::string_view json) {
  return Parse(json, [](const Json& value) {
    return CompareOrder{value.at("base").get<std::int64_t>(),
                        value.at("candidate").get<std::int64_t>()};
  });
}

absl::StatusOr<ActivateOrder> ActivateOrderOf(std::string_view json) {
  return Parse(json, [](const Json& value) {
    return ActivateOrder{value.at("generation").get<std::int64_t>()};
  });
}

}  // namespace replyguard::service
