// SPDX-License-Identifier: MIT
#include "sim/trace/header.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <tuple>

#include "sim/trace/log/format.h"
#include "sim/trace/log_error.h"

namespace attnlab::trace {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint64_t kMaxTable = 65535;
constexpr std::uint64_t kMaxTensors = 1024;
constexpr int kMaxDepth = 8;  // of brackets in the header's JSON
constexpr std::uint64_t kMaxU32 = std::numeric_limits<std::uint32_t>::max();

void require(bool condition, const std::string& sentence) {
  if (!condition) throw LogError(sentence);
}

void require_range(std::uint64_t value, std::uint64_t low, std::uint64_t high,
                   const std::string& what) {
  require(value >= low && value <= high,
          fmt::format("header: {} is {}, outside {} to {}", what, value, low, high));
}

void check_launch(const LaunchInfo& launch, std::size_t index) {
  const std::string what = fmt::format("launches[{}].", index);
  std::uint64_t blocks = 1;
  for (const std::uint32_t extent : launch.grid) {
    blocks *= extent;
    require(blocks <= kMaxU32, fmt::format("header: {}grid has 2^32 blocks or more", what));
  }
  require_range(launch.threads, 1, 1024, what + "threads");
}

void check_limits(const LogHeader& header) {
  const GpuInfo& gpu = header.gpu;
  require(gpu.clock_mhz >= 1 && gpu.clock_mhz <= 100000,
          fmt::format("header: gpu.clock_mhz is {}, outside 1 to 100000", gpu.clock_mhz));
  require_range(gpu.sm_count, 1, 4096, "gpu.sm_count");
  require_range(gpu.slots_per_sm, 1, 256, "gpu.slots_per_sm");
  require_range(header.launches.size(), 0, kMaxTable, "the number of launches");
  require_range(header.tensors.size(), 0, kMaxTensors, "the number of tensors");
  require_range(header.sources.size(), 0, kMaxTable, "the number of sources");
  require_range(header.symbols.size(), 0, kMaxTable, "the number of symbols");
  for (std::size_t i = 0; i < header.launches.size(); ++i) check_launch(header.launches[i], i);
}

// Each getter throws LogError naming the field, whatever the JSON holds.
const Json& field(const Json& object, const char* key, const std::string& where) {
  require(object.is_object(), fmt::format("header: {} is not an object", where));
  const auto found = object.find(key);
  require(found != object.end(), fmt::format("header: {} has no field '{}'", where, key));
  return *found;
}

std::string text_field(const Json& object, const char* key, const std::string& where) {
  const Json& value = field(object, key, where);
  require(value.is_string(), fmt::format("header: {}.{} is not a text", where, key));
  return value.get<std::string>();
}

std::uint32_t as_u32(const Json& value, const std::string& what) {
  require(value.is_number_unsigned() && value.get<std::uint64_t>() <= kMaxU32,
          fmt::format("header: {} is not an integer from 0 to {}", what, kMaxU32));
  return value.get<std::uint32_t>();
}

std::uint32_t u32_field(const Json& object, const char* key, const std::string& where) {
  return as_u32(field(object, key, where), fmt::format("{}.{}", where, key));
}

const Json& array_field(const Json& object, const char* key, const std::string& where) {
  const Json& value = field(object, key, where);
  require(value.is_array(), fmt::format("header: {}.{} is not an array", where, key));
  return value;
}

GpuInfo read_gpu(const Json& json) {
  GpuInfo gpu;
  gpu.name = text_field(json, "name", "gpu");
  const Json& clock = field(json, "clock_mhz", "gpu");
  require(clock.is_number(), "header: gpu.clock_mhz is not a number");
  gpu.clock_mhz = clock.get<double>();
  gpu.sm_count = u32_field(json, "sm_count", "gpu");
  gpu.slots_per_sm = u32_field(json, "slots_per_sm", "gpu");
  return gpu;
}

LaunchInfo read_launch(const Json& json, const std::string& where) {
  LaunchInfo launch;
  launch.name = text_field(json, "name", where);
  const Json& grid = array_field(json, "grid", where);
  require(grid.size() == 3, fmt::format("header: {}.grid has not 3 numbers", where));
  for (std::size_t i = 0; i < 3; ++i) launch.grid[i] = as_u32(grid[i], where + ".grid");
  launch.threads = u32_field(json, "threads", where);
  launch.shared_bytes = u32_field(json, "shared_bytes", where);
  return launch;
}

// Reads the array `key` of the header, item by item.
template <typename Item, typename Read>
std::vector<Item> read_table(const Json& root, const char* key, Read read) {
  const Json& array = array_field(root, key, "the header");
  std::vector<Item> items;
  items.reserve(array.size());
  for (std::size_t i = 0; i < array.size(); ++i) {
    items.push_back(read(array[i], fmt::format("{}[{}]", key, i)));
  }
  return items;
}

LogHeader read_header(const Json& root) {
  LogHeader header;
  header.generator = text_field(root, "generator", "the header");
  header.rung = text_field(root, "rung", "the header");
  header.problem = text_field(root, "problem", "the header");
  header.gpu = read_gpu(field(root, "gpu", "the header"));
  header.launches = read_table<LaunchInfo>(root, "launches", read_launch);
  header.tensors =
      read_table<std::string>(root, "tensors", [](const Json& json, const std::string& where) {
        require(json.is_string(), fmt::format("header: {} is not a text", where));
        return json.get<std::string>();
      });
  header.sources =
      read_table<SourceLine>(root, "sources", [](const Json& json, const std::string& where) {
        return SourceLine{text_field(json, "file", where), u32_field(json, "line", where)};
      });
  header.symbols =
      read_table<Symbol>(root, "symbols", [](const Json& json, const std::string& where) {
        return Symbol{text_field(json, "name", where), text_field(json, "formula", where)};
      });
  return header;
}

Json to_json(const LogHeader& header) {
  const GpuInfo& gpu = header.gpu;
  Json root = {{"generator", header.generator},
               {"rung", header.rung},
               {"problem", header.problem},
               {"gpu",
                {{"name", gpu.name},
                 {"clock_mhz", gpu.clock_mhz},
                 {"sm_count", gpu.sm_count},
                 {"slots_per_sm", gpu.slots_per_sm}}}};
  Json& launches = root["launches"] = Json::array();
  for (const LaunchInfo& launch : header.launches) {
    launches.push_back({{"name", launch.name},
                        {"grid", launch.grid},
                        {"threads", launch.threads},
                        {"shared_bytes", launch.shared_bytes}});
  }
  root["tensors"] = header.tensors;
  Json& sources = root["sources"] = Json::array();
  for (const SourceLine& source : header.sources) {
    sources.push_back({{"file", source.file}, {"line", source.line}});
  }
  Json& symbols = root["symbols"] = Json::array();
  for (const Symbol& symbol : header.symbols) {
    symbols.push_back({{"name", symbol.name}, {"formula", symbol.formula}});
  }
  return root;
}

auto fields(const GpuInfo& g) {
  return std::tie(g.name, g.clock_mhz, g.sm_count, g.slots_per_sm);
}
auto fields(const LaunchInfo& l) {
  return std::tie(l.name, l.grid, l.threads, l.shared_bytes);
}
auto fields(const SourceLine& s) {
  return std::tie(s.file, s.line);
}
auto fields(const Symbol& s) {
  return std::tie(s.name, s.formula);
}

template <typename Item>
bool equal_tables(const std::vector<Item>& a, const std::vector<Item>& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (fields(a[i]) != fields(b[i])) return false;
  }
  return true;
}

}  // namespace

