// SPDX-License-Identifier: MIT
#include "labs/cli/emulate/count_report.h"

#include <fmt/format.h>

#include <fstream>
#include <optional>

namespace attnlab::cli {
namespace {

using nlohmann::ordered_json;
using ptx::Counts;
using ptx::InstructionClass;
using ptx::Metric;

constexpr std::size_t kColumns = 120;

std::vector<std::string> lines_of_file(const std::string& file) {
  std::ifstream stream(file);
  std::vector<std::string> lines;
  for (std::string text; std::getline(stream, text);) lines.push_back(text);
  return lines;
}

// Line `number` of a file that was read, or nothing.
std::string text_at(const std::vector<std::string>& lines, int number) {
  const auto index = static_cast<std::size_t>(number) - 1;
  return index < lines.size() ? lines[index] : "";
}

// As much as fits, cut where a character begins, without what would move the columns.
std::string fitted(std::string text, std::size_t columns) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  }
  if (text.size() <= columns) return text;
  while (columns > 0 && (static_cast<unsigned char>(text[columns]) & 0xc0) == 0x80) --columns;
  return text.substr(0, columns);
}

// A name that is a sum has its other parts in lines of their own.
std::string nsight_text(std::string name) {
  for (std::size_t plus = name.find(" + "); plus != std::string::npos; plus = name.find(" + ")) {
    name.replace(plus, 3, fmt::format("\n{:50}+ ", ""));
  }
  return name;
}

std::string total_line(const ptx::CountName& name, const std::string& value) {
  return fmt::format("  {:<35}{:>13}  {}\n", name.key, value, nsight_text(name.nsight));
}

std::string totals_text(const ptx::Counter& counter, const Counts& total) {
  std::string text = fmt::format("\ncounts, with the names of Nsight Compute\n");
  text += total_line({"blocks", "sm__ctas_launched.sum"}, std::to_string(counter.blocks()));
  text += total_line({"warps", "smsp__warps_launched.sum"}, std::to_string(counter.warps()));
  for (std::size_t i = 0; i < ptx::kMetrics; ++i) {
    const auto metric = static_cast<Metric>(i);
    if (total[metric] != 0) text += total_line(name_of(metric), std::to_string(total[metric]));
  }
  for (const ptx::DerivedCount& one : ptx::derived_counts()) {
    const double value = one.value(total);
    if (value == 0) continue;
    text += total_line(one.name, fmt::format("{:.{}f}", value, one.ratio ? 2 : 0));
  }
  return text;
}

std::string classes_text(const Counts& total) {
  std::string text = "\nwarp instructions by class, and average lanes whose guard holds\n";
  for (std::size_t i = 0; i < ptx::kInstructionClasses; ++i) {
    const auto kind = static_cast<InstructionClass>(i);
    const std::uint64_t instructions = total.instructions_of(kind);
    if (instructions == 0) continue;
    text += fmt::format(
        "  {:<35}{:>13}  {:>5.2f}\n", name_of(kind), instructions,
        static_cast<double>(total.threads_on_of(kind)) / static_cast<double>(instructions));
  }
  return text;
}

// "4.00", or nothing where there was no request.
std::string per_request(std::uint64_t count, std::uint64_t requests) {
  if (requests == 0) return "";
  return fmt::format("{:.2f}", static_cast<double>(count) / static_cast<double>(requests));
}

std::string counted(std::uint64_t count, std::uint64_t requests) {
  return requests == 0 ? "" : std::to_string(count);
}

constexpr const char* kLineHead =
    " line  warp instr  lanes | global req  sect/req | shared req  wave/req  conflicts | source\n";

std::string line_text(const std::string& number, const Counts& counts, const std::string& source) {
  using enum Metric;
  const std::uint64_t global =
      counts[kGlobalLoadRequests] + counts[kGlobalStoreRequests] + counts[kGlobalAtomicRequests];
  const std::uint64_t sectors =
      counts[kGlobalLoadSectors] + counts[kGlobalStoreSectors] + counts[kGlobalAtomicSectors];
  const std::uint64_t shared = counts[kSharedLoadRequests] + counts[kSharedStoreRequests];
  const std::uint64_t wavefronts = counts[kSharedLoadWavefronts] + counts[kSharedStoreWavefronts];
  const std::uint64_t conflicts =
      wavefronts - counts[kSharedLoadIdealWavefronts] - counts[kSharedStoreIdealWavefronts];
  const std::string text =
      fmt::format("{:>5} {:>11}  {:>5.2f} | {:>10}  {:>8} | {:>10}  {:>8}  {:>9} | ", number,
                  counts[kInstructions], derived(counts, "average_lanes_on"),
                  counted(global, global), per_request(sectors, global), counted(shared, shared),
                  per_request(wavefronts, shared), counted(conflicts, shared));
  return text + fitted(source, kColumns - std::min(kColumns, text.size())) + "\n";
}

