// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "import/xml_source.h"

#include "service/import/text.h"

namespace replyguard::service::importing {

void XmlSource::Text(std::string_view piece) {
  if (field_ != nullptr) AppendBounded(*field_, piece, kFieldBytesMax);
}

}  // namespace replyguard::service::importing
