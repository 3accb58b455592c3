// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/input/record.h"

#include <google/protobuf/util/time_util.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace replyguard::service::cli {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kIdBytesMax = 128;
constexpr std::size_t kHashBytes = 16;

std::string Hex(const unsigned char* bytes, std::size_t count) {
  std::string text(2 * count + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), bytes, count);
  text.pop_back();
  return text;
}

bool IsId(std::string_view text) {
  return !text.empty() && text.size() <= kIdBytesMax &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7F; });
}

// What is being put together from one line.
struct Draft {
  Record record;
  std::string thread;
};

// Takes one value; answers what is wrong with it, without the value, or nothing.
using Setter = std::function<std::string_view(Draft&, const Json&)>;

constexpr std::string_view kGood;

// A setter of a text; "" and null are as if the field were not there.
template <typename Take>
Setter Text(Take take) {
  return [take](Draft& draft, const Json& value) -> std::string_view {
    if (!value.is_string()) return "must be a string";
    return take(draft, value.get_ref<const std::string&>());
  };
}

// A setter that stores the text in one field of the submission.
template <typename Method>
Setter Into(Method method) {
  return Text([method](Draft& draft, const std::string& text) {
    *(draft.record.submission.*method)() = text;
    return kGood;
  });
}

// Ids of other systems may be long or hold spaces; their hash stands for them.
std::string UsableId(const std::string& text) { return IsId(text) ? text : "h:" + HashHex(text); }

// A setter of an id, which may be a number as well: in many systems it is one. Beyond what a double
// holds exactly, tools on the way may have made two numbers one.
template <typename Take>
Setter Id(Take take) {
  return [take](Draft& draft, const Json& value) -> std::string_view {
    constexpr std::int64_t kExactMax = std::int64_t{1} << 53U;
    if (value.is_string()) {
      take(draft, UsableId(value.get_ref<const std::string&>()));
      return kGood;
    }
    if (!value.is_number_unsigned() || value.get<std::uint64_t>() > kExactMax) {
      return "must be a string, or a whole number from 0 to 2^53";
    }
    take(draft, absl::StrCat(value.get<std::uint64_t>()));
    return kGood;
  };
}

std::string_view SetLabel(Draft& draft, const std::string& text) {
  static const std::map<std::string, v1::Label> kLabels = {
      {"ham", v1::LABEL_HAM}, {"spam", v1::LABEL_SPAM}, {"none", v1::LABEL_NONE}};
  const auto found = kLabels.find(text);
  if (found == kLabels.end()) return "must be ham, spam or none";
  draft.record.label = found->second;
  return kGood;
}

std::string_view SetSubmitTime(Draft& draft, const std::string& text) {
  using google::protobuf::util::TimeUtil;
  return TimeUtil::FromString(text, draft.record.submission.mutable_submit_time())
             ? kGood
             : "must be a time like 2026-01-31T12:00:00Z";
}

std::string_view SetThread(Draft& draft, const std::string& text) {
  draft.thread = text;
  return kGood;
}

std::string_view SetVerified(Draft& draft, const Json& value) {
  if (!value.is_boolean()) return "must be true or false, without quotes";
  draft.record.submission.set_author_verified(value.get<bool>());
  return kGood;
}

std::string_view SetFormTime(Draft& draft, const Json& value) {
  using google::protobuf::util::TimeUtil;
  // Beyond it the server refuses the comment; far beyond it no duration is that long.
  constexpr std::int64_t kFormTimeMsMax = std::int64_t{7} * 24 * 3600 * 1000;
  if (!value.is_number_unsigned() || value.get<std::uint64_t>() > kFormTimeMsMax) {
    return "must be a whole number from 0 to 604800000, without quotes";
  }
  *draft.record.submission.mutable_form()->mutable_fill_time() =
      TimeUtil::MillisecondsToDuration(value.get<std::int64_t>());
  return kGood;
}

std::string_view SetHoneypot(Draft& draft, const Json& value) {
  if (!value.is_boolean()) return "must be true or false, without quotes";
  // Which text the field held does not matter.
  if (value.get<bool>()) draft.record.submission.mutable_form()->set_honeypot("filled");
  return kGood;
}

void SetId(Draft& draft, std::string id) {
  draft.record.id = std::move(id);
  draft.record.own_id = true;
}

void SetParentId(Draft& draft, std::string id) { draft.record.parent_id = std::move(id); }

struct Field {
  std::string_view means;  // names of one meaning exclude each other
  Setter set;              // empty: known, and not read
};

