// SPDX-License-Identifier: MIT
// A program that holds the models, as they were compiled into it, to the digests recorded on an
// H200:
//   hold_to_recorded ISA RUNG     every verification problem; exit status 1 where a digest differs
//   hold_to_recorded ISA events   prints a digest of every event of smaller problems
// ISA (avx2, baseline) says what the models must have been compiled for; exit status 77 where this
// CPU has no AVX2. It is compiled once with the project's flags and once, models and all, for AVX2.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "kernels/outputs.h"
#include "kernels/recorded.h"
#include "kernels/verification_problems.h"
#include "sim/numerics/bulk.h"
#include "tests/model/compiled_for.h"

using namespace attnlab;
using problem::Problem;

namespace {

constexpr int kSkipped = 77;

// FNV-1a over the bytes of every event.
class EventDigest final : public trace::EventSink {
 public:
  void on_event(const trace::Event& event) override {
    unsigned char bytes[sizeof(event)];
    std::memcpy(bytes, &event, sizeof(event));
    for (unsigned char byte : bytes) digest_ = (digest_ ^ byte) * 0x100000001b3u;
  }
  unsigned long long value() const { return digest_; }

 private:
  std::uint64_t digest_ = 0xcbf29ce484222325u;
};

std::string digest_on_model(const kernels::Rung& rung, const Problem& problem,
                            trace::EventSink* sink) {
  model::ModelResult result = model::run(*rung.model, problem, problem::make_inputs(problem),
                                         machine::gpu_spec("h200"), sink);
  return kernels::digest_of(kernels::outputs_of(result.workspace, rung.model->tensors(problem)));
}

// Beyond this many multiply-adds of Q K^T the slower build leaves a problem to the faster one.
constexpr std::int64_t kBaselineOperations = 4'000'000;

bool hold_rung(const kernels::Rung& rung, bool leave_out_large) {
  int equal = 0;
  int all = 0;
  int left_out = 0;
  for (const Problem& problem : kernels::verification_problems(rung)) {
    if (leave_out_large && problem::q_elements(problem) * problem.len_kv > kBaselineOperations) {
      ++left_out;
      continue;
    }
    const std::string recorded =
        recorded_digest(kernels::shipped_recording(), rung.name, problem).value_or("none");
    const std::string digest = digest_on_model(rung, problem, nullptr);
    ++all;
    equal += digest == recorded ? 1 : 0;
    if (digest != recorded) {
      std::printf("differs: %s: model %s, recorded %s\n", problem::describe(problem).c_str(),
                  digest.c_str(), recorded.c_str());
    }
  }
  std::printf("%s: %d of %d digests equal, %d large problems left out\n", rung.name.c_str(), equal,
              all, left_out);
  return equal == all && all + left_out >= 60;
}

void print_event_digests() {
  for (const kernels::Rung& rung : kernels::rungs()) {
    for (const Problem& problem : kernels::verification_problems(rung)) {
      if (problem::lse_elements(problem) * problem.len_kv > 100'000) continue;
      EventDigest events;
      digest_on_model(rung, problem, &events);
      std::printf("%s %s %016llx\n", rung.name.c_str(), problem::describe(problem).c_str(),
                  events.value());
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return EXIT_FAILURE;
  const std::string isa = argv[1];
  if (isa == "avx2" && !numerics::supported(numerics::Isa::kAvx2)) {
    std::printf("skipped: this CPU has no AVX2\n");
    return kSkipped;
  }
  const bool bulk_avx2 = numerics::bulk().isa == numerics::Isa::kAvx2;
  if (isa != model::test::compiled_for() || bulk_avx2 != (isa == "avx2")) {
    std::printf("the models were compiled for %s, the bulk arithmetic is %s\n",
                model::test::compiled_for(), bulk_avx2 ? "avx2" : "baseline");
    return EXIT_FAILURE;
  }
  if (std::string(argv[2]) == "events") {
    print_event_digests();
    return EXIT_SUCCESS;
  }
  return hold_rung(kernels::find_rung(argv[2]), isa == "baseline") ? EXIT_SUCCESS : EXIT_FAILURE;
}