bool operator==(const LogHeader& a, const LogHeader& b) {
  return std::tie(a.generator, a.rung, a.problem, a.tensors) ==
             std::tie(b.generator, b.rung, b.problem, b.tensors) &&
         fields(a.gpu) == fields(b.gpu) && equal_tables(a.launches, b.launches) &&
         equal_tables(a.sources, b.sources) && equal_tables(a.symbols, b.symbols);
}

std::string to_json_text(const LogHeader& header) {
  check_limits(header);
  std::string text;
  try {
    text = to_json(header).dump();
  } catch (const Json::exception& error) {
    throw LogError(fmt::format("header: a text is not UTF-8 ({})", error.what()));
  }
  require_range(text.size(), 0, kMaxHeaderBytes, "its size as JSON");
  return text;
}

LogHeader header_from_json_text(std::string_view text) {
  const auto limit_depth = [](int depth, Json::parse_event_t, Json&) {
    require(depth <= kMaxDepth, fmt::format("header: nested deeper than {}", kMaxDepth));
    return true;
  };
  try {
    LogHeader header = read_header(Json::parse(text, limit_depth));
    check_limits(header);
    return header;
  } catch (const Json::exception& error) {
    throw LogError(fmt::format("header: not JSON ({})", error.what()));
  }
}

}  // namespace attnlab::trace
