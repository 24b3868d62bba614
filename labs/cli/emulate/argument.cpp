// SPDX-License-Identifier: MIT
#include "labs/cli/emulate/argument.h"

#include <fmt/format.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "labs/cli/output/counters_text.h"
#include "labs/cli/whole_number.h"
#include "sim/numerics/philox.h"
#include "sim/problem/input_element.h"
#include "sim/problem/nearest_name.h"

namespace attnlab::cli {
namespace {

using problem::BadInput;

constexpr std::uint64_t kMaxElements = std::uint64_t{1} << 38;
constexpr std::uint64_t kShownElements = 8;

std::vector<std::byte> read_array_file(const Argument& argument, const std::string& path) {
  errno = 0;
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (error) {
    throw BadInput(
        fmt::format("--arg {}: cannot read {}: {}", argument.written, path, error.message()));
  }
  if (size != argument.size_bytes()) {
    throw BadInput(fmt::format("--arg {}: {} has {} bytes; {} elements of {} are {}",
                               argument.written, path, size, *argument.count,
                               name_of(argument.type), argument.size_bytes()));
  }
  std::vector<std::byte> bytes(size);
  std::ifstream file(path, std::ios::binary);
  if (!file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size))) {
    throw BadInput(
        fmt::format("--arg {}: cannot read {}: {}", argument.written, path, std::strerror(errno)));
  }
  return bytes;
}

// Element i of an integer array, every value as likely: 64 bits of the same generator that makes a
// problem's inputs.
std::uint64_t random_integer(std::uint64_t seed, std::uint64_t i) {
  const numerics::PhiloxKey key = {
      {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)}};
  const numerics::PhiloxCounter words = numerics::philox4x32_10(
      {{static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(i >> 32), 0, 0}}, key);
  return words.word[0] | std::uint64_t{words.word[1]} << 32;
}

// Calls store(i, element) for every element of the array.
template <class Store>
std::vector<std::byte> each_element(const Argument& argument, Store store) {
  std::vector<std::byte> bytes(argument.size_bytes());
  const std::size_t size = bytes_of(argument.type);
  for (std::uint64_t i = 0; i < *argument.count; ++i) store(i, bytes.data() + i * size);
  return bytes;
}

std::vector<std::byte> random_array(const Argument& argument, const std::string& distribution,
                                    std::uint64_t seed) {
  if (is_floating(argument.type)) {
    const problem::Distribution drawn =
        distribution == "normal" ? problem::Distribution::kNormal : problem::Distribution::kUniform;
    return each_element(argument, [&](std::uint64_t i, std::byte* element) {
      const auto index = static_cast<std::int64_t>(i);
      store_float(argument.type,
                  problem::input_element(drawn, seed, problem::InputTensor::kQ, index), element);
    });
  }
  if (distribution == "normal") {
    throw BadInput(fmt::format("--arg {}: normal is for floating types; integers have uniform:SEED",
                               argument.written));
  }
  return each_element(argument, [&](std::uint64_t i, std::byte* element) {
    store_count(argument.type, random_integer(seed, i), element);
  });
}

// What stands behind the `=` of an array.
std::vector<std::byte> array_bytes(const Argument& argument, const std::string& value) {
  const std::size_t colon = value.find(':');
  const std::string kind = value.substr(0, colon);
  const std::string detail = colon == std::string::npos ? "" : value.substr(colon + 1);
  if (value == "zeros") return std::vector<std::byte>(argument.size_bytes());
  if (value == "iota") {
    return each_element(argument, [&](std::uint64_t i, std::byte* element) {
      store_count(argument.type, i, element);
    });
  }
  if (kind == "normal" || kind == "uniform") {
    const auto seed = parse_whole_number<std::uint64_t>(
        fmt::format("--arg {}: the seed", argument.written), detail, 0, UINT64_MAX);
    return random_array(argument, kind, seed);
  }
  if (kind == "file" && !detail.empty()) return read_array_file(argument, detail);
  throw BadInput(fmt::format(
      "--arg {}: {}", argument.written,
      problem::unknown_name_message(
          "value", value, {"zeros", "iota", "normal:SEED", "uniform:SEED", "file:PATH"})));
}

