// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/assessment_details.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>
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

// A page of a queue holds some 500 reasons: simdjson reads them in a twentieth of the time that a
// tree of maps takes. They throw simdjson_error where a value is of another type.
namespace dom = simdjson::dom;

std::string TextOf(dom::element value) { return std::string(value.get_string().value()); }

std::vector<ReasonSpan> SpansFrom(dom::element value) {
  std::vector<ReasonSpan> spans;
  for (const dom::element span : value.get_array()) {
    spans.push_back({static_cast<std::int32_t>(span.at(0).get_int64().value()),
                     static_cast<std::int32_t>(span.at(1).get_int64().value())});
  }
  return spans;
}

AssessmentReason ReasonFrom(dom::element json) {
  AssessmentReason reason;
  std::optional<std::int64_t> kind;
  std::optional<std::string> code;
  std::optional<std::string> text;
  for (const auto [key, value] : json.get_object()) {
    if (key == "k") kind = value.get_int64().value();
    if (key == "c") code = TextOf(value);
    if (key == "t") text = TextOf(value);
    if (key == "w") reason.score = value.get_int64().value();
    if (key == "s") reason.spam_count = value.get_int64().value();
    if (key == "h") reason.ham_count = value.get_int64().value();
    if (key == "r") reason.rule_id = storage::Uuid::FromHex(TextOf(value));
    if (key == "d") reason.decisive = value.get_bool().value();
    if (key == "at") reason.spans = SpansFrom(value);
  }
  if (!kind || !code || !text) throw simdjson::simdjson_error(simdjson::NO_SUCH_FIELD);
  reason.kind = *kind == static_cast<std::int64_t>(ReasonKind::kClassifier)
                    ? ReasonKind::kClassifier
                    : ReasonKind::kPolicy;
  reason.code = *std::move(code);
  reason.text = *std::move(text);
  return reason;
}

AssessmentDetails DetailsFrom(dom::element json) {
  AssessmentDetails details;
  for (const auto [key, value] : json.get_object()) {
    if (key == "reasons") {
      const dom::array reasons = value.get_array();
      details.reasons.reserve(reasons.size());
      for (const dom::element reason : reasons) details.reasons.push_back(ReasonFrom(reason));
    }
    if (key == "not_consulted") {
      for (const dom::element name : value.get_array()) {
        details.not_consulted.push_back(TextOf(name));
      }
    }
    if (key == "degraded") details.degraded = value.get_bool().value();
  }
  return details;
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

void AddReason(AssessmentDetails& details, std::string_view code, std::string text, bool decisive) {
  std::vector<AssessmentReason>& reasons = details.reasons;
  if (reasons.size() >= kReasonsMax) return;
  AssessmentReason reason;
  reason.code = code;
  reason.text = CutText(std::move(text), kReasonTextBytesMax);
  reason.decisive = decisive;
  reasons.insert(decisive ? reasons.begin() : reasons.end(), std::move(reason));
}

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
  dom::parser parser;
  try {
    return DetailsFrom(parser.parse(text.data(), text.size()).value());
  } catch (const simdjson::simdjson_error&) {
    return {};
  }
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