// Every field a line may have.
const std::map<std::string, Field>& Fields() {
  using S = v1::Submission;
  static const std::map<std::string, Field> kFields = {
      {"id", {"id", Id(SetId)}},
      {"external_id", {"id", Id(SetId)}},
      {"parent_id", {"parent", Id(SetParentId)}},
      {"parent_comment", {"parent", Into(&S::mutable_parent_comment)}},
      {"author", {"name", Into(&S::mutable_author_name)}},
      {"author_name", {"name", Into(&S::mutable_author_name)}},
      {"author_email", {"email", Into(&S::mutable_author_email)}},
      {"author_url", {"website", Into(&S::mutable_author_url)}},
      {"text", {"body", Into(&S::mutable_body)}},
      {"content", {"body", Into(&S::mutable_body)}},
      {"body", {"body", Into(&S::mutable_body)}},
      {"author_ip", {"ip", Into(&S::mutable_author_ip)}},
      {"user_agent", {"agent", Into(&S::mutable_user_agent)}},
      {"referrer", {"referrer", Into(&S::mutable_referrer)}},
      {"language", {"language", Into(&S::mutable_language)}},
      {"thread", {"thread", Text(SetThread)}},
      {"thread_url", {"address", Into(&S::mutable_thread_uri)}},
      {"thread_title", {"title", Into(&S::mutable_thread_title)}},
      {"author_verified", {"verified", SetVerified}},
      {"form_time_ms", {"form time", SetFormTime}},
      {"honeypot_filled", {"honeypot", SetHoneypot}},
      {"label", {"label", Text(SetLabel)}},
      {"submitted_at", {"time", Text(SetSubmitTime)}},
      {"site", {}},
      {"site_languages", {}},
      {"thread_age_seconds", {}},
      {"status", {}},
      {"label_source", {}},
      {"label_weight", {}},
      {"labelled_by", {}},
      {"labelled_at", {}},
      {"verdict", {}},
      {"probability", {}},
      {"repaired", {}},
      {"model_version", {}},
      {"edited_at", {}},
      {"status_source", {}},
      {"import", {}},
      {"decision", {}},
      {"decided_by", {}},
      {"decided_at", {}},
      {"reason_code", {}},
  };
  return kFields;
}

bool IsAbsent(const Json& value) {
  return value.is_null() || (value.is_string() && value.get_ref<const std::string&>().empty());
}

// The name of a field as it may be printed: whoever exchanged names and values put an address
// there.
std::string Printable(const std::string& name) {
  constexpr std::size_t kNameBytesMax = 40;
  const bool plain = !name.empty() && name.size() <= kNameBytesMax &&
                     std::all_of(name.begin(), name.end(), [](char c) {
                       return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' ||
                              c == '-' || c == '.';
                     });
  return plain ? name : "(its name is not of letters, digits and _)";
}

// Reads the line's object, and notes names that come twice: one value would be lost without a word.
Json ParseObject(std::string_view line, std::vector<std::string>& faults) {
  std::set<std::string> names;
  const auto note = [&](int depth, Json::parse_event_t event, const Json& value) {
    if (depth == 1 && event == Json::parse_event_t::key) {
      const auto& name = value.get_ref<const std::string&>();
      if (!names.insert(name).second) faults.push_back(Printable(name) + ": is given twice");
    }
    return true;
  };
  try {
    Json object = Json::parse(line.begin(), line.end(), note);
    if (!object.is_object()) faults.emplace_back("is not a JSON object: {\"text\": \"...\", ...}");
    return object;
  } catch (const Json::parse_error& error) {  // its text repeats the line
    faults.push_back(absl::StrCat("is not JSON in UTF-8: see byte ", error.byte, " of it"));
  } catch (const Json::exception&) {
    faults.emplace_back("holds a number that is too large");
  }
  return {};
}

// Applies every field of the object, and notes what is wrong with each.
void Fill(Draft& draft, const Json& object, std::vector<std::string>& faults) {
  std::map<std::string_view, std::string> given;  // meaning -> name
  for (const auto& [name, value] : object.items()) {
    const auto field = Fields().find(name);
    if (field == Fields().end()) {
      faults.push_back("unknown field " + Printable(name));
      continue;
    }
    if (!field->second.set || IsAbsent(value)) continue;
    if (const auto [other, first] = given.emplace(field->second.means, name); !first) {
      faults.push_back(name + ": give it or " + other->second + ", not both");
      continue;
    }
    const std::string_view fault = field->second.set(draft, value);
    if (!fault.empty()) faults.push_back(name + ": " + std::string(fault));
  }
}

}  // namespace

std::string HashHex(std::string_view text) {
  std::array<unsigned char, kHashBytes> hash{};
  crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(text.data()),
                     text.size(), nullptr, 0);
  return Hex(hash.data(), hash.size());
}

std::string ThreadKeyOf(std::string_view url) { return HashHex(url); }

std::string RandomRequestId() {
  std::array<unsigned char, kHashBytes> bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  return Hex(bytes.data(), bytes.size());
}

absl::StatusOr<Record> ParseRecord(std::string_view line, std::int64_t line_number,
                                   const RecordDefaults& defaults) {
  std::vector<std::string> faults;
  const Json object = ParseObject(line, faults);
  Draft draft;
  draft.record.submission.set_author_name(defaults.author_name);
  draft.record.submission.set_author_email(defaults.author_email);
  if (object.is_object()) Fill(draft, object, faults);
  if (!faults.empty()) {
    constexpr std::size_t kFaultsMax = 8;
    if (faults.size() > kFaultsMax) {
      faults[kFaultsMax] = absl::StrCat("and ", faults.size() - kFaultsMax, " more");
      faults.resize(kFaultsMax + 1);
    }
    return absl::InvalidArgumentError(absl::StrJoin(faults, "; "));
  }
  if (draft.record.id.empty())
    draft.record.id =
        HashHex(absl::StrCat(line_number, ":", absl::string_view(line.data(), line.size())));
  const std::string& uri = draft.record.submission.thread_uri();
  if (draft.thread.empty()) draft.thread = uri.empty() ? defaults.thread : ThreadKeyOf(uri);
  if (!draft.thread.empty()) {
    draft.record.submission.set_thread("sites/" + defaults.site + "/threads/" + draft.thread);
  }
  return std::move(draft.record);
}

}  // namespace replyguard::service::cli
