// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/learn/base_info.h"

#include <nlohmann/json.hpp>

namespace replyguard::service {

using Json = nlohmann::json;

std::string ToJson(const BaseInfo& info) {
  return Json{{"checksum", info.checksum},
              {"size_bytes", info.size_bytes},
              {"spam_count", info.spam_count},
              {"ham_count", info.ham_count},
              {"learnt_position", info.learnt_position},
              {"sites", info.sites}}
      .dump();
}

std::optional<BaseInfo> BaseInfoOf(std::string_view json) {
  try {
    const Json value = Json::parse(json);
    BaseInfo info;
    info.checksum = value.at("checksum");
    info.size_bytes = value.at("size_bytes");
    info.spam_count = value.at("spam_count");
    info.ham_count = value.at("ham_count");
    info.learnt_position = value.at("learnt_position");
    info.sites = value.at("sites").get<std::vector<storage::SiteId>>();
    return info;
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

}  // namespace replyguard::service
