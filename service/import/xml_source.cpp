// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "import/xml_source.h"

#include "absl/strings/ascii.h"
#include "service/import/text.h"

namespace replyguard::service::importing {

void XmlSource::Text(std::string_view piece) {
  if (field_ != nullptr) AppendBounded(*field_, piece, kFieldBytesMax);
}

void XmlSource::End(std::size_t depth) {
  if (field_ != nullptr && depth == field_depth_) {
    absl::StripAsciiWhitespace(field_);
    field_ = nullptr;
  }
  Ended(depth);
}

}  // namespace replyguard::service::importing
