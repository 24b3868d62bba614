// SPDX-License-Identifier: MIT
// attnlab emulate --arg: what arrays hold before the run.
#include <catch2/catch_test_macros.hpp>
#include <cstring>

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

template <class T>
void write_array(const std::string& path, const std::vector<T>& values) {
  write_file(path, {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)});
}

TEST_CASE("arrays come from files and go to files, byte by byte") {
  const ScratchFolder folder;
  const std::vector<double> values = {0.1, -2.5e300, 3e-310, 0.0, -0.0, 1, 2, 3};
  write_array(folder.file("in.bin"), values);
  const Outcome outcome =
      attnlab(emulate("copy<double>", {"--grid", "2", "--block", "4", "--arg",
                                       "f64[8]=file:" + folder.file("in.bin"), "--arg", "f64[8]",
                                       "--out", "1=" + folder.file("out.bin")}));
  INFO(outcome.err);
  CHECK(outcome.status == 0);
  CHECK(read_file(folder.file("out.bin")) == read_file(folder.file("in.bin")));
}

TEST_CASE("the same seed gives the same numbers, and another seed others") {
  const auto digest_of = [](const std::string& argument) {
    const Outcome outcome =
        attnlab(emulate("scale", {"--grid", "1", "--block", "32", "--arg", argument, "--arg",
                                  "f32[64]", "--arg", "i32=0", "--arg", "f32=1", "--json"}));
    INFO(argument << outcome.err);
    REQUIRE(outcome.status == 0);
    return outcome.json().at("arguments").at(0).at("digest").get<std::string>();
  };
  CHECK(digest_of("f32[64]=normal:7") == digest_of("f32[64]=normal:7"));
  CHECK(digest_of("f32[64]=normal:7") != digest_of("f32[64]=normal:8"));
  CHECK(digest_of("f32[64]=normal:7") != digest_of("f32[64]=uniform:7"));
}

TEST_CASE("an array without a value is poisoned, not zero") {
  const json report =
      attnlab(emulate("scale", {"--grid", "1", "--block", "32", "--arg", "f32[4]=zeros", "--arg",
                                "f32[4]", "--arg", "i32=0", "--arg", "f32=1", "--json"}))
          .json();
  CHECK(report.at("arguments").at(0).at("first") == json::parse("[0.0, 0.0, 0.0, 0.0]"));
  std::uint32_t poison = 0xcbcbcbcb;
  float value = 0;
  std::memcpy(&value, &poison, sizeof(value));
  CHECK(report.at("arguments").at(1).at("first").at(0).get<float>() == value);
}

TEST_CASE("every element type has its bytes and its text") {
  struct Row {
    const char* argument;
    const char* kernel;
    const char* first;
  };
  const Row rows[] = {{"i8[200]=iota", "copy<char>", "[0, 1, 2, 3, 4, 5, 6, 7]"},
                      {"u8[8]=iota", "copy<char>", "[0, 1, 2, 3, 4, 5, 6, 7]"},
                      {"i16[8]=iota", "copy<short>", "[0, 1, 2, 3, 4, 5, 6, 7]"},
                      {"u16[8]=zeros", "copy<short>", "[0, 0, 0, 0, 0, 0, 0, 0]"},
                      {"f64[8]=iota", "copy<double>", "[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]"}};
  for (const Row& row : rows) {
    const std::string target =
        std::string(row.argument).substr(0, std::string(row.argument).find('='));
    const Outcome outcome = attnlab(emulate(row.kernel, {"--grid", "1", "--block", "8", "--arg",
                                                         row.argument, "--arg", target, "--json"}));
    INFO(row.argument << outcome.err);
    REQUIRE(outcome.status == 0);
    CHECK(outcome.json().at("arguments").at(1).at("first") == json::parse(row.first));
  }
}

}  // namespace
}  // namespace attnlab::tests
