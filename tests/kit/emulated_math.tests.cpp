// SPDX-License-Identifier: MIT
// The kit's mathematics on the emulator: clang's PTX of every checked function (kernels/kit/check)
// gives the digests that nvcc's code gave on an H200 (kernels/recorded/h200_kit.json).
#include <fmt/format.h>

#include <catch2/catch_test_macros.hpp>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sim/ptx/emulator.h"
#include "sim/ptx/syntax/parse.h"

namespace attnlab::ptx {
namespace {

using nlohmann::json;

constexpr std::uint64_t kBlock = 65536;  // results to a digest
constexpr std::uint32_t kThreads = 256;
constexpr std::string_view kHead = "kit_";
constexpr std::string_view kTail = "_kernel";
constexpr std::string_view kValuesTail = "_values_kernel";

std::string read_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  INFO(path.string() << " must be there");
  REQUIRE(file.is_open());
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string compiled(const std::string& check) {
  return read_text(std::filesystem::path(ATTNLAB_KIT_CHECK_FOLDER) / (check + ".clang.ptx"));
}

const json& recorded_functions() {
  const char* const record = ATTNLAB_SOURCE_DIR "/kernels/recorded/h200_kit.json";
  static const json functions = json::parse(read_text(record)).at("functions");
  return functions;
}

// "all_expf" of kit_all_expf_kernel; nothing of kernels that write values instead of a digest.
std::optional<std::string> function_of(std::string_view kernel) {
  if (!kernel.starts_with(kHead) || !kernel.ends_with(kTail) || kernel.ends_with(kValuesTail)) {
    return std::nullopt;
  }
  return std::string(kernel.substr(kHead.size(), kernel.size() - kHead.size() - kTail.size()));
}

std::uint64_t emulated_digest(const Program& program, DeviceMemory& memory, Address digest,
                              std::uint64_t block) {
  std::memset(memory.bytes(digest).data(), 0, sizeof(std::uint64_t));
  const std::uint64_t first = block * kBlock;
  const std::vector<ArgumentBytes> arguments = {as_bytes(first), as_bytes(digest)};
  launch(program, {.grid = {1, 1, 1}, .block = {kThreads, 1, 1}},
         pack_arguments(program, arguments), memory);
  std::uint64_t result = 0;
  std::memcpy(&result, memory.bytes(digest).data(), sizeof(result));
  return result;
}

// Runs recorded blocks of one function: all of them, or the `turn`-th. Returns what is wrong.
std::vector<std::string> hold_function(const Module& module, const std::string& function,
                                       const json& blocks, std::optional<std::size_t> turn) {
  DeviceMemory memory;
  const Address digest = memory.allocate("digests", sizeof(std::uint64_t), 8);
  const Program program = build(module, fmt::format("kit_{}_kernel", function), memory);
  std::vector<std::string> wrong;
  std::size_t place = 0;
  for (const auto& [block, recorded] : blocks.items()) {
    if (turn && place++ != *turn % blocks.size()) continue;
    const std::string emulated =
        fmt::format("{:016x}", emulated_digest(program, memory, digest, std::stoull(block)));
    if (emulated == recorded.get<std::string>()) continue;
    wrong.push_back(fmt::format("{}, block {}: emulated {}, H200 {}", function, block, emulated,
                                recorded.get<std::string>()));
  }
  return wrong;
}

enum class Blocks { kOneEach, kAll };

std::vector<std::string> differences(const std::string& check, const json& recorded,
                                     Blocks blocks) {
  const Module module = parse(compiled(check), check + ".clang.ptx");
  std::vector<std::string> wrong;
  std::size_t turn = 0;
  for (const Function& entry : module.functions) {
    const std::optional<std::string> function = function_of(entry.name);
    if (!function) continue;
    ++turn;
    if (!recorded.contains(*function) || recorded[*function].at("blocks").empty()) {
      wrong.push_back(fmt::format("{} is not in the record", *function));
      continue;
    }
    const auto sentences =
        hold_function(module, *function, recorded[*function].at("blocks"),
                      blocks == Blocks::kAll ? std::nullopt : std::optional(turn));
    wrong.insert(wrong.end(), sentences.begin(), sentences.end());
  }
  if (turn == 0) wrong.push_back(fmt::format("{} has no function", check));
  return wrong;
}

void check_all_equal(const std::string& check, Blocks blocks) {
  std::string sentences;
  for (const std::string& sentence : differences(check, recorded_functions(), blocks)) {
    sentences += sentence + "\n";
  }
  INFO(sentences);
  CHECK(sentences.empty());
}

TEST_CASE("float functions of the kit, emulated, give an H200's bits in a block each") {
  check_all_equal("math_check", Blocks::kOneEach);
}

TEST_CASE("double functions of the kit, emulated, give an H200's bits in a block each") {
  check_all_equal("double_check", Blocks::kOneEach);
}

TEST_CASE("half and bfloat16 functions of the kit, emulated, give an H200's bits in a block each") {
  check_all_equal("sixteen_bit_check", Blocks::kOneEach);
}

TEST_CASE("functions of the kit, emulated, give an H200's bits in every recorded block",
          "[.evidence]") {
  for (const char* check : {"math_check", "double_check", "sixteen_bit_check"}) {
    check_all_equal(check, Blocks::kAll);
  }
}

TEST_CASE("every recorded function of the kit is still checked") {
  const std::string all =
      compiled("math_check") + compiled("double_check") + compiled("sixteen_bit_check");
  const json& recorded = recorded_functions();
  REQUIRE(!recorded.empty());
  for (const auto& [function, row] : recorded.items()) {
    INFO(function);
    CHECK(all.find(fmt::format(".entry kit_{}_kernel(", function)) != std::string::npos);
  }
}

TEST_CASE("a wrong digest and a function that is not recorded are found") {
  json recorded = recorded_functions();
  recorded.erase("small_half_hexp");
  json& blocks = recorded.at("small_bf16_hexp").at("blocks");
  blocks.begin().value() = "0123456789abcdef";
  std::set<std::string> about;
  for (const std::string& sentence : differences("sixteen_bit_check", recorded, Blocks::kOneEach)) {
    about.insert(sentence.substr(0, sentence.find_first_of(", ")));
  }
  CHECK(about.count("small_half_hexp") == 1);
  CHECK(about.count("small_bf16_hexp") == 1);
}

}  // namespace
}  // namespace attnlab::ptx
