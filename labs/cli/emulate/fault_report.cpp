// SPDX-License-Identifier: MIT
#include "labs/cli/emulate/fault_report.h"

#include <fmt/format.h>

#include <sstream>

#include "labs/cli/emulate/source_lines.h"

namespace attnlab::cli {
namespace {

constexpr int kLinesAround = 2;

// An instruction on one line, however it is laid out in the PTX.
std::string on_one_line(const std::string& instruction) {
  std::istringstream stream(instruction);
  std::string line;
  for (std::string word; stream >> word;) line += (line.empty() ? "" : " ") + word;
  return line;
}

std::string report_of(const ptx::KernelFault& fault, const KernelName& kernel) {
  std::string text = with_readable_name(fault.what(), kernel);
  const std::string& instruction = fault.place.instruction;
  const std::size_t at = text.find(instruction);
  if (at != std::string::npos) text.replace(at, instruction.size(), on_one_line(instruction));
  return text;
}

const char* name_of(ptx::FaultKind kind) {
  switch (kind) {
    case ptx::FaultKind::kOutOfBounds:
      return "out_of_bounds";
    case ptx::FaultKind::kNullPointer:
      return "null_pointer";
    case ptx::FaultKind::kMisaligned:
      return "misaligned";
    case ptx::FaultKind::kWriteToReadOnly:
      return "write_to_read_only";
    case ptx::FaultKind::kBarrierDivergence:
      return "barrier_divergence";
    case ptx::FaultKind::kDeadlock:
      return "deadlock";
    case ptx::FaultKind::kBudget:
      return "budget";
    case ptx::FaultKind::kAssertion:
      return "assertion";
    case ptx::FaultKind::kTrap:
      return "trap";
    case ptx::FaultKind::kBadCall:
      return "bad_call";
    case ptx::FaultKind::kStackOverflow:
      return "stack_overflow";
    case ptx::FaultKind::kIllegalOperand:
      return "illegal_operand";
  }
  return "unknown";
}

}  // namespace

std::string fault_text(const ptx::KernelFault& fault, const KernelName& kernel) {
  std::string text = report_of(fault, kernel) + "\n";
  for (const NumberedLine& line : lines_around(fault.place.file, fault.place.line, kLinesAround)) {
    text += fmt::format("{} {:>5} | {}\n", line.number == fault.place.line ? '>' : ' ', line.number,
                        line.text);
  }
  return text;
}

nlohmann::ordered_json fault_json(const ptx::KernelFault& fault, const KernelName& kernel) {
  const ptx::KernelFault::Place& place = fault.place;
  nlohmann::ordered_json json = {{"kind", name_of(fault.kind)},
                                 {"sentence", fault.sentence},
                                 {"file", place.file},
                                 {"line", place.line},
                                 {"instruction", on_one_line(place.instruction)},
                                 {"block", place.block}};
  if (!place.whole_block) json["warp"] = place.warp;
  if (place.lane >= 0) {
    json["thread"] = place.thread;
    json["lane"] = place.lane;
  }
  json["report"] = fault_text(fault, kernel);
  return json;
}

}  // namespace attnlab::cli
