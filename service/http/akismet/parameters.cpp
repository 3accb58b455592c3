// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/http/akismet/parameters.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "service/http/akismet/charset.h"
#include "service/http/akismet/multipart.h"
#include "service/http/server/text.h"
#include "storage/secret_text.h"

namespace replyguard::service::http::akismet {
namespace {

using Json = nlohmann::json;

// What a form would have sent of the outermost object; nothing of what no form sends. No tree is
// built: of a body of small values it would take some fifty times as much memory.
class FlatReader final : public nlohmann::json_sax<Json> {
 public:
  bool null() override { return Count(); }
  bool boolean(bool value) override { return Add(value ? "true" : "false"); }
  bool number_integer(std::int64_t value) override { return Add(std::to_string(value)); }
  bool number_unsigned(std::uint64_t value) override { return Add(std::to_string(value)); }
  bool number_float(double value, const std::string& /*text*/) override {
    return Add(Json(value).dump());
  }
  bool string(std::string& value) override { return Add(std::move(value)); }
  bool binary(Json::binary_t& /*value*/) override { return false; }
  bool key(std::string& value) override {
    if (depth_ == 1) name_ = std::move(value);
    return true;
  }
  bool start_object(std::size_t /*size*/) override { return Descend(); }
  bool end_object() override { return Ascend(); }
  // No array is outermost.
  bool start_array(std::size_t /*size*/) override { return depth_ > 0 && Descend(); }
  bool end_array() override { return Ascend(); }
  bool parse_error(std::size_t /*at*/, const std::string& /*token*/,
                   const nlohmann::detail::exception& /*error*/) override {
    return false;
  }

  bool too_many() const { return values_ > kJsonValuesMax; }
  Fields Take() { return std::move(fields_); }

 private:
  bool Count() { return depth_ > 0 && ++values_ <= kJsonValuesMax; }
  bool Add(std::string text) {
    if (!Count()) return false;
    if (depth_ == 1 && fields_.size() < kParametersMax) {
      fields_.emplace_back(std::move(name_), std::move(text));
    }
    return true;
  }
  bool Descend() { return ++values_ <= kJsonValuesMax && ++depth_ <= kJsonDepthMax; }
  bool Ascend() {
    --depth_;
    return true;
  }

  std::size_t depth_ = 0;
  std::size_t values_ = 0;
  std::string name_;
  Fields fields_;
};

absl::StatusOr<Fields> ReadJson(std::string_view body) {
  FlatReader reader;
  if (Json::sax_parse(body, &reader)) return reader.Take();
  return absl::InvalidArgumentError(reader.too_many() ? "the body holds too many values"
                                                      : "the body is no JSON object");
}

absl::StatusOr<Fields> ReadBody(const Request& request) {
  const std::string_view type = HeaderOf(request.headers, "content-type");
  const absl::string_view begin = View(type);
  if (absl::StartsWithIgnoreCase(begin, "application/json")) return ReadJson(request.body);
  if (absl::StartsWithIgnoreCase(begin, "multipart/form-data")) {
    return ReadMultipart(type, request.body, kParametersMax);
  }
  return ParseForm(request.body, kParametersMax);
}

// What an author typed into the blog's form. Other parameters are of ASCII, or come from elsewhere
// than the blog's pages.
constexpr std::array<std::string_view, 3> kTexts = {"comment_author", "comment_author_url",
                                                    "comment_content"};

// The first of this name that holds anything; end() for none.
template <typename AnyFields>
auto FindIn(AnyFields& fields, std::string_view name) {
  return std::find_if(fields.begin(), fields.end(), [name](const auto& field) {
    return field.first == name && !field.second.empty();
  });
}

// `type`: the body's; the charset that it names is the blog's where nothing else says so.
void ConvertTexts(std::string_view type, Fields& fields) {
  const auto named = FindIn(fields, "blog_charset");
  const std::string charset =
      named != fields.end() ? named->second : ParameterOf(type, "charset").value_or("");
  if (charset.empty()) return;
  for (const std::string_view name : kTexts) {
    if (const auto text = FindIn(fields, name); text != fields.end()) {
      ConvertToUtf8(charset, text->second);
    }
  }
}

}  // namespace

Parameters::~Parameters() {
  for (auto& [name, value] : fields_) storage::WipeString(value);
}

std::string_view Parameters::Get(std::string_view name) const {
  const auto found = FindIn(fields_, name);
  return found == fields_.end() ? std::string_view() : found->second;
}

bool Parameters::IsSet(std::string_view name) const {
  const std::string_view value = Get(name);
  return value == "1" || SameIgnoringCase(value, "true");
}

absl::StatusOr<Parameters> ReadParameters(const Request& request) {
  absl::StatusOr<Fields> fields = ReadBody(request);
  if (!fields.ok()) return fields.status();
  for (auto& field : ParseForm(request.query, kParametersMax)) fields->push_back(std::move(field));
  ConvertTexts(HeaderOf(request.headers, "content-type"), *fields);
  return Parameters(*std::move(fields));
}

}  // namespace replyguard::service::http::akismet
