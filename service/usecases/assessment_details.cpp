// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/assessment_details.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "storage/comment.h"
#include "usecases/fields.h"

namespace replyguard::service {
namespace {

using Json = nlohmann::json;

// What 64 reasons may have each, escapes included, when full texts do not fit.
constexpr std::size_t kShortReasonTextBytesMax = 100;

// Short keys: this is stored with every comment.
Json ToJson(const AssessmentReason& reason) {
  Json json = {{"k", static_cast<int>(reason.kind)}, {"c", reason.code}, {"t", reason.text}};
  if (reason.score) json["w"] = *reason.score;
  if (reason.spam_count) json["s"] = *reason.spam_count;
  if (reason.ham_count) json["h"] = *reason.ham_count;
  if (reason.rule_id) json["r"] = reason.rule_id->ToHex();
  if (reason.decisive) json["d"] = true;
  for (const ReasonSpan& span : reason.spans) json["at"].push_back({span.begin, span.end});
  return json;
}

AssessmentReason ReasonFrom(const Json& json) {
  AssessmentReason reason;
  reason.kind = json.at("k").get<int>() == static_cast<int>(ReasonKind::kClassifier)
                    ? ReasonKind::kClassifier
                    : ReasonKind::kPolicy;
  reason.code = json.at("c").get<std::string>();
  reason.text = json.at("t").get<std::string>();
  if (json.contains("w")) reason.score = json["w"].get<std::int64_t>();
  if (json.contains("s")) reason.spam_count = json["s"].get<std::int64_t>();
  if (json.contains("h")) reason.ham_count = json["h"].get<std::int64_t>();
  if (json.contains("r")) reason.rule_id = storage::Uuid::FromHex(json["r"].get<std::string>());
  reason.decisive = json.value("d", false);
  if (json.contains("at")) {
    for (const Json& span : json["at"]) {
      reason.spans.push_back({span.at(0).get<std::int32_t>(), span.at(1).get<std::int32_t>()});
    }
  }
  return reason;
}

std::string Dump(const AssessmentDetails& details) {
  Json json = Json::object();
  for (const AssessmentReason& reason : details.reasons) json["reasons"].push_back(ToJson(reason));
  if (!details.not_consulted.empty()) json["not_consulted"] = details.not_consulted;
  if (details.degraded) json["degraded"] = true;
  // Masked text is valid UTF-8; should it ever not be, a replaced character is better than no
  // answer.
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string DetailsToJson(const AssessmentDetails& details) {
  std::string json = Dump(details);
  if (json.size() <= storage::kAssessmentDetailsBytesMax) return json;
  // No reason goes, as their log-odds add up to the score.
  AssessmentDetails less = details;
  for (AssessmentReason& reason : less.reasons) reason.spans.clear();
  json = Dump(less);
  if (json.size() <= storage::kAssessmentDetailsBytesMax) return json;
  for (AssessmentReason& reason : less.reasons) {
    reason.text = CutText(std::move(reason.text), kShortReasonTextBytesMax);
  }
  return Dump(less);
}

AssessmentDetails DetailsFromJson(std::string_view text) {
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  AssessmentDetails details;
  if (!json.is_object()) return details;
  try {
    if (json.contains("reasons")) {
      for (const Json& reason : json["reasons"]) details.reasons.push_back(ReasonFrom(reason));
    }
    details.not_consulted = json.value("not_consulted", std::vector<std::string>());
    details.degraded = json.value("degraded", false);
  } catch (const Json::exception&) {
    return {};
  }
  return details;
}

}  // namespace replyguard::service
