// Hostile model bytes are refused, and what is accepted can be used. The checksum is mended first,
// so that what lies behind it is reached.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "classifier/extractor.h"
#include "classifier/fold.h"

namespace {

using namespace replyguard::classifier;

std::string Sample() {
  Fold fold;
  Extractor extractor;
  for (std::uint64_t i = 1; i <= 10; ++i) {
    LabelChange change;
    change.position = i;
    change.site = 1 + i % 2;
    change.sample = i;
    change.after.emplace();
    change.after->label = i % 3 == 0 ? Class::kSpam : Class::kHam;
    Document document;
    document.body = i % 3 == 0 ? "win" : "hi";
    change.after->features = extractor.Extract(document);
    if (!fold.Apply(change).ok()) std::abort();
  }
  return fold.Serialize();
}

// The same mixing as model/bytes.h.
std::uint64_t Mix(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a ^ 0x9e3779b97f4a7c15ULL) * (b ^ 0xe7037ed1a0b428dbULL);
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

void MendChecksum(std::string* bytes) {
  bytes->resize(bytes->size() / 8 * 8);
  if (bytes->size() < 8) return;
  const std::size_t end = bytes->size() - 8;
  std::uint64_t h = end;
  for (std::size_t at = 0; at < end; at += 8) {
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < 8; ++i) {
      word |= std::uint64_t{static_cast<unsigned char>((*bytes)[at + i])} << (8 * i);
    }
    h = Mix(h, word);
  }
  for (std::size_t i = 0; i < 8; ++i) (*bytes)[end + i] = static_cast<char>(h >> (8 * i));
}

}  // namespace

// The input is a list of edits, three bytes each, of a good model.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::string good = Sample();
  std::string bytes = good;
  for (std::size_t i = 0; i + 3 <= size; i += 3) {
    const std::size_t at = (std::size_t{data[i]} << 8 | data[i + 1]) % bytes.size();
    bytes[at] = static_cast<char>(data[i + 2]);
  }
  if (size % 3 == 1) bytes.resize(bytes.size() * data[size - 1] / 256);
  MendChecksum(&bytes);
  auto fold = Fold::Deserialize(bytes);
  if (!fold.ok()) return 0;
  Document document;
  document.body = "win now";
  Extractor extractor;
  const auto model = fold->Snapshot();
  (void)Model::Finish(model->Score(1, extractor.Extract(document)), {});
  (void)fold->Serialize();
  return 0;
}
