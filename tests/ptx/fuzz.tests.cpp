// SPDX-License-Identifier: MIT
// Random kernels on the emulator against an H200's digests; and the checker itself.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <set>
#include <string>
#include <vector>

#include "kernels/probe/instructions/fuzz/fuzz.h"
#include "kernels/probe/instructions/fuzz/fuzz_kernel.h"

using namespace attnlab::probe;

namespace {

const char* const kRecord = ATTNLAB_SOURCE_DIR "/kernels/recorded/h200_fuzz.json";

void require_none(const std::vector<std::string>& sentences) {
  for (const std::string& sentence : sentences) UNSCOPED_INFO(sentence);
  REQUIRE(sentences.empty());
}

// An outcome of any batch, a different one for each.
FuzzOutcome made_up(const FuzzBatch& batch) {
  FuzzOutcome outcome;
  outcome.results.resize(batch.count * kMostFuzzThreads * kFuzzResults,
                         static_cast<std::uint32_t>(batch.first));
  outcome.failures.resize(batch.count);
  return outcome;
}

RecordedFuzz made_up_record(std::uint64_t first, std::size_t digests) {
  RecordedFuzz record;
  record.gpu = "a GPU";
  record.first = first;
  record.kernels_per_digest = kKernelsPerDigest;
  for (std::size_t d = 0; d < digests; ++d) {
    record.digests.push_back(digest_of(made_up({first + d * kKernelsPerDigest})));
  }
  return record;
}

}  // namespace

TEST_CASE("200 random kernels give the H200's bits") {
  const RecordedFuzz record = read_fuzz(kRecord);
  REQUIRE(record.digests.size() >= 2);
  require_none(check_fuzz(record, 2));
}

TEST_CASE("10,000 random kernels give the H200's bits", "[.evidence]") {
  const RecordedFuzz record = read_fuzz(kRecord);
  REQUIRE(record.digests.size() * record.kernels_per_digest - record.assembler_decides.size() >=
          10000);
  require_none(check_fuzz(record, record.digests.size()));
}

TEST_CASE("a random kernel is the same each time, and another one for each seed") {
  std::set<std::string> kernels;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    REQUIRE(fuzz_kernel(seed, "k") == fuzz_kernel(seed, "k"));
    std::string text = fuzz_kernel(seed, "k");
    kernels.insert(text.substr(text.find("entry")));  // without the seed
  }
  REQUIRE(kernels.size() == 100);
}

TEST_CASE("among a hundred random kernels is every kind of statement") {
  const std::string text = fuzz_module({});
  for (const char* part : {"bra L", "brx.idx", "shfl.sync", "vote.sync", "match.any", "redux.sync",
                           "bar.sync", "ld.shared", "red.shared", "st.local", "fma.rn.f32", ".f64",
                           ".f16x2", "selp", "setp", "cvt.", "@!%p"}) {
    INFO(part);
    REQUIRE(text.find(part) != std::string::npos);
  }
}

TEST_CASE("what an emulator that agrees gives is accepted, and a flipped bit is found") {
  const RecordedFuzz record = made_up_record(500, 4);
  require_none(check_fuzz(record, 4, made_up));
  const auto wrong = [](const FuzzBatch& batch) {
    FuzzOutcome outcome = made_up(batch);
    if (batch.first == 700) outcome.results[123456] ^= 0x100;
    return outcome;
  };
  const std::vector<std::string> sentences = check_fuzz(record, 4, wrong);
  REQUIRE(sentences ==
          std::vector<std::string>{"kernels 700 to 799: the results are not the recorded ones"});
}

TEST_CASE("what the assembler decides does not count, and nothing else is left out") {
  const auto other_result_of = [](std::uint64_t seed) {
    return [seed](const FuzzBatch& batch) {
      FuzzOutcome outcome = made_up(batch);
      if (batch.first == 500) outcome.results[(seed - 500) * kMostFuzzThreads * kFuzzResults] ^= 1;
      return outcome;
    };
  };
  RecordedFuzz record = made_up_record(500, 1);
  FuzzOutcome cleared = made_up({500});
  const std::size_t words = kMostFuzzThreads * kFuzzResults;
  std::fill_n(cleared.results.begin() + static_cast<std::ptrdiff_t>(30 * words), words, 0u);
  record.digests = {digest_of(cleared)};
  record.assembler_decides = {530};
  require_none(check_fuzz(record, 1, other_result_of(530)));
  REQUIRE(check_fuzz(record, 1, other_result_of(531)).size() == 1);
}

TEST_CASE("a kernel that does not run is named") {
  const auto failing = [](const FuzzBatch& batch) {
    FuzzOutcome outcome = made_up(batch);
    if (batch.first == 100) outcome.failures[7] = "it did not end";
    return outcome;
  };
  const std::vector<std::string> sentences = check_fuzz(made_up_record(0, 2), 2, failing);
  REQUIRE(sentences == std::vector<std::string>{"kernel 107: it did not end"});
}

TEST_CASE("a comparison of two runs names the kernel, the thread and the result") {
  const FuzzBatch batch = {.first = 40, .count = 3};
  const FuzzOutcome gpu = made_up(batch);
  REQUIRE(compare(batch, gpu, gpu).empty());
  FuzzOutcome emulator = gpu;
  const std::size_t threads = fuzz_threads(41);
  emulator.results[kMostFuzzThreads * kFuzzResults + 5 * threads + 9] ^= 1;
  const std::vector<FuzzDifference> differences = compare(batch, gpu, emulator);
  REQUIRE(differences.size() == 1);
  REQUIRE(differences[0].seed == 41);
  REQUIRE(differences[0].sentence.find("1 words differ, the first is result 5 of thread 9") == 0);
}

TEST_CASE("records of neighbouring kernels become one, others are refused") {
  const RecordedFuzz all = merged({made_up_record(0, 3), made_up_record(300, 2)});
  REQUIRE(all.digests == made_up_record(0, 5).digests);
  REQUIRE_THROWS_AS(merged({made_up_record(0, 3), made_up_record(400, 2)}), InstructionRecordError);
  RecordedFuzz of_another = made_up_record(300, 2);
  of_another.gpu = "another GPU";
  REQUIRE_THROWS_AS(merged({made_up_record(0, 3), of_another}), InstructionRecordError);
}

TEST_CASE("a record that is not there is an error") {
  REQUIRE_THROWS_AS(read_fuzz("no/such/record.json"), InstructionRecordError);
}
