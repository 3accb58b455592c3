// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/http/akismet/charset.h"

#include <unicode/ucnv.h>
#include <unicode/ucnv_cb.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <utility>

#include "absl/strings/ascii.h"
#include "service/http/server/text.h"
#include "service/validation/text.h"
#include "storage/secret_text.h"

namespace replyguard::service::http::akismet {
namespace {

struct ConverterDeleter {
  void operator()(UConverter* converter) const { ucnv_close(converter); }
};
using Converter = std::unique_ptr<UConverter, ConverterDeleter>;

// Those that pages are written in: of one byte a character, or of bytes that lead others.
bool IsOfPages(UConverterType type) {
  return type == UCNV_SBCS || type == UCNV_DBCS || type == UCNV_MBCS || type == UCNV_LATIN_1 ||
         type == UCNV_US_ASCII;
}

// ICU's own writes U+001A for some.
void WriteReplacement(const void* /*context*/, UConverterToUnicodeArgs* args, const char* /*bytes*/,
                      std::int32_t /*size*/, UConverterCallbackReason reason, UErrorCode* error) {
  if (reason > UCNV_IRREGULAR) return;
  constexpr UChar kReplacement = 0xFFFD;
  *error = U_ZERO_ERROR;
  ucnv_cbToUWriteUChars(args, &kReplacement, 1, 0, error);
}

Converter ConverterOf(std::string_view charset) {
  const std::string name(absl::StripAsciiWhitespace(View(charset)));
  UErrorCode error = U_ZERO_ERROR;
  // By its list of names only: of another one ICU would look for a file.
  if (name.empty() || name.size() >= UCNV_MAX_CONVERTER_NAME_LENGTH ||
      name.find('\0') != std::string::npos || name.find(',') != std::string::npos ||
      ucnv_countAliases(name.c_str(), &error) == 0 || U_FAILURE(error)) {
    return nullptr;
  }
  Converter converter(ucnv_open(name.c_str(), &error));
  if (U_FAILURE(error)) return nullptr;
  const UConverterType type = ucnv_getType(converter.get());
  if (!IsOfPages(type)) return nullptr;
  if (type == UCNV_LATIN_1 || type == UCNV_US_ASCII) {
    converter.reset(ucnv_open("windows-1252", &error));
  }
  ucnv_setToUCallBack(converter.get(), WriteReplacement, nullptr, nullptr, nullptr, &error);
  return U_FAILURE(error) ? nullptr : std::move(converter);
}

}  // namespace

void ConvertToUtf8(std::string_view charset, std::string& text) {
  constexpr std::size_t kBytesOfOneMax = 4;
  if (text.size() > std::numeric_limits<std::int32_t>::max() / kBytesOfOneMax ||
      validation::IsValidUtf8(text)) {
    return;
  }
  const Converter converter = ConverterOf(charset);
  if (converter == nullptr) return;
  std::string out(kBytesOfOneMax * text.size(), '\0');
  UErrorCode error = U_ZERO_ERROR;
  const std::int32_t size = ucnv_toAlgorithmic(UCNV_UTF8, converter.get(), out.data(),
                                               static_cast<std::int32_t>(out.size()), text.data(),
                                               static_cast<std::int32_t>(text.size()), &error);
  if (U_SUCCESS(error)) {
    out.resize(static_cast<std::size_t>(size));
    text.swap(out);
  }
  storage::WipeString(out);
}

}  // namespace replyguard::service::http::akismet
