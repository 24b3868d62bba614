// SPDX-License-Identifier: MIT
#include "labs/cli/demo/pictures.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "labs/cli/demo/svg.h"
#include "labs/cli/output/counters_text.h"

namespace attnlab::cli::demo {
namespace {

// Two colours that hold on a projector and for colour-blind eyes (Okabe and Ito).
constexpr const char* kStandardColour = "#d55e00";
constexpr const char* kFlashColour = "#0072b2";
constexpr const char* kGrid = "#d8dee4";

// A light to dark blue by position in [0, 1].
std::string shade(double position) {
  const double p = std::clamp(position, 0.0, 1.0);
  return fmt::format("#{:02x}{:02x}{:02x}", static_cast<int>(198 - 190 * p),
                     static_cast<int>(219 - 140 * p), static_cast<int>(239 - 90 * p));
}

std::string length_label(int length) {
  return length >= 1024 ? fmt::format("{}k", length / 1024) : fmt::format("{}", length);
}

}  // namespace

std::string memory_picture(const std::vector<MemoryPoint>& points) {
  constexpr double kLeft = 90, kRight = 610, kTop = 60, kBottom = 350;
  constexpr double kLowest = 1e7, kHighest = 1e12;
  Svg svg(760, 410);
  auto x_of = [&](int length) {
    const double first = std::log2(points.front().length);
    const double last = std::log2(points.back().length);
    return kLeft + (kRight - kLeft) * (std::log2(length) - first) / (last - first);
  };
  auto y_of = [&](double bytes) {
    return kBottom - (kBottom - kTop) * std::log(bytes / kLowest) / std::log(kHighest / kLowest);
  };
  svg.text(kLeft, 28, "Memory of one attention forward against sequence length", "start", 17);
  svg.text(kLeft, 47, "1 sequence, 16 heads, d = 64, fp32; both axes logarithmic", "start", 12,
           "#57606a");

  // Draw the grid: a line a power of ten, a label a length.
  for (double bytes = kLowest; bytes <= kHighest * 1.01; bytes *= 10) {
    svg.line(kLeft, y_of(bytes), kRight, y_of(bytes), kGrid, 1);
    svg.text(kLeft - 8, y_of(bytes) + 5, readable_bytes(bytes), "end", 12);
  }
  for (const MemoryPoint& point : points) {
    svg.text(x_of(point.length), kBottom + 20, length_label(point.length), "middle", 12);
  }
  svg.text((kLeft + kRight) / 2, kBottom + 44, "sequence length N", "middle", 13);

  // Draw both curves, and name them at their ends.
  for (std::size_t i = 0; i < points.size(); ++i) {
    const MemoryPoint& point = points[i];
    const double x = x_of(point.length);
    if (i > 0) {
      const MemoryPoint& before = points[i - 1];
      const double x0 = x_of(before.length);
      svg.line(x0, y_of(before.standard_bytes), x, y_of(point.standard_bytes), kStandardColour, 3);
      svg.line(x0, y_of(before.flash_bytes), x, y_of(point.flash_bytes), kFlashColour, 3);
    }
    svg.circle(x, y_of(point.standard_bytes), 4.5, kStandardColour);
    svg.rectangle(x - 4, y_of(point.flash_bytes) - 4, 8, 8, kFlashColour);
  }
  const MemoryPoint& last = points.back();
  svg.text(kRight + 12, y_of(last.standard_bytes) + 5, "standard: N x N", "start", 14,
           kStandardColour);
  svg.text(kRight + 12, y_of(last.flash_bytes) + 5, "flash: N", "start", 14, kFlashColour);
  return svg.document();
}

std::string timeline_picture(const trace::EventLogReader& log, int sms) {
  constexpr double kLeft = 64, kRight = 930, kTop = 62;
  struct Span {
    int sm, slot;
    std::uint32_t block;
    std::uint64_t begin, end;
  };
  std::vector<Span> spans;
  std::map<std::pair<int, int>, std::uint64_t> begin_of;  // (sm, slot): when its block began
  std::uint64_t last_cycle = 1;
  int slots = 1;
  for (const trace::Event& event : log) {
    last_cycle = std::max(last_cycle, event.start_cycle);
    if (event.sm >= sms) continue;
    const std::pair<int, int> place{event.sm, event.slot};
    if (event.kind == trace::EventKind::kBlockBegin) begin_of[place] = event.start_cycle;
    if (event.kind == trace::EventKind::kBlockEnd) {
      spans.push_back({event.sm, event.slot, event.block, begin_of[place], event.start_cycle});
      slots = std::max(slots, event.slot + 1);
    }
  }
  const double row_height = std::max(5.0, 10.0 / slots);
  const double sm_height = slots * row_height + 4;
  const double bottom = kTop + sms * sm_height;
  Svg svg(960, static_cast<int>(bottom) + 46);
  const std::uint32_t tiles = log.header().launches.front().grid[0];
  auto x_of = [&](std::uint64_t cycle) {
    return kLeft + (kRight - kLeft) * double(cycle) / double(last_cycle);
  };
  svg.text(kLeft, 26, fmt::format("{} on a simulated {}", log.header().rung, log.header().gpu.name),
           "start", 17);
  svg.text(
      kLeft, 46,
      fmt::format("{} thread blocks, causal: a darker block is a later query tile and sees more "
                  "keys. The first {} of {} SMs, a line a slot.",
                  log.header().launches.front().block_count(), sms, log.header().gpu.sm_count),
      "start", 12, "#57606a");
  for (int sm = 0; sm < sms; ++sm) {
    svg.text(kLeft - 8, kTop + (sm + 0.5) * sm_height + 3, fmt::format("SM {}", sm), "end", 11);
    svg.line(kLeft, kTop + sm * sm_height, kRight, kTop + sm * sm_height, kGrid, 1);
  }
  for (const Span& span : spans) {
    const double x = x_of(span.begin);
    svg.rectangle(x, kTop + span.sm * sm_height + 2 + span.slot * row_height,
                  std::max(0.6, x_of(span.end) - x - 0.6), row_height - 0.8,
                  shade((double(span.block % tiles) + 0.5) / double(tiles)));
  }
  svg.text(kLeft, bottom + 24, "0");
  svg.text(kRight, bottom + 24,
           fmt::format("{} cycles (simulated), {:.0f} us", last_cycle,
                       double(last_cycle) / log.header().gpu.clock_mhz),
           "end");
  return svg.document();
}

}  // namespace attnlab::cli::demo
