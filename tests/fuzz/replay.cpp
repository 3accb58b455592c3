// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// replay FOLDER: gives a fuzz target every file of its corpus and, of each, a fixed number of
// mutations from a fixed seed, so that every run of the tests, with any compiler and sanitizer,
// meets the same inputs. What the target finds wrong ends the process by abort().
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr int kMutationsPerFile = 100;
constexpr std::size_t kBytesMax = 8192;

using Random = std::mt19937_64;

std::size_t Below(Random& random, std::size_t bound) { return random() % bound; }

void Run(const std::string& bytes) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

// One of: a byte changed, a piece cut out, a piece doubled, a piece of another input put in.
std::string Mutate(std::string bytes, const std::vector<std::string>& corpus, Random& random) {
  const std::size_t at = Below(random, bytes.size() + 1);
  const std::size_t length = std::min(bytes.size() - at, 1 + Below(random, 32));
  switch (Below(random, 4)) {
    case 0:
      if (at < bytes.size()) bytes[at] = static_cast<char>(Below(random, 256));
      break;
    case 1:
      bytes.erase(at, length);
      break;
    case 2:
      bytes.insert(at, bytes.substr(at, length));
      break;
    default: {
      const std::string& other = corpus[Below(random, corpus.size())];
      const std::size_t from = Below(random, other.size() + 1);
      bytes.insert(at, other.substr(from, 1 + Below(random, 64)));
    }
  }
  if (bytes.size() > kBytesMax) bytes.resize(kBytesMax);
  return bytes;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: replay FOLDER\n");
    return 2;
  }
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(argv[1])) {
    files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<std::string> corpus;
  for (const auto& file : files) {
    std::ifstream in(file, std::ios::binary);
    corpus.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  if (corpus.empty()) {
    std::fprintf(stderr, "replay: no corpus in %s\n", argv[1]);
    return 2;
  }
  Random random(20261124);
  for (const std::string& file : corpus) {
    Run(file);
    std::string bytes = file;
    for (int i = 0; i < kMutationsPerFile; ++i) {
      bytes = Mutate(std::move(bytes), corpus, random);
      Run(bytes);
    }
  }
  std::printf("%zu files, %d mutations of each\n", corpus.size(), kMutationsPerFile);
  return 0;
}
