// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/assessment_details.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <utility>

#include "storage/comment.h"
#include "usecases/fields.h"

namespace replyguard::service {
namespace {

using Json = nlohmann::json;

// What 64 reasons may have each, escapes included, when full texts do not fit.
constexpr std::size_t kShortReasonTextBytesMax = 100;

// Of a usual reason; a guess for the reservation.
constexpr std::size_t kReasonJsonBytes = 128;

// Appended piece by piece: a document tree of maps costs more than judging the comment.
class Writer {
 public:
  // A comma but before the first, and the key.
  Writer& Key(std::string_view key) {
    if (out_.back() != '{') out_ += ',';
    out_.append("\"").append(key).append("\":");
    return *this;
  }
  void Open(char bracket) { out_ += bracket; }
  void Close(char bracket) { out_ += bracket; }
  // Between the elements of an array.
  void Next() {
    if (out_.back() != '[') out_ += ',';
  }
  void Number(std::int64_t value) {
    std::array<char, 24> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    out_.append(digits.data(), end);
  }
  void True() { out_ += "true"; }
  void Text(const std::string& text) {
    if (std::all_of(text.begin(), text.end(), IsPlain)) {
      out_.append("\"").append(text).append("\"");
    } else {
      // Masked text is valid UTF-8; should it ever not be, a replaced character is better than no
      // answer.
      out_ += Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
    }
  }
  std::string Take() { return std::move(out_); }
  explicit Writer(std::size_t bytes) { out_.reserve(bytes); }

 private:
  static bool IsPlain(char c) { return c >= ' ' && c < '\x7f' && c != '"' && c != '\\'; }

  std::string out_;
};

// Short keys: this is stored with every comment.
void Write(const AssessmentReason& reason, Writer& out) {
  out.Open('{');
  out.Key("k").Number(static_cast<int>(reason.kind));
  out.Key("c").Text(reason.code);
  out.Key("t").Text(reason.text);
  if (reason.score) out.Key("w").Number(*reason.score);
  if (reason.spam_count) out.Key("s").Number(*reason.spam_count);
  if (reason.ham_count) out.Key("h").Number(*reason.ham_count);
  if (reason.rule_id) out.Key("r").Text(reason.rule_id->ToHex());
  if (reason.decisive) out.Key("d").True();
  if (!reason.spans.empty()) {
    out.Key("at").Open('[');
    for (const ReasonSpan& span : reason.spans) {
      out.Next();
      out.Open('[');
      out.Number(span.begin);
      out.Next();
      out.Number(span.end);
      out.Close(']');
    }
    out.Close(']');
  }
  out.Close('}');
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
  Writer out(64 + kReasonJsonBytes * details.reasons.size());
  out.Open('{');
  if (!details.reasons.empty()) {
    out.Key("reasons").Open('[');
    for (const AssessmentReason& reason : details.reasons) {
      out.Next();
      Write(reason, out);
    }
    out.Close(']');
  }
  if (!details.not_consulted.empty()) {
    out.Key("not_consulted").Open('[');
    for (const std::string& name : details.not_consulted) {
      out.Next();
      out.Text(name);
    }
    out.Close(']');
  }
  if (details.degraded) out.Key("degraded").True();
  out.Close('}');
  return out.Take();
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

std::string StoredCode(std::string_view code) {
  // A quote inside any text is escaped, so that no text looks like it.
  return "\"c\":\"" + std::string(code) + "\"";
}

std::string StoredFirstCode(std::string_view code) {
  return "{\"reasons\":[{\"k\":" + std::to_string(static_cast<int>(ReasonKind::kPolicy)) + "," +
         StoredCode(code);
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

std::vector<AssessmentReason> PolicyReasonsFromJson(std::string_view text) {
  // As in StoredCode, no text looks like it.
  const std::string first =
      "{\"k\":" + std::to_string(static_cast<int>(ReasonKind::kClassifier)) + ",";
  const std::size_t end = text.find(first);
  if (end == std::string_view::npos || end == 0) {
    std::vector<AssessmentReason> reasons = DetailsFromJson(text).reasons;
    std::erase_if(reasons, [](const auto& r) { return r.kind != ReasonKind::kPolicy; });
    return reasons;
  }
  std::string before(text.substr(0, end));
  if (before.back() == ',') before.pop_back();
  return DetailsFromJson(before + "]}").reasons;
}

}  // namespace replyguard::service
