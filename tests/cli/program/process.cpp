// SPDX-License-Identifier: MIT
#include "tests/cli/program/process.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <stdexcept>

namespace attnlab::tests {
namespace {

constexpr unsigned kPatienceSeconds = 300;

// An anonymous file that takes a stream, however much comes.
class Capture {
 public:
  Capture() : descriptor_(memfd_create("stream", MFD_CLOEXEC)) {
    if (descriptor_ < 0) throw std::runtime_error("no memory file for a stream");
  }
  ~Capture() { close(descriptor_); }
  Capture(const Capture&) = delete;
  Capture& operator=(const Capture&) = delete;

  int descriptor() const { return descriptor_; }

  std::string text() const {
    std::string text;
    std::array<char, 65536> buffer;
    ssize_t count = 0;
    while ((count = pread(descriptor_, buffer.data(), buffer.size(),
                          static_cast<off_t>(text.size()))) > 0) {
      text.append(buffer.data(), static_cast<std::size_t>(count));
    }
    return text;
  }

 private:
  int descriptor_;
};

// From here to exec nothing may return: this is the child.
[[noreturn]] void become_program(const Arguments& arguments, const Arguments& environment) {
  std::vector<char*> argv = {const_cast<char*>(ATTNLAB_PROGRAM)};
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  unsetenv("NO_COLOR");
  for (const std::string& entry : environment) putenv(const_cast<char*>(entry.c_str()));
  std::signal(SIGPIPE, SIG_DFL);
  alarm(kPatienceSeconds);  // outlives exec
  execv(ATTNLAB_PROGRAM, argv.data());
  _exit(127);
}

void lead(int stream, const std::string& path, int captured) {
  const int target = path.empty() ? captured : open(path.c_str(), O_WRONLY);
  if (target < 0 || dup2(target, stream) < 0) _exit(126);
}

void lead_out_to_pipe_without_reader() {
  int ends[2];
  if (pipe(ends) != 0 || dup2(ends[1], STDOUT_FILENO) < 0) _exit(126);
  close(ends[0]);
  close(ends[1]);
}

void wait_for(pid_t child, Outcome& outcome) {
  int state = 0;
  while (waitpid(child, &state, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(state)) outcome.status = WEXITSTATUS(state);
  if (WIFSIGNALED(state)) outcome.signal = WTERMSIG(state);
}

}  // namespace

Outcome attnlab(const Arguments& arguments, const Streams& streams) {
  const Capture out;
  const Capture err;
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("cannot start a process");
  if (child == 0) {
    lead(STDERR_FILENO, streams.err_path, err.descriptor());
    lead(STDOUT_FILENO, streams.out_path, out.descriptor());
    if (streams.out_without_reader) lead_out_to_pipe_without_reader();
    if (streams.out_closed) close(STDOUT_FILENO);
    become_program(arguments, streams.environment);
  }
  Outcome outcome;
  wait_for(child, outcome);
  outcome.out = out.text();
  outcome.err = err.text();
  return outcome;
}

std::string output_on_terminal(const Arguments& arguments, const Arguments& environment) {
  const int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0) {
    throw std::runtime_error("no pseudo-terminal here");
  }
  const std::string terminal = ptsname(master);
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("cannot start a process");
  if (child == 0) {
    const int end = open(terminal.c_str(), O_RDWR | O_NOCTTY);
    if (end < 0 || dup2(end, STDOUT_FILENO) < 0) _exit(126);
    become_program(arguments, environment);
  }
  // A terminal's master reads an error once the last process has let go of it.
  std::string text;
  std::array<char, 4096> buffer;
  ssize_t count = 0;
  while ((count = read(master, buffer.data(), buffer.size())) > 0 ||
         (count < 0 && errno == EINTR)) {
    text.append(buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
  }
  Outcome outcome;
  wait_for(child, outcome);
  close(master);
  if (outcome.status != 0) throw std::runtime_error("the program failed on a terminal");
  return text;
}

std::string fault_of_refusal(const Outcome& outcome) {
  if (outcome.signal != 0) return "a signal ended it: " + std::to_string(outcome.signal);
  if (!outcome.out.empty()) return "standard output is not empty: " + outcome.out;
  if (outcome.err.rfind("attnlab: ", 0) != 0)
    return "it does not begin with attnlab: " + outcome.err;
  if (std::count(outcome.err.begin(), outcome.err.end(), '\n') != 1 || outcome.err.back() != '\n') {
    return "it is not one line: " + outcome.err;
  }
  return "none";
}

bool gpu_is_here() {
  const nlohmann::json report = attnlab({"doctor", "--json"}).json();
  for (const nlohmann::json& finding : report.at("findings")) {
    if (finding.at("what") == "GPU") return finding.at("verdict") == "ok";
  }
  throw std::runtime_error("doctor does not mention the GPU");
}

std::string command_line(const Arguments& arguments) {
  std::string line = "attnlab";
  for (const std::string& argument : arguments) line += " " + argument;
  return line;
}

}  // namespace attnlab::tests
