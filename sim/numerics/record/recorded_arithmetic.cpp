// SPDX-License-Identifier: MIT
#include "sim/numerics/record/recorded_arithmetic.h"

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "sim/numerics/record/arithmetic_digest.h"

namespace attnlab::numerics {
namespace {

using nlohmann::json;

const json& member(const json& object, const std::string& name) {
  if (!object.is_object() || !object.contains(name)) {
    throw RecordError("the recorded arithmetic has no field \"" + name + "\"");
  }
  return object.at(name);
}

std::string text(const json& object, const std::string& name) {
  const json& value = member(object, name);
  if (!value.is_string()) {
    throw RecordError("the recorded arithmetic's \"" + name + "\" is not a text");
  }
  return value.get<std::string>();
}

std::uint64_t digest(const json& value, const std::string& name) {
  const std::string digits = value.is_string() ? value.get<std::string>() : value.dump();
  if (digits.size() != 16 || digits.find_first_not_of("0123456789abcdef") != std::string::npos) {
    throw RecordError("the recorded arithmetic's \"" + name + "\" holds " + digits +
                      ", which is not a digest of 16 hexadecimal digits");
  }
  return std::stoull(digits, nullptr, 16);
}

std::vector<std::uint64_t> digests(const json& object, const std::string& name, int count) {
  const json& list = member(object, name);
  if (!list.is_array() || list.size() != static_cast<std::size_t>(count)) {
    throw RecordError("the recorded arithmetic's \"" + name + "\" is not a list of " +
                      std::to_string(count) + " digests");
  }
  std::vector<std::uint64_t> values;
  for (const json& value : list) values.push_back(digest(value, name));
  return values;
}

}  // namespace

RecordedArithmetic parse_recorded_arithmetic(const std::string& json_text) {
  const json document = json::parse(json_text, nullptr, false);
  if (document.is_discarded()) throw RecordError("the recorded arithmetic is not JSON");
  RecordedArithmetic record;
  record.gpu = text(document, "gpu");
  record.driver = text(document, "driver");
  record.compiler = text(document, "compiler");
  record.date = text(document, "date");
  const json& mufu = member(document, "mufu");
  for (int op = 0; op < kMufuOpCount; ++op) {
    record.mufu[static_cast<std::size_t>(op)] =
        digests(mufu, kMufuOpNames[op], mufu_block_count(static_cast<MufuOp>(op)));
  }
  const json& mma = member(document, "mma");
  for (std::size_t format = 0; format < record.mma.size(); ++format) {
    record.mma[format] = digests(mma, kMmaFormatNames[format], kMmaBlockCount);
  }
  for (const auto& [name, value] : member(document, "probes").items()) {
    record.probes[name] = value.is_string() ? value.get<std::string>() : value.dump();
  }
  return record;
}

std::optional<RecordedArithmetic> read_recorded_arithmetic(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::ostringstream content;
  content << file.rdbuf();
  return parse_recorded_arithmetic(content.str());
}

}  // namespace attnlab::numerics
