// SPDX-License-Identifier: MIT
// The emulator's instructions against an H200's, form by form; and the checker itself.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "kernels/probe/instructions/conformance.h"
#include "sim/numerics/bulk.h"

using namespace attnlab;
using namespace attnlab::probe;

namespace {

const char* const kRecord = ATTNLAB_SOURCE_DIR "/kernels/recorded/h200_instructions.json";

const Form& form_named(const std::string& name) {
  const auto found = std::find_if(all_forms().begin(), all_forms().end(),
                                  [&](const Form& form) { return form.name == name; });
  REQUIRE(found != all_forms().end());
  return *found;
}

std::vector<Form> some_forms() {
  return {form_named("add.rn.f32"), form_named("setp.lt.s32"), form_named("redux.sync.add.u32"),
          form_named("cvt.rzi.s32.f64"), form_named("atom.global.add.u64")};
}

// What the emulator gives, as a record.
RecordedInstructions record_of_emulator(std::span<const Form> forms) {
  RecordedInstructions record;
  const std::vector<Outcome> outcomes = run_on_emulator(forms);
  for (std::size_t i = 0; i < forms.size(); ++i) {
    record.forms.emplace_back(forms[i].name, digest_of(outcomes[i]));
  }
  return record;
}

void require_none(const std::vector<std::string>& sentences) {
  for (const std::string& sentence : sentences) UNSCOPED_INFO(sentence);
  REQUIRE(sentences.empty());
}

// The instructions of a body: the first word after its start, a ';' or a '\n'.
std::set<std::string> mnemonics(const std::string& body) {
  std::set<std::string> found;
  std::size_t at = 0;
  while (at < body.size()) {
    const std::size_t start = body.find_first_not_of(" \n;", at);
    if (start == std::string::npos) break;
    found.insert(body.substr(start, body.find_first_of(". ", start) - start));
    at = std::min(body.find(';', start), body.size());
  }
  return found;
}

}  // namespace

TEST_CASE("every instruction form of the emulator gives the H200's bits") {
  require_none(check_emulator(read_instructions(kRecord), all_forms()));
}

TEST_CASE("every instruction form gives the H200's bits with each vector instruction set",
          "[.evidence]") {
  const RecordedInstructions record = read_instructions(kRecord);
  for (const auto isa : {numerics::Isa::kBaseline, numerics::Isa::kAvx2, numerics::Isa::kAvx512}) {
    if (!numerics::supported(isa)) continue;
    INFO("instruction set " << static_cast<int>(isa));
    const auto run = [isa](std::span<const Form> forms) { return run_on_emulator(forms, isa); };
    require_none(check_emulator(record, all_forms(), run));
  }
}

TEST_CASE("the record has the forms of the table, and no other") {
  std::set<std::string> recorded;
  for (const auto& [name, digest] : read_instructions(kRecord).forms) recorded.insert(name);
  std::set<std::string> in_table;
  for (const Form& form : all_forms()) in_table.insert(form.name);
  REQUIRE(recorded == in_table);
}

TEST_CASE("what an emulator that agrees gives is accepted") {
  const std::vector<Form> forms = some_forms();
  require_none(check_emulator(record_of_emulator(forms), forms));
}

TEST_CASE("one flipped bit in one result of one form is found") {
  const std::vector<Form> forms = some_forms();
  const RecordedInstructions record = record_of_emulator(forms);
  for (const Form& wrong : forms) {
    const auto run = [&](std::span<const Form> part) {
      std::vector<Outcome> outcomes = run_on_emulator(part);
      for (std::size_t i = 0; i < part.size(); ++i) {
        if (part[i].name == wrong.name) outcomes[i].results[4321] ^= 1;
      }
      return outcomes;
    };
    const std::vector<std::string> sentences = check_emulator(record, forms, run);
    REQUIRE(sentences.size() == 1);
    REQUIRE(sentences.front().starts_with(wrong.name));
  }
}

TEST_CASE("a form that does not run and one that is not in the record are named") {
  const std::vector<Form> forms = some_forms();
  RecordedInstructions record = record_of_emulator(forms);
  record.forms.erase(record.forms.begin());
  const auto run = [&](std::span<const Form> part) {
    std::vector<Outcome> outcomes = run_on_emulator(part);
    outcomes[1] = {.results = {}, .failure = "the emulator does not have it"};
    return outcomes;
  };
  const std::vector<std::string> sentences = check_emulator(record, forms, run);
  REQUIRE(sentences == std::vector<std::string>{"add.rn.f32 is not in the record",
                                                "setp.lt.s32: the emulator does not have it"});
}

