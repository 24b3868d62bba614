// SPDX-License-Identifier: MIT
// Files that a run writes: whole or not at all.
#include <catch2/catch_test_macros.hpp>
#include <filesystem>

#include "sim/trace/log/format.h"
#include "tests/cli/program/process.h"
#include "tests/cli/program/scratch_folder.h"

namespace attnlab::tests {
namespace {

Arguments run_with_log(const std::string& path) {
  return {"run", "flash_fwd/01_tiled", "--len-q", "8", "--log", path};
}

bool begins_as_log(const std::string& bytes) {
  const std::string magic(reinterpret_cast<const char*>(trace::kFileMagic),
                          sizeof(trace::kFileMagic));
  return bytes.compare(0, magic.size(), magic) == 0;
}

TEST_CASE("a log appears under its name and beside it nothing") {
  const ScratchFolder folder;
  const Outcome outcome = attnlab(run_with_log(folder.file("run.alog")));
  CHECK(outcome.status == 0);
  CHECK(folder.names() == std::vector<std::string>{"run.alog"});
  CHECK(begins_as_log(read_file(folder.file("run.alog"))));
  CHECK(outcome.out.find("event log " + folder.file("run.alog")) != std::string::npos);
}

TEST_CASE("a log replaces an older file of its name") {
  const ScratchFolder folder;
  write_file(folder.file("run.alog"), "an older file");
  CHECK(attnlab(run_with_log(folder.file("run.alog"))).status == 0);
  CHECK(begins_as_log(read_file(folder.file("run.alog"))));
}

TEST_CASE("a run that is refused leaves an older file as it was") {
  const ScratchFolder folder;
  write_file(folder.file("run.alog"), "an older file");
  Arguments arguments = run_with_log(folder.file("run.alog"));
  arguments.insert(arguments.end(), {"--heads", "3", "--kv-heads", "2"});
  CHECK(attnlab(arguments).status == 2);
  CHECK(read_file(folder.file("run.alog")) == "an older file");
  CHECK(folder.names() == std::vector<std::string>{"run.alog"});
}

TEST_CASE("a place where no log can be written is refused by name, and nothing is left there") {
  const ScratchFolder folder;
  std::filesystem::create_directory(folder.file("a_folder"));
  write_file(folder.file("a_file"), "text");
  const std::vector<std::string> before = folder.names();
  for (const std::string& path :
       {folder.file("missing/run.alog"), folder.file("a_folder"), folder.file("a_folder/"),
        folder.file("a_file/run.alog"), std::string("/dev/full"), std::string("/proc/run.alog")}) {
    const Outcome outcome = attnlab(run_with_log(path));
    INFO(path << "\n" << outcome.err);
    CHECK(outcome.status == 2);
    CHECK(fault_of_refusal(outcome) == "none");
    CHECK(outcome.err.find(path + " cannot be written: ") != std::string::npos);
    CHECK(folder.names() == before);
  }
  CHECK(std::filesystem::is_empty(folder.file("a_folder")));
}

TEST_CASE("an empty name of a file is refused and not passed over") {
  const Outcome log = attnlab(run_with_log(""));
  CHECK(log.status == 2);
  CHECK(log.err.rfind("attnlab: --log", 0) == 0);
  CHECK(fault_of_refusal(log) == "none");
}

TEST_CASE("a log of a run without the model is refused, not forgotten") {
  Arguments arguments = run_with_log("unused.alog");
  arguments.insert(arguments.end(), {"--on", "gpu"});
  const Outcome outcome = attnlab(arguments);
  CHECK(fault_of_refusal(outcome) == "none");
  // Status 3 where there is no GPU to run on in the first place.
  CHECK((outcome.status == 3 || outcome.err.find("add model to --on") != std::string::npos));
}

}  // namespace
}  // namespace attnlab::tests
