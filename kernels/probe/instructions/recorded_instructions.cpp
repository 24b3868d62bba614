// SPDX-License-Identifier: MIT
#include "kernels/probe/instructions/recorded_instructions.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <bit>
#include <ctime>
#include <fstream>
#include <nlohmann/json.hpp>

#define XXH_INLINE_ALL
#include <xxhash.h>

static_assert(std::endian::native == std::endian::little, "digests are of little-endian bytes");

namespace attnlab::probe {
namespace {

using Json = nlohmann::ordered_json;

Json read_json(const std::filesystem::path& path) {
  std::ifstream file(path);
  if (!file) throw InstructionRecordError(fmt::format("{} could not be read", path.string()));
  try {
    return Json::parse(file);
  } catch (const Json::exception& error) {
    throw InstructionRecordError(fmt::format("{} is not JSON: {}", path.string(), error.what()));
  }
}

void write_json(const Json& document, const std::filesystem::path& path) {
  const std::filesystem::path unfinished = path.string() + ".new";
  std::ofstream file(unfinished, std::ios::binary);
  file << document.dump(1) << '\n';
  file.close();
  std::error_code failure;
  if (file) std::filesystem::rename(unfinished, path, failure);
  if (file && !failure) return;
  std::filesystem::remove(unfinished, failure);
  throw InstructionRecordError(fmt::format("the record could not be written to {}", path.string()));
}

template <class Record>
Json origin_of(const Record& record) {
  return {{"gpu", record.gpu}, {"driver", record.driver}, {"date", record.date}};
}

// The fields of a document as a record.
template <class Record, class Fill>
Record read_record(const std::filesystem::path& path, const Fill& fill) {
  const Json document = read_json(path);
  Record record;
  try {
    record.gpu = document.at("gpu");
    record.driver = document.at("driver");
    record.date = document.at("date");
    fill(document, record);
  } catch (const Json::exception& error) {
    throw InstructionRecordError(
        fmt::format("{} is not a record of instructions: {}", path.string(), error.what()));
  }
  return record;
}

}  // namespace

std::string digest_of_bytes(std::span<const std::byte> bytes) {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

template <class Record>
Record record_of(const gpu::Device& device) {
  Record record;
  record.gpu = device.properties().name;
  record.driver = device.properties().driver;
  record.date = fmt::format("{:%Y-%m-%d}", fmt::gmtime(std::time(nullptr)));
  return record;
}
template RecordedInstructions record_of(const gpu::Device& device);
template RecordedFuzz record_of(const gpu::Device& device);

RecordedInstructions read_instructions(const std::filesystem::path& path) {
  const auto fill = [](const Json& document, RecordedInstructions& record) {
    for (const auto& [name, digest] : document.at("forms").items()) {
      record.forms.emplace_back(name, digest);
    }
  };
  return read_record<RecordedInstructions>(path, fill);
}

RecordedFuzz read_fuzz(const std::filesystem::path& path) {
  const auto fill = [](const Json& document, RecordedFuzz& record) {
    record.first = document.at("first");
    record.kernels_per_digest = document.at("kernels_per_digest");
    record.digests = document.at("digests");
    document.at("assembler_decides").get_to(record.assembler_decides);
  };
  return read_record<RecordedFuzz>(path, fill);
}

void write(const RecordedInstructions& record, const std::filesystem::path& path) {
  Json document = origin_of(record);
  document["forms"] = Json::object();
  for (const auto& [name, digest] : record.forms) document["forms"][name] = digest;
  write_json(document, path);
}

void write(const RecordedFuzz& record, const std::filesystem::path& path) {
  Json document = origin_of(record);
  document["first"] = record.first;
  document["kernels_per_digest"] = record.kernels_per_digest;
  document["digests"] = record.digests;
  document["assembler_decides"] = record.assembler_decides;
  write_json(document, path);
}

}  // namespace attnlab::probe
