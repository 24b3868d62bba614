// SPDX-License-Identifier: MIT
#include "kernels/probe/instructions/fuzz/statement_writer.h"

#include <fmt/format.h>

#include <array>
#include <cctype>
#include <span>

#include "kernels/probe/instructions/fuzz/templates.h"

namespace attnlab::probe {
namespace {

constexpr int kDeepest = 3;

constexpr const char* kRoundings[] = {".rn", ".rz", ".rm", ".rp"};
constexpr const char* kToInteger[] = {".rni", ".rzi", ".rmi", ".rpi"};
constexpr const char* kComparisons[] = {"eq", "ne", "lt", "le", "gt", "ge"};
constexpr const char* kFloatComparisons[] = {"eq",  "ne",  "lt",  "le",  "gt",  "ge",  "equ",
                                             "neu", "ltu", "leu", "gtu", "geu", "num", "nan"};
constexpr const char* kFloats[] = {"0f3FC00000", "0fBF400000", "0f4048F5C3", "0f3A83126F",
                                   "0fC7C35000", "0f00000001", "0f7F800000", "0f3DCCCCCD"};
constexpr const char* kReductions[] = {"red.shared.add.u32", "red.shared.xor.b32",
                                       "red.shared.or.b32",  "red.shared.and.b32",
                                       "red.shared.min.s32", "red.shared.max.u32"};

template <class List>
auto one_of(Random& random, const List& list) {
  return list[random.below(std::size(list))];
}

// How many variables a class has: %r0 to %r5 ….
std::size_t variables(char kind) {
  return kind == 'r' ? 6 : kind == 'f' ? 5 : kind == 'p' ? 4 : 3;
}

}  // namespace

class StatementWriter::Decided {
 public:
  Decided(StatementWriter& writer, std::size_t predicate) : count_(writer.decided_[predicate]) {
    ++count_;
  }
  ~Decided() { --count_; }
  Decided(const Decided&) = delete;
  Decided& operator=(const Decided&) = delete;

