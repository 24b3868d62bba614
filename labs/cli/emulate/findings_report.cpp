// SPDX-License-Identifier: MIT
#include "labs/cli/emulate/findings_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "labs/cli/emulate/source_lines.h"

namespace attnlab::cli {
namespace {

using nlohmann::ordered_json;

std::string access_text(const char* which, const ptx::FoundAccess& access) {
  std::string text = fmt::format(
      "  {} {}:{}: {} by block ({}, {}, {}), thread ({}, {}, {}), warp {} "
      "lane {}\n",
      which, access.file, access.line, access.what, access.block[0], access.block[1],
      access.block[2], access.thread[0], access.thread[1], access.thread[2], access.warp,
      access.lane);
  for (const NumberedLine& line : lines_around(access.file, access.line, 0)) {
    text += fmt::format("    {:>5} | {}\n", line.number, line.text);
  }
  return text;
}

ordered_json access_json(const ptx::FoundAccess& access) {
  return {{"what", access.what},   {"file", access.file},
          {"line", access.line},   {"instruction", access.instruction},
          {"block", access.block}, {"thread", access.thread},
          {"warp", access.warp},   {"lane", access.lane}};
}

}  // namespace

std::string findings_text(const std::vector<ptx::Finding>& findings) {
  std::string text;
  for (const ptx::Finding& finding : findings) {
    text += fmt::format("{}: {}: {}\n", name_of(finding.kind), finding.kernel, finding.sentence);
    if (finding.earlier) text += access_text("first ", *finding.earlier);
    text += access_text(finding.earlier ? "second" : "at    ", finding.access);
    text += fmt::format("  can cause: {}\n  try: {}\n", finding.cause, finding.remedy);
    if (finding.count > 1) {
      text += fmt::format("  {} more like this at these lines\n", finding.count - 1);
    }
  }
  return text;
}

ordered_json findings_json(const std::vector<ptx::Finding>& findings) {
  ordered_json list = ordered_json::array();
  for (const ptx::Finding& finding : findings) {
    ordered_json one = {{"kind", name_of(finding.kind)}, {"kernel", finding.kernel},
                        {"sentence", finding.sentence},  {"place", finding.place},
                        {"cause", finding.cause},        {"remedy", finding.remedy},
                        {"count", finding.count}};
    if (finding.earlier) one["first"] = access_json(*finding.earlier);
    one[finding.earlier ? "second" : "at"] = access_json(finding.access);
    list.push_back(std::move(one));
  }
  return list;
}

bool any_serious(const std::vector<ptx::Finding>& findings) {
  return std::any_of(findings.begin(), findings.end(), [](const ptx::Finding& finding) {
    return finding.kind != ptx::FindingKind::kRaceEqual;
  });
}

}  // namespace attnlab::cli
