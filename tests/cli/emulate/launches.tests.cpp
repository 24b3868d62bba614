// SPDX-License-Identifier: MIT
// attnlab emulate: kernels that behave.
#include <catch2/catch_test_macros.hpp>
#include <cstring>
#include <filesystem>
#include <regex>

#include "tests/cli/program/process.h"
#include "tests/cli/program/scratch_folder.h"

namespace attnlab::tests {
namespace {

using nlohmann::json;

const std::string kKernels = ATTNLAB_SOURCE_DIR "/tests/cli/emulate/kernels/kernels.cu";

Arguments emulate(const std::string& kernel, const Arguments& more) {
  Arguments arguments = {"emulate", kKernels, "--kernel", kernel};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

Arguments with(Arguments arguments, const Arguments& more) {
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

template <class T>
std::vector<T> array_in_file(const std::string& path) {
  const std::string bytes = read_file(path);
  std::vector<T> values(bytes.size() / sizeof(T));
  std::memcpy(values.data(), bytes.data(), values.size() * sizeof(T));
  return values;
}

const Arguments kScale = {"--grid",         "4",      "--block",         "256",   "--arg",
                          "f32[1000]=iota", "--arg",  "f32[1000]=zeros", "--arg", "i32=1000",
                          "--arg",          "f32=0.5"};

TEST_CASE("emulate runs a kernel of a .cu file and saves what it wrote") {
  const ScratchFolder folder;
  const Outcome outcome =
      attnlab(emulate("scale", with(kScale, {"--out", "1=" + folder.file("y.bin")})));
  INFO(outcome.err);
  CHECK(outcome.status == 0);
  CHECK(outcome.err.empty());
  CHECK(outcome.out.find("scale(float const*, float*, int, float)") != std::string::npos);
  CHECK(outcome.out.find("0 0.5 1 1.5 2 2.5 3 3.5") != std::string::npos);
  const std::vector<float> y = array_in_file<float>(folder.file("y.bin"));
  REQUIRE(y.size() == 1000);
  for (int i = 0; i < 1000; ++i)
    CHECK(y[static_cast<std::size_t>(i)] == 0.5f * static_cast<float>(i));
  CHECK(folder.names() == std::vector<std::string>{"y.bin"});
}

TEST_CASE("emulate --json tells the kernel, the launch and the arguments by the source's names") {
  const json report = attnlab(emulate("scale", with(kScale, {"--json"}))).json();
  CHECK(report.at("kernel") == "scale(float const*, float*, int, float)");
  CHECK(report.at("symbol") == "_Z5scalePKfPfif");
  CHECK(report.at("grid") == json::parse("[4, 1, 1]"));
  CHECK(report.at("block") == json::parse("[256, 1, 1]"));
  CHECK(report.at("seconds").get<double>() > 0);
  CHECK(report.at("code_instructions").get<int>() > 5);
  CHECK(report.at("notes").empty());
  CHECK(report.at("printed") == "");
  CHECK_FALSE(report.contains("fault"));
  const json& arguments = report.at("arguments");
  REQUIRE(arguments.size() == 4);
  const char* names[] = {"x", "y", "n", "a"};
  for (std::size_t i = 0; i < 4; ++i) CHECK(arguments[i].at("name") == names[i]);
  CHECK(arguments[1].at("type") == "f32");
  CHECK(arguments[1].at("count") == 1000);
  CHECK(arguments[1].at("first") == json::parse("[0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5]"));
  CHECK(arguments[1].at("digest").get<std::string>().size() == 32);
  CHECK(arguments[2].at("value") == 1000);
  CHECK(arguments[3].at("value") == 0.5);
}

TEST_CASE("PTX of both compilers, on one core and on several, gives the same digest") {
  const json reference = attnlab(emulate("scale", with(kScale, {"--json"}))).json();
  for (const Arguments& more :
       {Arguments{"-j", "1"}, Arguments{"--jobs", "3"}, Arguments{"--compiler", "nvcc"}}) {
    const Outcome outcome = attnlab(emulate("scale", with(with(kScale, more), {"--json"})));
    INFO(more.back() << outcome.err);
    if (more.back() == "nvcc" && outcome.status == 3) continue;  // no nvcc on this machine
    REQUIRE(outcome.status == 0);
    CHECK(outcome.json().at("arguments") == reference.at("arguments"));
  }
}

TEST_CASE("shared memory, barriers and three dimensions work as on a GPU") {
  const ScratchFolder folder;
  const std::string sums = folder.file("sums.bin");
  const Outcome outcome =
      attnlab(emulate("block_sums", {"--grid", "5", "--block", "128", "--shared", "512", "--arg",
                                     "i32[640]=iota", "--arg", "i32[5]", "--out", "sums=" + sums}));
  INFO(outcome.err);
  REQUIRE(outcome.status == 0);
  const std::vector<int> found = array_in_file<int>(sums);
  for (int b = 0; b < 5; ++b) {
    CHECK(found[static_cast<std::size_t>(b)] == 128 * 128 * b + 127 * 128 / 2);
  }

  const std::string out = folder.file("out.bin");
  REQUIRE(attnlab(emulate("index_sums", {"--grid", "2,3,2", "--block", "4,2,3", "--arg", "u64[288]",
                                         "--arg", "u32=8", "--out", "0=" + out}))
              .status == 0);
  const std::vector<std::uint64_t> index = array_in_file<std::uint64_t>(out);
  for (std::uint64_t z = 0; z < 6; ++z) {
    for (std::uint64_t y = 0; y < 6; ++y) {
      for (std::uint64_t x = 0; x < 8; ++x) {
        CHECK(index[(z * 6 + y) * 8 + x] == x + 1000 * y + 1000000 * z);
      }
    }
  }
}

TEST_CASE("what a kernel prints comes first, blocks in order") {
  const Outcome outcome =
      attnlab(emulate("say", {"--grid", "3", "--block", "64", "--arg", "i32=1"}));
  INFO(outcome.err);
  CHECK(outcome.status == 0);
  CHECK(outcome.out.rfind("block 1 of 3\nblock 2 of 3\nblock 3 of 3\n", 0) == 0);
}

TEST_CASE("all of the kit's headers travel with the program") {
  namespace fs = std::filesystem;
  const fs::path kit = ATTNLAB_SOURCE_DIR "/kernels/kit";
  const std::string build = read_file(ATTNLAB_SOURCE_DIR "/labs/cli/CMakeLists.txt");
  std::size_t headers = 0;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(kit)) {
    if (entry.path().extension() != ".h" || entry.path().parent_path() == kit / "check") continue;
    ++headers;
    const std::string name = fs::relative(entry.path(), kit).string();
    INFO(name);
    CHECK(std::regex_search(build, std::regex("[ \n]" + name + "[ \n)]")));
  }
  CHECK(headers > 20);
}

TEST_CASE("a kernel is found by symbol, signature, qualified name and base name") {
  for (const char* name : {"scale", "_Z5scalePKfPfif", "scale(float const*, float*, int, float)"}) {
    const Outcome outcome = attnlab(emulate(name, with(kScale, {"--json"})));
    INFO(name << outcome.err);
    REQUIRE(outcome.status == 0);
    CHECK(outcome.json().at("symbol") == "_Z5scalePKfPfif");
  }
  for (const char* name : {"copy<short>", "copy<short>(short const*, short*)"}) {
    const Outcome outcome = attnlab(emulate(name, {"--grid", "1", "--block", "8", "--arg",
                                                   "i16[8]=iota", "--arg", "i16[8]", "--json"}));
    INFO(name << outcome.err);
    CHECK(outcome.status == 0);
  }
}

TEST_CASE("a PTX file runs, and the only kernel of a file need not be named") {
  const ScratchFolder folder;
  write_file(folder.file("one.ptx"), R"(.version 8.0
.target sm_80
.address_size 64
.visible .entry set_one(.param .u64 out)
{
  .reg .b64 %rd<2>;
  .reg .b32 %r<2>;
  ld.param.u64 %rd1, [out];
  mov.u32 %r1, 1;
  st.global.u32 [%rd1], %r1;
  ret;
}
)");
  const Outcome outcome = attnlab({"emulate", folder.file("one.ptx"), "--grid", "1", "--block", "1",
                                   "--arg", "u32[2]=zeros", "--json"});
  INFO(outcome.err);
  REQUIRE(outcome.status == 0);
  CHECK(outcome.json().at("kernel") == "set_one");
  CHECK(outcome.json().at("compiler").is_null());
  CHECK(outcome.json().at("arguments").at(0).at("first") == json::parse("[1, 0]"));
}

TEST_CASE("a bare multiplication in PTX is named: its bits are not guaranteed") {
  const ScratchFolder folder;
  write_file(folder.file("bare.ptx"), R"(.version 8.0
.target sm_80
.address_size 64
.visible .entry square(.param .u64 out)
{
  .reg .b64 %rd<2>;
  .reg .f32 %f<3>;
  ld.param.u64 %rd1, [out];
  ld.global.f32 %f1, [%rd1];
  mul.f32 %f2, %f1, %f1;
  st.global.f32 [%rd1], %f2;
  ret;
}
)");
  const Arguments run = {
      "emulate", folder.file("bare.ptx"), "--grid", "1", "--block", "1", "--arg", "f32[1]=iota"};
  const Outcome text = attnlab(run);
  INFO(text.err);
  REQUIRE(text.status == 0);
  CHECK(text.out.find("bare.ptx:10: mul.f32: bits not guaranteed") != std::string::npos);
  const json report = attnlab(with(run, {"--json"})).json();
  REQUIRE(report.at("notes").size() == 1);
  CHECK(report.at("notes").at(0).at("kind") == "may_fuse");
  CHECK(report.at("notes").at(0).at("line") == 10);
}

TEST_CASE("the event log of a kernel is read back, and exported to Perfetto") {
  const ScratchFolder folder;
  const std::string path = folder.file("sums.alog");
  const Outcome outcome =
      attnlab(emulate("block_sums", {"--grid", "5", "--block", "128", "--shared", "512", "--arg",
                                     "i32[640]=iota", "--arg", "i32[5]", "--log", path}));
  INFO(outcome.err);
  REQUIRE(outcome.status == 0);
  const Outcome log = attnlab({"log", path, "--perfetto", folder.file("sums.json"), "--json"});
  INFO(log.err);
  REQUIRE(log.status == 0);
  CHECK(log.json().at("blocks_finished") == 5);
  CHECK(log.json().at("peak_resident_blocks") == 5);
  const json trace = json::parse(read_file(folder.file("sums.json")));
  std::size_t barriers = 0;
  std::uint64_t read_bytes = 0;
  for (const json& event : trace.at("traceEvents")) {
    const std::string name = event.at("name");
    if (name == "barrier") ++barriers;
    if (name == "load in") read_bytes += event.at("args").at("bytes").get<std::uint64_t>();
    if (name != "load in") continue;
    const std::string source = event.at("args").at("source");
    CHECK(source.find("kernels.cu:") != std::string::npos);
    CHECK(event.at("args").at("warp").get<int>() < 4);
  }
  CHECK(barriers == 5 * 7);
  CHECK(read_bytes == 640 * 4);
}

TEST_CASE("a log of more blocks than a GPU holds at once deals them to free slots") {
  const ScratchFolder folder;
  const std::string path = folder.file("many.alog");
  REQUIRE(attnlab(emulate("scale", {"--grid", "1000", "--block", "1024", "--arg",
                                    "f32[1024000]=zeros", "--arg", "f32[1024000]", "--arg",
                                    "i32=1024000", "--arg", "f32=1", "--log", path}))
              .status == 0);
  const json log = attnlab({"log", path, "--json"}).json();
  CHECK(log.at("blocks_finished") == 1000);
  CHECK(log.at("peak_resident_blocks") == 2 * 132);  // 2048 threads an SM
}

}  // namespace
}  // namespace attnlab::tests
