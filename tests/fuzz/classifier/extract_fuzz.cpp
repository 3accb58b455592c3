// Any bytes are a document: extraction must neither fail nor depend on what was extracted before.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "classifier/extractor.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace replyguard::classifier;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  Document document;
  document.body = bytes.substr(0, size - size / 4);
  document.author_name = bytes.substr(size - size / 4);
  document.website = document.author_name;
  document.user_agent = document.author_name;
  document.email_domain = document.author_name;
  document.language = document.author_name;
  static Extractor used;
  Extractor fresh;
  const Features features = used.Extract(document);
  if (!(features == fresh.Extract(document))) std::abort();
  for (std::size_t v = 0; v < kViewCount; ++v) {
    if (features.view(static_cast<View>(v)).size() > kViewFeaturesMax) std::abort();
  }
  return 0;
}