 private:
  int& count_;
};

std::string StatementWriter::write() {
  left_ = random_.between(25, 60);
  while (left_ > 0) statement(true);
  return std::move(text_);
}

void StatementWriter::block(int statements, bool together) {
  ++depth_;
  for (int i = 0; i < statements && left_ > 0; ++i) statement(together);
  --depth_;
}

void StatementWriter::statement(bool together) {
  --left_;
  const std::uint32_t kind = random_.below(24);
  const bool may_nest = depth_ < kDeepest;
  if (may_nest && kind < 3) return branch();
  if (may_nest && kind == 3) return loop();
  if (may_nest && kind == 4) return together ? common_loop() : loop();
  if (may_nest && kind == 5) return choice();
  if (together && kind < 10) return instruction(one_of(random_, common_templates()), false);
  instruction(one_of(random_, lone_templates()), true);
}

// Instructions separated by "; ". A guard holds for all of them: only the last may change it. The
// assembler of CUDA 13.0 drops the guard of half of a set.f32.f32 (docs/evidence/random_kernels.md).
void StatementWriter::instruction(std::string_view instructions, bool may_guard) {
  std::string guard;
  const bool loses_guard = instructions.starts_with("set.$C.f32");
  if (may_guard && !loses_guard && random_.one_in(6)) {
    guard = random_.one_in(2) ? "@!" : "@";
    guard += operand('p') + " ";
  }
  while (!instructions.empty()) {
    const std::size_t end = instructions.find("; ");
    line(guard + filled(instructions.substr(0, end)));
    instructions = end == std::string_view::npos ? "" : instructions.substr(end + 2);
  }
}

void StatementWriter::place(int label) {
  text_ += fmt::format("L{}:\n", label);
}

// if (p) … else …, or without else.
void StatementWriter::branch() {
  const int otherwise = new_label();
  const char* negation = random_.one_in(2) ? "!" : "";
  const std::size_t condition = predicate();
  line(fmt::format("@{}%p{} bra L{}", negation, condition, otherwise));
  const Decided decided(*this, condition);
  block(random_.between(1, 6), false);
  if (random_.one_in(3)) return place(otherwise);
  const int end = new_label();
  line(fmt::format("bra L{}", end));
  place(otherwise);
  block(random_.between(1, 6), false);
  place(end);
}

// One to eight turns, or until a predicate holds.
void StatementWriter::loop() {
  const int start = new_label();
  const int end = new_label();
  const int depth = depth_;
  line(fmt::format("and.b32 %c{}, {}, 7", depth, operand('r')));
  place(start);
  block(random_.between(1, 5), false);
  if (random_.one_in(3)) {
    const std::size_t condition = predicate();
    line(fmt::format("@%p{} bra L{}", condition, end));
    const Decided decided(*this, condition);
    block(random_.between(1, 3), false);
  }
  line(fmt::format("setp.ne.u32 %q{0}, %c{0}, 0", depth));
  line(fmt::format("sub.u32 %c{0}, %c{0}, 1", depth));
  line(fmt::format("@%q{} bra L{}", depth, start));
  place(end);
}

// Two to four turns, all threads together.
void StatementWriter::common_loop() {
  const int start = new_label();
  const int depth = depth_;
  line(fmt::format("mov.u32 %c{}, {}", depth, random_.between(2, 4)));
  place(start);
  block(random_.between(1, 5), true);
  line(fmt::format("sub.u32 %c{0}, %c{0}, 1", depth));
  line(fmt::format("setp.ne.u32 %q{0}, %c{0}, 0", depth));
  line(fmt::format("@%q{} bra L{}", depth, start));
}

// A switch with four cases, by a table of branches.
void StatementWriter::choice() {
  const std::array<int, 4> cases = {new_label(), new_label(), new_label(), new_label()};
  const int end = new_label();
  line(fmt::format("and.b32 %t0, {}, 3", operand('r')));
  text_ += fmt::format("  S{}: .branchtargets L{}, L{}, L{}, L{};\n", end, cases[0], cases[1],
                       cases[2], cases[3]);
  line(fmt::format("brx.idx %t0, S{}", end));
  for (const int label : cases) {
    place(label);
    block(random_.between(1, 3), false);
    line(fmt::format("bra L{}", end));
  }
  place(end);
}

std::string StatementWriter::integer_constant() {
  const auto any = static_cast<std::int32_t>(random_.bits() >> 32);
  switch (random_.below(3)) {
    case 0:
      return std::to_string(random_.between(-3, 40));
    case 1:
      return std::to_string(1 << random_.below(31));
    default:
      return std::to_string(any);
  }
}

// One that no branch has decided; where all are, scratch.
std::string StatementWriter::written_predicate() {
  const std::size_t first = predicate();
  for (std::size_t i = 0; i < decided_.size(); ++i) {
    const std::size_t chosen = (first + i) % decided_.size();
    if (decided_[chosen] == 0) return fmt::format("%p{}", chosen);
  }
  return "%q5";
}

// What a letter after $ stands for.
std::string StatementWriter::operand(char kind) {
  const std::size_t limit = kind == '5' ? 32 : kind == '6' ? 64 : 256;
  const int width = 32 >> random_.below(4);
  switch (kind) {
    case 'n':
      return random_.one_in(3) ? integer_constant() : operand('r');
    case 'k':
      return random_.one_in(4) ? one_of(random_, kFloats) : operand('f');
    case '5':
    case '6':
    case '8':
      return std::to_string(random_.below(limit));
    case 'o':
      return random_.one_in(2) ? ".rn" : one_of(random_, kRoundings);
    case 'z':
      return random_.one_in(3) ? ".ftz" : "";
    case 'a':
      return one_of(random_, kToInteger);
    case 'c':
      return one_of(random_, kComparisons);
    case 'C':
      return one_of(random_, kFloatComparisons);
    case 'w':
      return std::to_string((32 - width) << 8 | 31);
    case 'u':
      return std::to_string((32 - width) << 8);
    case 'b':
      return one_of(random_, kReductions);
    case 'P':
      return written_predicate();
    default:
      break;
  }
  const char letter = static_cast<char>(std::tolower(kind));
  return fmt::format("%{}{}", letter, random_.below(variables(letter)));
}

std::string StatementWriter::filled(std::string_view instruction) {
  std::string text;
  for (std::size_t i = 0; i < instruction.size(); ++i) {
    if (instruction[i] == '$') {
      text += operand(instruction[++i]);
    } else {
      text += instruction[i];
    }
  }
  return text;
}

}  // namespace attnlab::probe
