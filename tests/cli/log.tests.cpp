// SPDX-License-Identifier: MIT
// attnlab log: what it says of a log, and which files it refuses.
#include <catch2/catch_test_macros.hpp>
#include <cstddef>
#include <cstring>

#include "sim/trace/log/format.h"
#include "sim/trace/perfetto/perfetto.h"
#include "tests/cli/program/process.h"
#include "tests/cli/program/small_log.h"

namespace attnlab::tests {
namespace {

using nlohmann::json;

std::string title_of(const std::string& gpu_name) {
  const json list = attnlab({"list", "gpus", "--json"}).json();
  for (const json& gpu : list.at("gpus")) {
    if (gpu.at("name") == gpu_name) return gpu.at("title");
  }
  return "not listed";
}

TEST_CASE("log tells who wrote a log, of what, and how much is in it") {
  const ScratchFolder folder;
  const std::string path = write_small_log(folder, "small.alog");
  const Outcome outcome = attnlab({"log", path, "--json"});
  REQUIRE(outcome.status == 0);
  CHECK(outcome.err.empty());
  const json log = outcome.json();
  CHECK(log.at("path") == path);
  CHECK(log.at("format_version") == trace::kFormatVersion);
  CHECK(log.at("rung") == "flash_fwd/01_tiled");
  const std::string gpu = title_of("h200");
  CHECK(log.at("gpu") == gpu);
  CHECK(log.at("file_bytes") == read_file(path).size());
  // 2 heads of 40 queries in tiles of 32: 4 blocks, and an H200 has room for all at once.
  CHECK(log.at("blocks_finished") == 4);
  CHECK(log.at("peak_resident_blocks") == 4);
  REQUIRE(log.at("launches").size() == 1);
  CHECK(log.at("launches")[0].at("name") == "flash_fwd_tiled_q32_kernel");
  CHECK(log.at("launches")[0].at("blocks") == 4);

  const Outcome text = attnlab({"log", path});
  CHECK(text.status == 0);
  CHECK(text.err.empty());
  for (const std::string& piece :
       {"flash_fwd/01_tiled on " + gpu, std::string("4 run, at most 4 at a time")}) {
    INFO(piece);
    CHECK(text.out.find(piece) != std::string::npos);
  }
}

TEST_CASE("a log's operations are those that the run counted") {
  const ScratchFolder folder;
  const std::string path = folder.file("run.alog");
  const json run = attnlab({"run", "standard/01_three_pass", "--len-q", "40", "--len-kv", "50",
                            "--on", "model", "--log", path, "--json"})
                       .json();
  const json log = attnlab({"log", path, "--json"}).json();
  const json& model = run.at("executors").at("model");
  CHECK(log.at("flops") == model.at("counters").at("flops"));
  CHECK(log.at("blocks_finished") == model.at("counters").at("blocks"));
  CHECK(log.at("simulated_cycles") == model.at("simulated_cycles"));
  CHECK(log.at("launches").size() == 3);
}

TEST_CASE("log --perfetto writes a trace that the validator passes") {
  const ScratchFolder folder;
  const std::string path = write_small_log(folder, "small.alog");
  const Outcome outcome = attnlab({"log", path, "--perfetto", folder.file("small.json")});
  CHECK(outcome.status == 0);
  CHECK(folder.names() == std::vector<std::string>{"small.alog", "small.json"});
  const std::string trace = read_file(folder.file("small.json"));
  CHECK(trace::validate_perfetto(trace).empty());
  CHECK_FALSE(trace::validate_perfetto(trace.substr(0, trace.size() / 2)).empty());
}

TEST_CASE("log --perfetto does not write where it cannot, nor onto the log") {
  const ScratchFolder folder;
  const std::string path = write_small_log(folder, "small.alog");
  const std::string bytes = read_file(path);
  for (const std::string& target : {path, folder.file("./small.alog"), folder.file("missing/x"),
                                    folder.path(), std::string()}) {
    const Outcome outcome = attnlab({"log", path, "--perfetto", target});
    INFO(target << "\n" << outcome.err);
    CHECK(outcome.status == 2);
    CHECK(fault_of_refusal(outcome) == "none");
    CHECK(folder.names() == std::vector<std::string>{"small.alog"});
    CHECK(read_file(path) == bytes);
  }
}

// The log as a later attnlab would write it: another version, and checksums that are right.
std::string of_version(std::string bytes, std::uint32_t version) {
  trace::FileHead head;
  std::memcpy(&head, bytes.data(), sizeof(head));
  head.version = version;
  head.head_checksum = trace::checksum(&head, offsetof(trace::FileHead, head_checksum));
  std::memcpy(bytes.data(), &head, sizeof(head));
  return bytes;
}

std::string with_flipped_bit(std::string bytes, std::size_t offset) {
  bytes.at(offset) ^= 1;
  return bytes;
}

struct BadFile {
  const char* name;
  std::string bytes;
  std::vector<std::string> pieces;  // of the refusal
};

std::vector<BadFile> bad_files(const std::string& good) {
  const std::size_t size = good.size();
  return {
      {"newer.alog", of_version(good, 2), {"has format version 2", "reads up to 1"}},
      {"far_newer.alog", of_version(good, 1000000), {"has format version 1000000"}},
      {"empty.alog", "", {"is not an event log"}},
      {"text.alog", "this is a shopping list\n", {"is not an event log"}},
      {"head_only.alog", good.substr(0, 20), {"cut off after 20 bytes"}},
      {"half.alog", good.substr(0, size / 2), {"cut off", "recover"}},
      {"short.alog", good.substr(0, size - 1), {"cut off", "recover"}},
      {"longer.alog", good + "x", {"longer.alog is"}},
      {"head.alog", with_flipped_bit(good, 9), {"is damaged", "offset 0"}},
      {"header.alog", with_flipped_bit(good, 60), {"is damaged", "header"}},
      {"middle.alog", with_flipped_bit(good, size / 2), {"is damaged", "checksum"}},
      {"directory.alog", with_flipped_bit(good, size - 60), {"is damaged"}},
      {"footer.alog", with_flipped_bit(good, size - 20), {"is damaged", "footer"}},
  };
}

TEST_CASE("a file that is no whole log is refused by name, with the reason") {
  const ScratchFolder folder;
  const std::string good = read_file(write_small_log(folder, "good.alog"));
  for (const BadFile& bad : bad_files(good)) {
    write_file(folder.file(bad.name), bad.bytes);
    const Outcome outcome = attnlab({"log", folder.file(bad.name), "--json"});
    INFO(outcome.err);
    CHECK(outcome.status == 2);
    CHECK(fault_of_refusal(outcome) == "none");
    CHECK(outcome.err.rfind("attnlab: " + folder.file(bad.name) + " ", 0) == 0);
    for (const std::string& piece : bad.pieces) {
      INFO(piece);
      CHECK(outcome.err.find(piece) != std::string::npos);
    }
  }
}

TEST_CASE("what cannot be read is refused by name") {
  const ScratchFolder folder;
  for (const std::string& path :
       {folder.path(), folder.file("missing.alog"), std::string("/dev/null"), std::string()}) {
    const Outcome outcome = attnlab({"log", path});
    INFO(outcome.err);
    CHECK(outcome.status == 2);
    CHECK(fault_of_refusal(outcome) == "none");
    CHECK(outcome.err.find(path) != std::string::npos);
  }
}

TEST_CASE("log --recover reads the whole parts of a log that was cut off") {
  const ScratchFolder folder;
  const std::string good = read_file(write_small_log(folder, "good.alog"));
  write_file(folder.file("cut.alog"), good.substr(0, good.size() - 100));
  const Outcome outcome = attnlab({"log", folder.file("cut.alog"), "--recover"});
  INFO(outcome.err);
  CHECK(outcome.status == 0);
  CHECK(outcome.out.find("note ") != std::string::npos);
  CHECK(outcome.out.find("events were read, up to offset") != std::string::npos);
}

}  // namespace
}  // namespace attnlab::tests
