// SPDX-License-Identifier: MIT
// attnlab doctor: what this machine can and cannot do, with the remedy.
#include <fmt/color.h>
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <thread>
#include <vector>

#include "kernels/executors.h"
#include "kernels/probe/probe.h"
#include "kernels/recorded.h"
#include "labs/cli/command.h"
#include "labs/cli/host_memory.h"
#include "labs/cli/output/counters_text.h"
#include "labs/cli/output/standard_streams.h"
#include "sim/numerics/bulk.h"

namespace attnlab::cli {
namespace {

using nlohmann::ordered_json;

enum class Verdict { kOk, kAbsent, kWrong };

struct Finding {
  std::string what;
  Verdict verdict = Verdict::kOk;
  std::string detail;
  std::string remedy;  // empty where there is nothing to do
};

const char* name_of(Verdict verdict) {
  return verdict == Verdict::kOk ? "ok" : verdict == Verdict::kAbsent ? "absent" : "wrong";
}

Finding processor() {
  const bool avx2 = numerics::bulk().isa == numerics::Isa::kAvx2;
  return {"processor", Verdict::kOk,
          fmt::format("{} threads, {} of memory free, {}", std::thread::hardware_concurrency(),
                      readable_bytes(double(available_memory_bytes())),
                      avx2 ? "AVX2 and FMA in use" : "baseline x86-64 in use: slower, same bits"),
          ""};
}

Finding device_compilers() {
  Finding finding{"device compilers", Verdict::kOk, kernels::device_compilers(), ""};
  if (finding.detail.find("nvcc") == std::string::npos) {
    finding.remedy =
        "for machine code on a GPU, install the CUDA Toolkit (nvcc 13.0 is what was tested) and "
        "delete build/; PTX is there without it";
  }
  return finding;
}

Finding recording() {
  const kernels::Recording& recording = kernels::shipped_recording();
  std::size_t problems = 0;
  for (const kernels::RecordedRung& rung : recording.rungs) problems += rung.digests.size();
  return {"recorded bits", Verdict::kOk,
          fmt::format("{} problems computed by an {}, driver {}, {}", problems, recording.gpu,
                      recording.driver, recording.date),
          ""};
}

// Whether this GPU's arithmetic returns the model's bits, on a sample of each instruction.
std::vector<Finding> probe_findings() {
  const auto device = gpu::Device::open_first();
  const probe::ProbeReport report = probe::probe_arithmetic(*device);
  std::vector<Finding> findings;
  std::int64_t compared = 0;
  std::size_t confirmed = 0;
  for (const probe::ProbeItem& item : report.items) {
    if (item.verdict == probe::Verdict::kConfirmed) {
      ++confirmed;
      compared += item.compared;
      continue;
    }
    const bool wrong = item.verdict == probe::Verdict::kDiffers;
    findings.push_back(
        {"GPU arithmetic", wrong ? Verdict::kWrong : Verdict::kAbsent, probe::describe(item),
         wrong ? "on this GPU the model's verdict stands; its own bits are not confirmed" : ""});
  }
  findings.insert(findings.begin(),
                  {"GPU arithmetic", Verdict::kOk,
                   fmt::format("{} of {} probes confirmed over {} outputs, {}", confirmed,
                               report.items.size(), compared, report.code),
                   report.jitted ? "the driver assembled PTX: build with nvcc for this GPU to "
                                   "confirm its machine code"
                                 : ""});
  return findings;
}

std::vector<Finding> gpu_findings() {
  const std::string missing = kernels::gpu_missing_because();
  if (!missing.empty()) {
    return {{"GPU", Verdict::kAbsent, missing,
             "none is needed: the model gives the same bits; `attnlab verify` shows it"}};
  }
  const kernels::GpuIdentity gpu = kernels::gpu_identity();
  std::vector<Finding> findings = {
      {"GPU", Verdict::kOk, fmt::format("{}, driver {}", gpu.name, gpu.driver), ""}};
  for (Finding& finding : probe_findings()) findings.push_back(std::move(finding));
  return findings;
}

ordered_json as_json(const std::vector<Finding>& findings) {
  ordered_json json = ordered_json::array();
  for (const Finding& finding : findings) {
    json.push_back({{"what", finding.what},
                    {"verdict", name_of(finding.verdict)},
                    {"detail", finding.detail}});
    if (!finding.remedy.empty()) json.back()["remedy"] = finding.remedy;
  }
  return {{"findings", json}};
}

void print(const std::vector<Finding>& findings) {
  for (const Finding& finding : findings) {
    const fmt::terminal_color colour = finding.verdict == Verdict::kOk ? fmt::terminal_color::green
                                       : finding.verdict == Verdict::kWrong
                                           ? fmt::terminal_color::red
                                           : fmt::terminal_color::yellow;
    fmt::print(styled_if_terminal(fmt::fg(colour)), "{:<8}", name_of(finding.verdict));
    fmt::print("{:<18}{}\n", finding.what, finding.detail);
    if (!finding.remedy.empty()) fmt::print("{:<26}-> {}\n", "", finding.remedy);
  }
}

int doctor_command(bool json) {
  std::vector<Finding> findings = {processor(), device_compilers(), recording()};
  for (Finding& finding : gpu_findings()) findings.push_back(std::move(finding));
  if (json) {
    print_json(as_json(findings));
  } else {
    print(findings);
  }
  for (const Finding& finding : findings) {
    if (finding.verdict == Verdict::kWrong) return kCheckFailed;
  }
  return kDone;
}

}  // namespace

void add_doctor_command(CLI::App& program, Work& work) {
  CLI::App* command =
      program.add_subcommand("doctor", "What this machine can and cannot do, with the remedy");
  auto json = std::make_shared<bool>(false);
  command->add_flag("--json", *json, "Print one JSON document");
  command->callback([json, &work] { work = [json] { return doctor_command(*json); }; });
}

}  // namespace attnlab::cli
