// SPDX-License-Identifier: MIT
// A log appears under its name whole or not at all.
#include <sys/resource.h>

#include <catch2/catch_test_macros.hpp>
#include <csignal>
#include <filesystem>
#include <memory>

#include "sim/trace/log/reader.h"
#include "sim/trace/perfetto/perfetto.h"
#include "tests/trace/log_maker.h"

using namespace attnlab::trace;
using namespace attnlab::trace::test;
namespace fs = std::filesystem;

namespace {

// Files of this process cannot grow beyond `bytes` while this lives: a disk that is full.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) : old_handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &old_limit_);
    rlimit limit = old_limit_;
    limit.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FullDisk() {
    setrlimit(RLIMIT_FSIZE, &old_limit_);
    std::signal(SIGXFSZ, old_handler_);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit old_limit_{};
  void (*old_handler_)(int);
};

}  // namespace

TEST_CASE("the log has its name only after close") {
  const TemporaryFolder folder;
  EventLogWriter writer(folder / "x.alog", small_header());
  for (const Event& event : random_events(1, 100)) writer.on_event(event);
  CHECK_FALSE(fs::exists(folder / "x.alog"));
  CHECK(fs::exists(folder / "x.alog.partial"));
  writer.close();
  CHECK(fs::exists(folder / "x.alog"));
  CHECK(folder.file_count() == 1);
  CHECK(writer.size() == 100);
  CHECK(EventLogReader(folder / "x.alog").state_at(100) == writer.state());
}

TEST_CASE("a writer that is not closed leaves nothing, and an older log stays") {
  const TemporaryFolder folder;
  write_log(folder / "x.alog", small_header(), random_events(1, 10));
  {
    EventLogWriter writer(folder / "x.alog", small_header(), {4, 0.5});
    for (const Event& event : random_events(2, 100)) writer.on_event(event);
  }
  CHECK(folder.file_count() == 1);
  CHECK(EventLogReader(folder / "x.alog").size() == 10);
}

TEST_CASE("a refused event abandons the log and names the file") {
  const TemporaryFolder folder;
  EventLogWriter writer(folder / "x.alog", small_header());
  const std::vector<Event> events = one_block_events();
  writer.on_event(events[0]);
  const std::string sentence = refusal([&] { writer.on_event(events[0]); });
  CHECK(sentence.rfind((folder / "x.alog").string() + ": event 1 (launch_begin", 0) == 0);
  CHECK(folder.file_count() == 0);
  CHECK(refusal([&] { writer.on_event(events[1]); }).find("abandoned") != std::string::npos);
  CHECK(refusal([&] { writer.close(); }).find("abandoned") != std::string::npos);
}

TEST_CASE("a closed log takes no more events") {
  const TemporaryFolder folder;
  EventLogWriter writer(folder / "x.alog", small_header());
  writer.close();
  CHECK(refusal([&] { writer.on_event(one_block_events()[0]); }).find("closed") !=
        std::string::npos);
  CHECK(refusal([&] { writer.close(); }).find("closed") != std::string::npos);
  CHECK(EventLogReader(folder / "x.alog").empty());
}

TEST_CASE("a path that cannot be written is refused by name and leaves nothing") {
  const TemporaryFolder folder;
  write_bytes(folder / "file", "not a folder");
  fs::create_directory(folder / "folder");
  for (const fs::path& path :
       {folder / "missing" / "x.alog", folder / "file" / "x.alog", folder / "folder",
        folder / "folder" / "", fs::path("/proc/attnlab.alog"), fs::path("/dev/null")}) {
    const std::string sentence = refusal([&] { EventLogWriter(path, small_header()).close(); });
    INFO(sentence);
    CHECK(sentence.rfind(path.string() + " cannot be written: ", 0) == 0);
  }
  CHECK(folder.file_count() == 2);
  CHECK(fs::is_empty(folder / "folder"));
  CHECK(fs::is_character_file("/dev/null"));
}

TEST_CASE("a disk that fills up leaves nothing") {
  const TemporaryFolder folder;
  const std::vector<Event> events = random_events(3, 20000);
  std::string sentence;
  {
    const FullDisk full(200'000);
    sentence = refusal([&] { write_log(folder / "x.alog", small_header(), events); });
  }
  INFO(sentence);
  CHECK(sentence.rfind((folder / "x.alog").string() + " cannot be written to the end: ", 0) == 0);
  CHECK(folder.file_count() == 0);
}

TEST_CASE("a disk that fills up leaves no half export") {
  const TemporaryFolder folder;
  write_log(folder / "x.alog", small_header(), random_events(3, 20000));
  const EventLogReader log(folder / "x.alog");
  std::string sentence;
  {
    const FullDisk full(400'000);
    sentence = refusal([&] { export_perfetto(log, folder / "x.json"); });
  }
  CHECK(sentence.find("x.json cannot be written to the end") != std::string::npos);
  CHECK(folder.file_count() == 1);
}

TEST_CASE("two writers of one path: the second is refused, the first completes") {
  const TemporaryFolder folder;
  EventLogWriter first(folder / "x.alog", small_header());
  first.on_event(one_block_events()[0]);
  CHECK(refusal([&] {
          EventLogWriter(folder / "x.alog", small_header());
        }).find("another writer") != std::string::npos);
  first.close();
  CHECK(EventLogReader(folder / "x.alog").size() == 1);
}

TEST_CASE("the partial file of a killed writer is overwritten") {
  const TemporaryFolder folder;
  write_bytes(folder / "x.alog.partial", std::string(100000, 'x'));
  write_log(folder / "x.alog", small_header(), random_events(1, 10));
  CHECK(folder.file_count() == 1);
  EventLogReader(folder / "x.alog").verify_all();
}

TEST_CASE("a chunk size that is no power of two is refused") {
  const TemporaryFolder folder;
  for (const std::uint32_t chunk : {0u, 3u, 131072u}) {
    CHECK(refusal([&] {
            EventLogWriter(folder / "x.alog", small_header(), {chunk, 0.1});
          }).find("events_per_chunk") != std::string::npos);
  }
  CHECK(folder.file_count() == 0);
}

TEST_CASE("keyframes take no more than their share of the file") {
  const TemporaryFolder folder;
  const std::vector<Event> events = random_events(12, 30000);
  for (const double share : {0.02, 0.04, 0.2}) {
    write_log(folder / "x.alog", small_header(), events, {64, share});
    write_log(folder / "none.alog", small_header(), events, {64, 1e-9});
    const auto with = static_cast<double>(fs::file_size(folder / "x.alog"));
    const auto without = static_cast<double>(fs::file_size(folder / "none.alog"));
    CHECK(EventLogReader(folder / "x.alog").keyframe_count() > 10);
    CHECK(EventLogReader(folder / "none.alog").keyframe_count() == 0);
    // A keyframe also takes an entry of the directory, 40 bytes.
    CHECK((with - without) / without < share * 1.2);
  }
}