// Instructions that the compiler gives no line have PTX that was written to no file: one row for all.
std::string rest_text(const Counts& rest) {
  if (rest[Metric::kInstructions] == 0) return "";
  return fmt::format("\nwithout a line of source\n{}{}", kLineHead, line_text("-", rest, ""));
}

std::string listing_text(const std::vector<ptx::LineCounts>& lines) {
  std::string text;
  std::optional<std::string> file;
  std::vector<std::string> source;
  Counts rest;
  for (const ptx::LineCounts& line : lines) {
    const bool is_new = line.file != file;
    if (is_new) source = lines_of_file(line.file);
    file = line.file;
    if (source.empty()) {
      rest += line.counts;
      continue;
    }
    if (is_new) text += fmt::format("\n{}\n{}", line.file, kLineHead);
    text += line_text(std::to_string(line.line), line.counts, text_at(source, line.line));
  }
  return text + rest_text(rest);
}

// A ratio, or a whole number.
ordered_json derived_json(const ptx::DerivedCount& one, const Counts& counts) {
  const double value = one.value(counts);
  return one.ratio ? ordered_json(value) : ordered_json(static_cast<std::uint64_t>(value));
}

ordered_json classes_json(const Counts& counts) {
  ordered_json json = ordered_json::object();
  for (std::size_t i = 0; i < ptx::kInstructionClasses; ++i) {
    const auto kind = static_cast<InstructionClass>(i);
    if (counts.instructions_of(kind) == 0) continue;
    json[name_of(kind)] = {{"warp_instructions", counts.instructions_of(kind)},
                           {"thread_instructions_on", counts.threads_on_of(kind)}};
  }
  return json;
}

void add_counts(ordered_json& json, const Counts& counts, bool zeros) {
  for (std::size_t i = 0; i < ptx::kMetrics; ++i) {
    const auto metric = static_cast<Metric>(i);
    if (zeros || counts[metric] != 0) json[name_of(metric).key] = counts[metric];
  }
  for (const ptx::DerivedCount& one : ptx::derived_counts()) {
    if (zeros || one.value(counts) != 0) json[one.name.key] = derived_json(one, counts);
  }
}

ordered_json nsight_json(const ptx::Counter& counter, const Counts& total) {
  ordered_json json = {{"sm__ctas_launched.sum", counter.blocks()},
                       {"smsp__warps_launched.sum", counter.warps()}};
  for (std::size_t i = 0; i < ptx::kMetrics; ++i) {
    const auto metric = static_cast<Metric>(i);
    if (*name_of(metric).nsight != '\0') json[name_of(metric).nsight] = total[metric];
  }
  for (const ptx::DerivedCount& one : ptx::derived_counts()) {
    if (*one.name.nsight != '\0') json[one.name.nsight] = derived_json(one, total);
  }
  return json;
}

}  // namespace

std::string count_text(const ptx::Counter& counter) {
  const Counts total = counter.total();
  return totals_text(counter, total) + classes_text(total) + listing_text(counter.lines());
}

ordered_json count_json(const ptx::Counter& counter) {
  const Counts total = counter.total();
  ordered_json json = {{"blocks", counter.blocks()}, {"warps", counter.warps()}};
  json["total"] = ordered_json::object();
  add_counts(json["total"], total, /*zeros=*/true);
  json["classes"] = classes_json(total);
  json["nsight"] = nsight_json(counter, total);
  json["lines"] = ordered_json::array();
  std::string file;
  std::vector<std::string> source;
  for (const ptx::LineCounts& line : counter.lines()) {
    if (line.file != file) source = lines_of_file(file = line.file);
    ordered_json one = {
        {"file", line.file}, {"line", line.line}, {"text", text_at(source, line.line)}};
    add_counts(one, line.counts, /*zeros=*/false);
    json["lines"].push_back(std::move(one));
  }
  return json;
}

}  // namespace attnlab::cli
