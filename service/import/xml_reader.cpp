// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "import/xml_reader.h"

#include <expat.h>

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <string>
#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "service/import/source.h"
#include "service/import/text.h"

namespace replyguard::service::importing {
namespace {

static_assert(std::is_same_v<XML_Char, char>, "expat is to give UTF-8");

constexpr std::size_t kPieceBytes = 16 * 1024;
// Of one document; what is declared beyond them is as good as undeclared.
constexpr std::size_t kPrefixesMax = 256;
constexpr std::size_t kAddressBytesMax = 512;
constexpr std::string_view kDeclaration = "xmlns:";

// The part after the prefix.
std::string_view LocalOf(std::string_view name) { return name.substr(name.find(':') + 1); }

// Whether the beginning says that the document is not UTF-8; what it is, expat finds out.
struct Encoding {
  bool wide;  // UTF-16
  bool utf8;
};
Encoding EncodingOf(std::string_view begin) {
  const bool wide = begin.starts_with("\xFF\xFE") || begin.starts_with("\xFE\xFF") ||
                    begin.starts_with(std::string_view("\0<", 2)) ||
                    begin.starts_with(std::string_view("<\0", 2));
  const std::string_view declaration = begin.substr(0, begin.find("?>"));
  const std::string lower = absl::AsciiStrToLower(
      absl::string_view(declaration.data(), std::min<std::size_t>(declaration.size(), 200)));
  const bool other = absl::StrContains(lower, "<?xml") && absl::StrContains(lower, "encoding") &&
                     !absl::StrContains(lower, "utf-8") && !absl::StrContains(lower, "utf8");
  return {wide, !wide && !other};
}

// The errors that the end of the bytes alone can be the reason of.
bool IsCutOff(XML_Error error) {
  return error == XML_ERROR_NO_ELEMENTS || error == XML_ERROR_UNCLOSED_TOKEN ||
         error == XML_ERROR_UNCLOSED_CDATA_SECTION || error == XML_ERROR_PARTIAL_CHAR;
}

}  // namespace

struct XmlReader::State {
  State(std::streambuf& source, XmlHandler& told) : in(source), handler(told) {}
  ~State() { XML_ParserFree(parser); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  // Whose callback this is; it has just been told something.
  static State& Of(void* data) {
    auto& state = *static_cast<State*>(data);
    state.heard = state.bytes;
    return state;
  }

  void Declare(std::string_view attribute, std::string_view address) {
    if (!attribute.starts_with(kDeclaration) || addresses.size() >= kPrefixesMax) return;
    if (attribute.size() > kAddressBytesMax || address.size() > kAddressBytesMax) return;
    addresses.insert_or_assign(std::string(attribute.substr(kDeclaration.size())), address);
  }

  XmlName NameOf(std::string_view name) const {
    const std::size_t colon = name.find(':');
    if (colon == std::string_view::npos) return {{}, name};
    const std::string_view prefix = name.substr(0, colon);
    const auto found = addresses.find(prefix);
    return {found == addresses.end() ? prefix : std::string_view(found->second),
            name.substr(colon + 1)};
  }

  void Refuse(std::string why) {
    if (refusal.empty()) refusal = std::move(why);
    XML_StopParser(parser, XML_FALSE);
  }

  static void OnStart(void* data, const char* name, const char** attributes) {
    State& state = Of(data);
    if (!state.refusal.empty()) return;
    if (++state.depth > kDepthMax) {
      return state.Refuse(absl::StrCat("elements are nested deeper than ", kDepthMax));
    }
    std::string_view id;
    for (; *attributes != nullptr; attributes += 2) {
      state.Declare(attributes[0], attributes[1]);
      if (LocalOf(attributes[0]) == "id") id = attributes[1];
    }
    std::string why = state.handler.Start(state.NameOf(name), id, state.depth);
    if (!why.empty()) state.Refuse(std::move(why));
  }

  static void OnEnd(void* data, const char* /*name*/) {
    State& state = Of(data);
    if (state.refusal.empty()) state.handler.End(state.depth--);
  }

  static void OnText(void* data, const char* text, int size) {
    State& state = Of(data);
    if (!state.refusal.empty()) return;
    state.handler.Text({text, static_cast<std::size_t>(size)});
  }

  // Comments, instructions and the like.
  static void OnOther(void* data, const char* /*text*/, int /*size*/) { Of(data); }

  static void OnEntity(void* data, const char* /*name*/, int /*is_parameter*/,
                       const char* /*value*/, int /*size*/, const char* /*base*/,
                       const char* /*system*/, const char* /*public_id*/,
                       const char* /*notation*/) {
    Of(data).Refuse("declares an entity, which an export has no need of");
  }

  std::streambuf& in;
  XmlHandler& handler;
  XML_Parser parser = nullptr;
  std::unique_ptr<TextMender> mender;
  std::map<std::string, std::string, std::less<>> addresses;  // of namespaces, by prefix
  bool wide = false;
  std::size_t depth = 0;
  std::int64_t bytes = 0;  // given to the parser
  std::int64_t heard = 0;  // of them, when it last told something
  std::string refusal;
};

XmlReader::XmlReader(std::streambuf& in, XmlHandler& handler)
    : state_(std::make_unique<State>(in, handler)) {
  State& state = *state_;
  // Not expat's namespaces: it refuses a prefix that nobody declared, and blogs export such.
  state.parser = XML_ParserCreate(nullptr);
  XML_SetUserData(state.parser, &state);
  XML_SetElementHandler(state.parser, &State::OnStart, &State::OnEnd);
  XML_SetCharacterDataHandler(state.parser, &State::OnText);
  XML_SetDefaultHandler(state.parser, &State::OnOther);
  XML_SetEntityDeclHandler(state.parser, &State::OnEntity);
  XML_SetParamEntityParsing(state.parser, XML_PARAM_ENTITY_PARSING_NEVER);
}

XmlReader::~XmlReader() = default;

std::int64_t XmlReader::line() const {
  return static_cast<std::int64_t>(XML_GetCurrentLineNumber(state_->parser));
}

absl::StatusOr<bool> XmlReader::Pump() {
  State& state = *state_;
  std::array<char, kPieceBytes> raw{};
  const auto size = static_cast<std::size_t>(
      state.in.sgetn(raw.data(), static_cast<std::streamsize>(raw.size())));
  const std::string_view piece(raw.data(), size);
  if (state.bytes == 0 && state.mender == nullptr) {
    const Encoding encoding = EncodingOf(piece);
    state.wide = encoding.wide;
    state.mender = std::make_unique<TextMender>(encoding.utf8);
  }
  const bool last = size == 0;
  std::string text;
  if (state.wide) {
    text.assign(piece);
  } else {
    text = last ? state.mender->Finish() : state.mender->Mend(piece);
  }
  state.bytes += static_cast<std::int64_t>(text.size());
  const XML_Status status = XML_Parse(state.parser, text.data(), static_cast<int>(text.size()),
                                      last ? XML_TRUE : XML_FALSE);
  const std::string where = absl::StrCat("line ", line(), ": ");
  if (!state.refusal.empty()) return absl::InvalidArgumentError(where + state.refusal);
  if (status != XML_STATUS_OK) {
    const XML_Error error = XML_GetErrorCode(state.parser);
    if (state.bytes == 0) return absl::InvalidArgumentError("it is empty");
    if (last && IsCutOff(error)) {
      return absl::DataLossError(where + "it is cut off: the XML is not complete");
    }
    if (error == XML_ERROR_UNKNOWN_ENCODING) {
      return absl::InvalidArgumentError(
          where + "its encoding is not known: save it as UTF-8, UTF-16 or ISO-8859-1");
    }
    return absl::InvalidArgumentError(
        absl::StrCat(where, "no well-formed XML: ", XML_ErrorString(error)));
  }
  // Whatever is not whole yet waits in the parser's memory.
  if (state.bytes - state.heard > static_cast<std::int64_t>(kRecordBytesMax)) {
    return absl::InvalidArgumentError(
        absl::StrCat(where, "a tag or the like is longer than ", kRecordBytesMax, " bytes"));
  }
  return !last;
}

}  // namespace replyguard::service::importing
