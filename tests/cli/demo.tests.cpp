// SPDX-License-Identifier: MIT
// attnlab demo: its figures, its files, its refusals.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>

#include "sim/trace/perfetto/perfetto.h"
#include "tests/cli/program/process.h"
#include "tests/cli/program/scratch_folder.h"

namespace attnlab::tests {
namespace {

using nlohmann::json;

const std::vector<std::string> kFiles = {"flash_fwd.alog", "flash_fwd.perfetto.json"};

void check_bits(const json& bits) {
  CHECK(bits.at("different") == 0);
  CHECK(bits.at("problems").get<int>() >= 120);
  for (const auto& [rung, counts] : bits.at("rungs").items()) {
    INFO(rung);
    CHECK(counts.at("recorded").get<int>() >= 10);
    CHECK(counts.at("different") == 0);
  }
  CHECK(bits.at("rungs").size() >= 15);
}

// 16 heads of N = 1024, d = 64, 64 sequences, fp32.
void check_lecture_table(const json& table) {
  const double heads = 64.0 * 16;
  const double matrix_bytes = heads * 1024 * 64 * 4;
  const double scores_bytes = heads * 1024 * 1024 * 4;
  const double lse_bytes = heads * 1024 * 4;
  const json& standard = table.at("standard");
  const json& flash = table.at("flash");
  // Flash attention's device memory: Q, K, V once, O and LSE once. Standard attention besides
  // writes S, reads it, writes P and reads it.
  CHECK(flash.at("device_bytes") == 4 * matrix_bytes + lse_bytes);
  CHECK(standard.at("device_bytes") == 4 * matrix_bytes + lse_bytes + 4 * scores_bytes);
  // Two matrix products of 2 N^2 d operations are the floor of both.
  const double floor = heads * 4 * 1024 * 1024 * 64;
  CHECK(standard.at("flops").get<double>() > floor);
  CHECK(flash.at("flops").get<double>() > floor);
  CHECK(flash.at("flops").get<double>() < 1.2 * floor);
  // Both passes: 6 products, and with recomputation 7.
  const json& both = table.at("standard_forward_backward");
  const json& flash_both = table.at("flash_forward_backward");
  const double product = floor / 2;
  CHECK(both.at("flops").get<double>() > 6 * product);
  CHECK(both.at("flops").get<double>() < 6.6 * product);
  CHECK(flash_both.at("flops").get<double>() > 7 * product);
  CHECK(flash_both.at("flops") > both.at("flops"));
  CHECK(flash_both.at("device_bytes").get<double>() * 4 < both.at("device_bytes").get<double>());
  CHECK(table.at("published").at("ms") == json::parse("[41.7, 7.3]"));
  // On the fp32 units flash is the faster one where both have their tiles in registers.
  const json& tiles = table.at("measured").at("ms_forward_register_tiles");
  CHECK(tiles.at(0).get<double>() > 1.3 * tiles.at(1).get<double>());
  for (const json& ms : table.at("measured").at("ms")) CHECK(ms > 10);
  CHECK(table.at("published").at("gflop") == json::parse("[66.6, 75.2]"));
  CHECK(table.at("published").at("device_gb") == json::parse("[40.3, 4.4]"));
}

// 16 heads of d = 64: flash holds 4 matrices of N x 64 and N of LSE; standard N x N twice besides.
void check_memory(const json& rows) {
  REQUIRE(rows.size() == 7);
  double n = 1024;
  for (const json& row : rows) {
    INFO(row);
    CHECK(row.at("n") == n);
    CHECK(row.at("flash_bytes") == 16 * 4 * (4 * 64 * n + n));
    CHECK(row.at("standard_bytes") == 16 * 4 * (4 * 64 * n + n + 2 * n * n));
    n *= 2;
  }
}

// One sequence of N = 4096, 16 heads, d = 64.
void check_partition(const json& demo) {
  const json& orders = demo.at("thread_blocks").at("orders");
  CHECK(orders.at("blocks").at("flash_fwd/02_kv_outer") == 16);           // a head each
  CHECK(orders.at("blocks").at("flash_fwd/01_tiled") == 16 * 4096 / 32);  // a query tile each
  CHECK(orders.at("requested_bytes").at("flash_fwd/02_kv_outer") >
        orders.at("requested_bytes").at("flash_fwd/01_tiled"));
  const json& flops = demo.at("thread_blocks").at("causal").at("flops");
  const double skipped = flops.at("flash_fwd/04_skip_tiles").get<double>();
  CHECK(skipped < 0.75 * flops.at("flash_fwd/01_tiled").get<double>());
  const json& by_keys = demo.at("warps").at("flash_fwd/03_split_k");
  const json& by_queries = demo.at("warps").at("flash_fwd/01_tiled");
  CHECK(by_keys.at("barriers_per_tile") == 4);
  CHECK(by_keys.at("exchanged_bytes") > 4 * 256 * 64 * 4);  // O by each warp, for two key tiles
  CHECK(by_queries.at("exchanged_bytes") == 0);
  CHECK(by_queries.at("barriers_per_tile") == 2);  // around the tiles of K and V
}

void check_decoding(const json& rows) {
  REQUIRE(rows.size() == 6);
  CHECK(rows.at(0).at("blocks") == 32);
  CHECK(rows.at(0).at("busy_of_108") == 32);
  for (std::size_t i = 1; i < rows.size(); ++i) {
    CHECK(rows.at(i).at("blocks") == 32 * std::stoi(rows.at(i).at("splits").get<std::string>()));
    CHECK(rows.at(i).at("measured_ms") < rows.at(0).at("measured_ms"));
  }
  CHECK(rows.at(5).at("busy_of_132") == 132);
}

TEST_CASE("demo --json is complete, and its files are whole") {
  const ScratchFolder folder;
  const std::string out = folder.file("deep/out");
  const Outcome outcome = attnlab({"demo", "--out", out, "--json"});
  CHECK(outcome.status == 0);
  CHECK(outcome.err.empty());
  const json demo = outcome.json();
  check_bits(demo.at("bits"));
  check_lecture_table(demo.at("lecture_table"));
  check_memory(demo.at("memory"));
  check_partition(demo);
  check_decoding(demo.at("decoding"));
  CHECK(demo.at("paging") == json::parse(R"({"unsplit_equal": true, "split_equal": true})"));

  const json& event_log = demo.at("event_log");
  CHECK(event_log.at("path") == out + "/" + kFiles[0]);
  CHECK(event_log.at("perfetto") == out + "/" + kFiles[1]);
  // 56 bytes an event, and what a log holds besides is little.
  CHECK(event_log.at("bytes").get<double>() < 60 * event_log.at("events").get<double>());
  CHECK(event_log.at("bytes") == read_file(out + "/" + kFiles[0]).size());
  CHECK(trace::validate_perfetto(read_file(out + "/" + kFiles[1])).empty());
  const json log = attnlab({"log", out + "/" + kFiles[0], "--json"}).json();
  CHECK(log.at("events") == event_log.at("events"));
  CHECK(log.at("gpu") == "NVIDIA A100-SXM4-80GB");
}

TEST_CASE("demo tells the eight parts of its tour") {
  const ScratchFolder folder;
  const Outcome outcome = attnlab({"demo", "--out", folder.path()});
  CHECK(outcome.status == 0);
  CHECK(outcome.err.empty());
  const std::vector<std::string> written = folder.names();
  for (const std::string& file : kFiles) {
    INFO(file);
    CHECK(std::find(written.begin(), written.end(), file) != written.end());
  }
  for (const std::string& file : written) {
    INFO(file);
    CHECK(outcome.out.find(file) != std::string::npos);
    CHECK(file.find(".partial") == std::string::npos);
  }
  for (const char* piece :
       {"\n1  ", "\n2  The lecture's table", "\n3  Memory", "\n4  Threadblock-level parallelism",
        "\n5  Warp-level parallelism", "\n6  Decoding", "\n7  PagedAttention", "\n8  The event log",
        "40.3 GB", "4.40 GB", "41.7", "flash_fwd.alog"}) {
    INFO(piece);
    CHECK(("\n" + outcome.out).find(piece) != std::string::npos);
  }
}

TEST_CASE("demo refuses a place where it cannot make its folder") {
  const ScratchFolder folder;
  write_file(folder.file("a_file"), "text");
  for (const std::string& place : {folder.file("a_file"), folder.file("a_file/out"),
                                   std::string("/proc/attnlab/out"), std::string()}) {
    const Outcome outcome = attnlab({"demo", "--out", place});
    INFO(place << "\n" << outcome.err);
    CHECK(outcome.status == 2);
    CHECK(fault_of_refusal(outcome) == "none");
    CHECK(outcome.err.rfind("attnlab: --out", 0) == 0);
  }
  CHECK(read_file(folder.file("a_file")) == "text");
}

}  // namespace
}  // namespace attnlab::tests