TEST_CASE("results that differ are shown with their operands") {
  const Form& form = form_named("sub.rn.f32");
  const Outcome gpu = run_on_emulator({&form, 1}).front();
  REQUIRE_FALSE(compare(form, gpu, gpu).has_value());
  Outcome emulator = gpu;
  emulator.results[777] ^= 0x80;
  const auto difference = compare(form, gpu, emulator);
  REQUIRE(difference.has_value());
  REQUIRE(difference->different == 1);
  REQUIRE(difference->examples.size() == 1);
  const std::size_t count = tuple_count(form.operands);
  const Values& operands = operands_of(form);
  REQUIRE(difference->examples[0].operands ==
          std::vector<std::uint64_t>{operands[777], operands[count + 777]});
  REQUIRE((difference->examples[0].gpu[0] ^ difference->examples[0].emulator[0]) == 0x80);
}

TEST_CASE("a form's kernel applies the instruction to each tuple of operands") {
  const Form& form = form_named("mul.hi.u32");
  const Outcome outcome = run_on_emulator({&form, 1}).front();
  const Values& operands = operands_of(form);
  const std::size_t count = tuple_count(form.operands);
  REQUIRE(outcome.results.size() == count);
  for (std::size_t i = 0; i < count; ++i) {
    REQUIRE(outcome.results[i] == operands[i] * operands[count + i] >> 32);
  }
}

TEST_CASE("the forms' names are unique") {
  std::set<std::string> names;
  for (const Form& form : all_forms()) REQUIRE(names.insert(form.name).second);
}

TEST_CASE("every arithmetic instruction of the emulator is in the table of forms") {
  const std::map<std::string, std::vector<std::string>> expected = {
      {"integer",
       {"add", "sub", "addc", "subc", "mul", "mad", "madc", "mul24", "mad24", "sad", "div", "rem",
        "neg", "abs", "min", "max", "dp4a", "dp2a"}},
      {"bits",
       {"and", "or", "xor", "not", "cnot", "lop3", "shl", "shr", "shf", "prmt", "bfe", "bfi",
        "bfind", "popc", "clz", "brev", "fns", "bmsk", "szext"}},
      {"compare", {"setp", "set", "selp", "slct", "testp", "copysign"}},
      {"move", {"mov", "cvta", "isspacep"}},
      {"float32", {"add", "sub", "mul", "fma", "mad", "min", "max", "abs", "neg"}},
      {"special", {"div", "rcp", "sqrt", "rsqrt", "ex2", "lg2", "sin", "cos", "tanh"}},
      {"float64",
       {"add", "sub", "mul", "fma", "mad", "div", "rcp", "sqrt", "rsqrt", "min", "max", "abs",
        "neg"}},
      {"half", {"add", "sub", "mul", "fma", "min", "max", "abs", "neg"}},
      {"convert", {"cvt"}},
      {"memory", {"ld", "st"}},
      {"atomics", {"atom", "red"}},
      {"warp", {"shfl", "vote", "match", "redux", "activemask", "elect"}},
      {"synchronise", {"bar", "barrier"}}};
  std::map<std::string, std::set<std::string>> found;
  for (const Form& form : all_forms()) found[form.family].merge(mnemonics(form.body));
  for (const auto& [family, instructions] : expected) {
    for (const std::string& instruction : instructions) {
      INFO(family << ": " << instruction);
      REQUIRE(found[family].contains(instruction));
    }
  }
  REQUIRE(found.size() == expected.size());
}

TEST_CASE("operands are all 16-bit values, or special values crossed and 10,000 random ones") {
  for (const Form& form : all_forms()) {
    const std::size_t count = tuple_count(form.operands);
    REQUIRE(count % kThreadsPerBlock == 0);
    REQUIRE(count >= 10000);
  }
  const Values halves = make_operands(std::vector{Draw::kF16});
  REQUIRE(std::set(halves.begin(), halves.end()).size() == 65536);

  const std::vector two = {Draw::kF32, Draw::kF32};
  const Values pairs = make_operands(two);
  const std::size_t count = tuple_count(two);
  std::set<std::pair<std::uint64_t, std::uint64_t>> tuples;
  for (std::size_t i = 0; i < count; ++i) tuples.emplace(pairs[i], pairs[count + i]);
  for (const std::uint64_t a : special_values(Draw::kF32)) {
    for (const std::uint64_t b : special_values(Draw::kF32)) REQUIRE(tuples.contains({a, b}));
  }
}

TEST_CASE("the operands of a type fit its register, and divisors are not zero") {
  for (int i = 0; i <= static_cast<int>(Draw::kF64); ++i) {
    const auto draw = static_cast<Draw>(i);
    const int bits = register_bits(draw);
    const Values values = make_operands(std::vector{draw, draw});
    if (bits < 64) {
      for (const std::uint64_t value : values) REQUIRE(value >> bits == 0);
    }
    if (draw < Draw::kNonZero16 || draw > Draw::kNonZero64) continue;
    for (const std::uint64_t value : values) REQUIRE(value != 0);
  }
}
