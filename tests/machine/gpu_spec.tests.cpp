// SPDX-License-Identifier: MIT
// The GPUs that ship agree with their data sheets and with themselves; a specification with any
// field missing, unknown or impossible is refused by that field's name.
#include "sim/machine/gpu_spec.h"

#include <fmt/format.h>

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

using namespace attnlab::machine;
using nlohmann::json;

namespace {

json shipped(const std::string& name) {
  std::ifstream file(std::string(ATTNLAB_SOURCE_DIR "/sim/machine/gpus/") + name + ".json");
  REQUIRE(file.good());
  return json::parse(file);
}

// The sentence with which a specification is refused; empty where it is accepted.
std::string refusal(const json& spec) {
  try {
    parse_gpu_spec(spec.dump(), "mine");
  } catch (const SpecError& error) {
    return error.what();
  }
  return "";
}

bool names(const std::string& sentence, const std::string& field) {
  return sentence.find("\"" + field + "\"") != std::string::npos;
}

double fp32_tflops(const GpuSpec& gpu) {
  return 2e-6 * gpu.fp32_fma_per_cycle_per_sm * gpu.sm_count * gpu.clock_mhz;
}

}  // namespace

TEST_CASE("three GPUs ship, in alphabetical order") {
  CHECK(gpu_names() == std::vector<std::string>{"a100", "h100", "h200"});
  for (const std::string& name : gpu_names()) CHECK(gpu_spec(name).name == name);
  CHECK(gpu_spec("h200").title.find("H200") != std::string::npos);
}

TEST_CASE("peak fp32 throughput and bandwidth are those of the data sheets") {
  struct DataSheet {
    const char* name;
    int sm_count;
    double fp32_tflops;
    double terabytes_per_second;
    int gigabytes;
  };
  for (const DataSheet& sheet :
       {DataSheet{"a100", 108, 19.5, 2.039, 80}, DataSheet{"h100", 132, 66.9, 3.35, 80},
        DataSheet{"h200", 132, 66.9, 4.8, 141}}) {
    const GpuSpec gpu = gpu_spec(sheet.name);
    CHECK(gpu.sm_count == sheet.sm_count);
    CHECK(std::abs(fp32_tflops(gpu) - sheet.fp32_tflops) < 0.05);
    CHECK(std::abs(gpu.device_bandwidth_bytes_per_second / 1e12 - sheet.terabytes_per_second) <
          1e-9);
    CHECK(gpu.device_memory_bytes / (1 << 30) == sheet.gigabytes);
  }
}

TEST_CASE("an SM's figures fit together") {
  for (const std::string& name : gpu_names()) {
    const GpuSpec gpu = gpu_spec(name);
    CHECK(gpu.max_shared_bytes_per_block + gpu.reserved_shared_bytes_per_block ==
          gpu.shared_bytes_per_sm);
    CHECK(gpu.max_threads_per_sm == 64 * 32);         // 64 warps
    CHECK(gpu.registers_per_sm * 4 == 256 * 1024);    // a register file of 256 KiB
    CHECK(gpu.shared_bytes_per_cycle_per_sm == 128);  // 32 banks of 4 bytes
    CHECK(gpu.max_blocks_per_sm == 32);
    CHECK(gpu.l2_bytes < gpu.device_memory_bytes);
  }
}

TEST_CASE("tensor cores differ between Ampere and Hopper") {
  CHECK(gpu_spec("a100").compute_capability_major == 8);
  CHECK(gpu_spec("a100").tensor_core.step_length_16bit == 8);
  CHECK(gpu_spec("a100").tensor_core.kept_fraction_bits == 24);
  for (const char* hopper : {"h100", "h200"}) {
    CHECK(gpu_spec(hopper).compute_capability_major == 9);
    CHECK(gpu_spec(hopper).tensor_core.step_length_16bit == 16);
    CHECK(gpu_spec(hopper).tensor_core.kept_fraction_bits == 25);
  }
}

