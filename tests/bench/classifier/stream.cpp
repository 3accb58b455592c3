#include "stream.h"

#include <fstream>
#include <nlohmann/json.hpp>

namespace replyguard::classifier {
namespace {

// A field under either of its names; empty when there is none. Numbers (ids) as they are written.
std::string Field(const nlohmann::json& object, const char* name, const char* other_name) {
  auto found = object.find(name);
  if (found == object.end()) found = object.find(other_name);
  if (found == object.end() || found->is_null()) return {};
  return found->is_string() ? found->get<std::string>() : found->dump();
}

}  // namespace

bool ReadStream(const std::string& path, std::vector<StreamItem>* items, std::string* error) {
  std::ifstream in(path);
  if (!in) {
    *error = path + ": cannot be read";
    return false;
  }
  std::string line;
  for (std::size_t number = 1; std::getline(in, line); ++number) {
    if (line.empty()) continue;
    const nlohmann::json object = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (!object.is_object()) {
      *error = path + ":" + std::to_string(number) + ": not a JSON object";
      return false;
    }
    StreamItem item;
    item.id = Field(object, "id", "id");
    item.author = Field(object, "author", "author_name");
    item.text = Field(object, "text", "content");
    const std::string label = Field(object, "label", "label");
    item.spam = label == "spam";
    item.labelled = item.spam || label == "ham";
    items->push_back(std::move(item));
  }
  return true;
}

}  // namespace replyguard::classifier