// Type and, of an array, count: "f32[1024]".
Argument parse_shape(const std::string& written, const std::string& shape) {
  Argument argument;
  argument.written = written;
  const std::size_t bracket = shape.find('[');
  argument.type = parse_element_type(shape.substr(0, bracket));
  if (bracket == std::string::npos) return argument;
  if (shape.back() != ']') {
    throw BadInput(fmt::format("--arg {}: an array is written TYPE[N]", written));
  }
  argument.count = parse_whole_number<std::uint64_t>(
      fmt::format("--arg {}: the number of elements", written),
      shape.substr(bracket + 1, shape.size() - bracket - 2), 1, kMaxElements);
  return argument;
}

Argument parse_argument(const std::string& written, std::int64_t& available_bytes) {
  const std::size_t equals = written.find('=');
  const bool has_value = equals != std::string::npos;
  Argument argument = parse_shape(written, written.substr(0, equals));
  const std::string value = has_value ? written.substr(equals + 1) : "";
  if (!argument.is_array()) {
    if (!has_value) {
      throw BadInput(
          fmt::format("--arg {} needs a value: TYPE=VALUE, or TYPE[N] for an array", written));
    }
    argument.bytes.resize(argument.size_bytes());
    store_written(argument.type, value, "--arg " + written, argument.bytes.data());
    return argument;
  }
  // Once in the emulated memory, once here.
  available_bytes -= 2 * static_cast<std::int64_t>(argument.size_bytes());
  if (available_bytes < 0) {
    throw BadInput(fmt::format("--arg {} is {}: more than this machine has left", written,
                               readable_bytes(static_cast<double>(argument.size_bytes()))));
  }
  argument.poisoned = !has_value;
  if (has_value) argument.bytes = array_bytes(argument, value);
  return argument;
}

std::string digest_text(std::span<const std::byte> bytes) {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

std::vector<Element> first_elements(const Argument& array, std::span<const std::byte> bytes) {
  std::vector<Element> elements;
  for (std::uint64_t i = 0; i < std::min(kShownElements, *array.count); ++i) {
    elements.push_back(load_element(array.type, bytes.data() + i * bytes_of(array.type)));
  }
  return elements;
}

}  // namespace

std::vector<Argument> parse_arguments(const std::vector<std::string>& texts,
                                      std::int64_t available_bytes) {
  std::vector<Argument> arguments;
  for (const std::string& text : texts) {
    arguments.push_back(parse_argument(text, available_bytes));
    arguments.back().name = fmt::format("arg{}", arguments.size() - 1);
  }
  return arguments;
}

void place_arguments(std::vector<Argument>& arguments, ptx::DeviceMemory& memory) {
  for (Argument& argument : arguments) {
    if (!argument.is_array()) continue;
    argument.address = memory.allocate(argument.name, argument.size_bytes(),
                                       static_cast<int>(bytes_of(argument.type)));
    if (argument.poisoned) continue;
    std::copy(argument.bytes.begin(), argument.bytes.end(), memory.bytes(argument.address).begin());
    memory.set_initialised(argument.address);
    argument.bytes = {};
  }
}

std::vector<ptx::ArgumentBytes> launch_bytes(const std::vector<Argument>& arguments) {
  std::vector<ptx::ArgumentBytes> bytes;
  for (const Argument& argument : arguments) {
    bytes.push_back(argument.is_array() ? ptx::as_bytes(argument.address) : argument.bytes);
  }
  return bytes;
}

nlohmann::ordered_json array_json(const Argument& array, ptx::DeviceMemory& memory) {
  const std::span<const std::byte> bytes = memory.bytes(array.address);
  nlohmann::ordered_json first = nlohmann::ordered_json::array();
  for (const Element& element : first_elements(array, bytes)) {
    first.push_back(element_json(element));
  }
  return {{"name", array.name},
          {"type", name_of(array.type)},
          {"count", *array.count},
          {"digest", digest_text(bytes)},
          {"first", first}};
}

std::string array_text(const Argument& array, ptx::DeviceMemory& memory) {
  const std::span<const std::byte> bytes = memory.bytes(array.address);
  std::string text;
  for (const Element& element : first_elements(array, bytes)) text += " " + element_text(element);
  if (*array.count > kShownElements) text += " …";
  return fmt::format("{:<8} {:<14}{}  {}", array.name,
                     fmt::format("{}[{}]", name_of(array.type), *array.count), digest_text(bytes),
                     text.substr(1));
}

}  // namespace attnlab::cli