TEST_CASE("every figure has a source, and no source is without its figure") {
  for (const std::string& name : gpu_names()) {
    const json spec = shipped(name);
    std::set<std::string> sourced;
    for (const auto& [fields, source] : spec.at("sources").items()) {
      CHECK_FALSE(source.get<std::string>().empty());
      std::istringstream list(fields);
      for (std::string field; list >> field;) {
        sourced.insert(field.back() == ',' ? field.substr(0, field.size() - 1) : field);
      }
    }
    for (const std::string& field : sourced) CHECK(spec.contains(field));
    for (const auto& [field, value] : spec.items()) {
      if (field != "title" && field != "compute_capability" && field != "sources") {
        CHECK(sourced.contains(field));
      }
    }
  }
}

TEST_CASE("a missing, a renamed and an additional field are refused by name") {
  const json good = shipped("h200");
  REQUIRE(refusal(good).empty());
  for (const auto& [field, value] : good.items()) {
    json without = good;
    without.erase(field);
    CHECK(refusal(without) == fmt::format("mine: field \"{}\" is missing", field));
    json renamed = without;
    renamed[field + "s"] = value;
    CHECK(names(refusal(renamed), field));
    json twice = good;
    twice[field + "s"] = value;
    CHECK(names(refusal(twice), field + "s"));
  }
  for (const auto& [field, value] : good.at("tensor_core").items()) {
    json without = good;
    without["tensor_core"].erase(field);
    CHECK(refusal(without) == fmt::format("mine, tensor_core: field \"{}\" is missing", field));
    json twice = good;
    twice["tensor_core"][field + "s"] = value;
    CHECK(names(refusal(twice), field + "s"));
  }
}

TEST_CASE("a figure of the wrong type, sign or size is refused by name") {
  const json good = shipped("a100");
  int figures = 0;
  for (const auto& [field, value] : good.items()) {
    if (!value.is_number()) continue;
    ++figures;
    for (const json& wrong :
         {json("132"), json(nullptr), json(true), json::array({value}), json(-1), json(1e300)}) {
      json changed = good;
      changed[field] = wrong;
      CHECK(names(refusal(changed), field));
    }
    if (field == "device_bandwidth_gb_per_s") continue;
    json fraction = good;
    fraction[field] = value.get<double>() + 0.5;
    CHECK(names(refusal(fraction), field));
  }
  CHECK(figures == 15);
}

TEST_CASE("zero is refused, save where a GPU may have none") {
  const json good = shipped("a100");
  for (const auto& [field, value] : good.items()) {
    if (!value.is_number()) continue;
    json changed = good;
    changed[field] = 0;
    const bool may_be_none =
        field == "reserved_shared_bytes_per_block" || field == "device_latency_cycles";
    CHECK(refusal(changed).empty() == may_be_none);
  }
}

TEST_CASE("texts, pairs and tables of the wrong shape are refused by name") {
  const auto refused = [](const char* field, const json& wrong) {
    json changed = shipped("h100");
    changed[field] = wrong;
    return refusal(changed).find(field) != std::string::npos;
  };
  CHECK(refused("title", 5));
  CHECK(refused("compute_capability", 90));
  CHECK(refused("compute_capability", {9}));
  CHECK(refused("compute_capability", {9, -1}));
  CHECK(refused("compute_capability", {9, 0, 0}));
  CHECK(refused("tensor_core", 16));
  json changed = shipped("h100");
  changed["tensor_core"]["step_length_16bit"] = 0;
  CHECK(names(refusal(changed), "step_length_16bit"));
  CHECK(refused("sources", "the internet"));
}

TEST_CASE("a block cannot be given more shared memory than its SM has left") {
  json spec = shipped("h100");
  spec["max_shared_bytes_per_block"] = spec["shared_bytes_per_sm"];
  CHECK(names(refusal(spec), "max_shared_bytes_per_block"));
}

TEST_CASE("text that is no JSON object is refused with its origin") {
  for (const char* text : {"", "{", "[]", "5", "{\"title\": \"x\""}) {
    CHECK_THROWS_AS(parse_gpu_spec(text, "mine.json"), SpecError);
  }
}

TEST_CASE("an unknown GPU is answered with the known ones") {
  try {
    gpu_spec("b200");
    FAIL("b200 does not ship");
  } catch (const SpecError& error) {
    CHECK(std::string(error.what()) == "no GPU is called \"b200\"; known: a100, h100, h200");
  }
}
