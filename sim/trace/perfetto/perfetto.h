// SPDX-License-Identifier: MIT
// An event log as Chrome's trace-event JSON, which ui.perfetto.dev and chrome://tracing open; and a
// validator of that format. docs/event_log.md says what becomes what.
#pragma once

#include <cstddef>
#include <filesystem>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "sim/trace/log/reader.h"

namespace attnlab::trace {

struct PerfettoOptions {
  bool numbers = true;   // kNumber events as instants
  bool counters = true;  // tracks of bytes and resident blocks
};

// Writes `path` (by way of path.partial, renamed when whole). Memory: 8 bytes a block of the log.
// Throws LogError where the log is damaged or the file cannot be written; nothing is left then.
void export_perfetto(const EventLogReader& log, const std::filesystem::path& path,
                     const PerfettoOptions& options = {});

// What is wrong with a trace: one sentence a problem, naming the event by its index; empty if
// nothing. Stops after `most` problems. Reads event by event: memory does not grow with the text.
std::vector<std::string> validate_perfetto(std::string_view json_text, std::size_t most = 100);
std::vector<std::string> validate_perfetto(std::istream& json_stream, std::size_t most = 100);

}  // namespace attnlab::trace
