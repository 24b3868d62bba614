// SPDX-License-Identifier: MIT
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <nlohmann/json.hpp>

#include "sim/trace/log/reader.h"
#include "tests/trace/log_maker.h"

using namespace attnlab::trace;
using namespace attnlab::trace::test;

TEST_CASE("a header with odd unicode comes back as it was") {
  const TemporaryFolder folder;
  LogHeader header = small_header();
  header.generator = std::string("nul \0 inside", 12);
  header.rung = "\xf0\x9f\xa7\xaa/\xe2\x80\xa8line\xe2\x80\xa9 \"quoted\\\" \t\r\n";
  header.problem = "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d \xe2\x80\xae mirrored, combining a\xcc\x81";
  header.tensors = {"", "Q\xe1\xb5\x80", "\xf4\x8f\xbf\xbf"};
  header.launches[0].name = "</script>";
  write_log(folder / "x.alog", header, one_block_events());
  CHECK(EventLogReader(folder / "x.alog").header() == header);
}

TEST_CASE("text that is not UTF-8 is refused and leaves no file") {
  const TemporaryFolder folder;
  for (const char* text : {"\xff", "\xc3", "\xed\xa0\x80"}) {
    LogHeader header = small_header();
    header.problem = text;
    const std::string sentence =
        refusal([&] { EventLogWriter(folder / "x.alog", header).close(); });
    CHECK(sentence.find("UTF-8") != std::string::npos);
    CHECK(folder.file_count() == 0);
  }
}

TEST_CASE("a header beyond a limit is refused by the field's name") {
  struct Case {
    const char* names;
    void (*change)(LogHeader*);
  };
  const Case cases[] = {
      {"gpu.clock_mhz", [](LogHeader* h) { h->gpu.clock_mhz = 0; }},
      {"gpu.clock_mhz", [](LogHeader* h) { h->gpu.clock_mhz = std::nan(""); }},
      {"gpu.sm_count", [](LogHeader* h) { h->gpu.sm_count = 0; }},
      {"gpu.sm_count", [](LogHeader* h) { h->gpu.sm_count = 4097; }},
      {"gpu.slots_per_sm", [](LogHeader* h) { h->gpu.slots_per_sm = 257; }},
      {"launches[1].threads", [](LogHeader* h) { h->launches[1].threads = 1025; }},
      {"launches[2].grid",
       [](LogHeader* h) {
         h->launches[2].grid = {65536, 65536, 1};
       }},
      {"tensors", [](LogHeader* h) { h->tensors.resize(1025); }},
      {"symbols", [](LogHeader* h) { h->symbols.resize(65536); }},
  };
  for (const Case& one : cases) {
    LogHeader header = small_header();
    one.change(&header);
    INFO(one.names);
    CHECK(refusal([&] { to_json_text(header); }).find(one.names) != std::string::npos);
  }
}

TEST_CASE("a launch may have no block") {
  LogHeader header = small_header();
  header.launches[0].grid = {0, 5, 5};
  CHECK(header_from_json_text(to_json_text(header)) == header);
}

TEST_CASE("a header's JSON is read by name, and each wrong field is named") {
  const nlohmann::json good = nlohmann::json::parse(to_json_text(small_header()));
  nlohmann::json more = good;
  more["a field of later days"] = {1, 2, 3};
  CHECK(header_from_json_text(more.dump()) == small_header());

  struct Case {
    const char* pointer;
    nlohmann::json value;
    const char* names;
  };
  const Case cases[] = {
      {"/generator", 5, "generator"},
      {"/gpu", "H200", "gpu"},
      {"/gpu/sm_count", -1, "gpu.sm_count"},
      {"/gpu/sm_count", 2.5, "gpu.sm_count"},
      {"/gpu/clock_mhz", "fast", "gpu.clock_mhz"},
      {"/launches", 3, "launches"},
      {"/launches/1", "x", "launches[1]"},
      {"/launches/1/grid", {1, 2}, "launches[1].grid"},
      {"/launches/1/grid/0", 4294967296, "launches[1].grid"},
      {"/tensors/2", nullptr, "tensors[2]"},
      {"/sources/0/line", "12", "sources[0].line"},
      {"/symbols/1/formula", 1, "symbols[1].formula"},
  };
  for (const Case& one : cases) {
    nlohmann::json json = good;
    json[nlohmann::json::json_pointer(one.pointer)] = one.value;
    const std::string sentence = refusal([&] { header_from_json_text(json.dump()); });
    INFO(one.pointer << ": " << sentence);
    CHECK(sentence.find(one.names) != std::string::npos);
  }
  for (const auto& [key, value] : good.items()) {
    nlohmann::json json = good;
    json.erase(key);
    INFO(key);
    CHECK(refusal([&] { header_from_json_text(json.dump()); }).find(key) != std::string::npos);
  }
}

TEST_CASE("text that is no header is refused") {
  CHECK(refusal([] { header_from_json_text("{"); }) != "");
  CHECK(refusal([] { header_from_json_text(""); }) != "");
  CHECK(refusal([] { header_from_json_text("[]"); }) != "");
  const std::string deep(100000, '[');
  CHECK(refusal([&] { header_from_json_text(deep); }).find("deeper") != std::string::npos);
}
