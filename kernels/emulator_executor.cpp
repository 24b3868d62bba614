// SPDX-License-Identifier: MIT
// The executor `emulator`: the rung's own PTX on this machine's cores.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <mutex>
#include <thread>

#include "device_image_files.h"
#include "kernels/executors.h"
#include "kernels/traffic_observer.h"
#include "sim/ptx/check/checker.h"
#include "sim/ptx/count/counter.h"
#include "sim/ptx/emulator.h"
#include "sim/ptx/observe/observers.h"
#include "sim/ptx/syntax/parse.h"

namespace attnlab::kernels {
namespace {

std::string image_name(const Rung& rung, const std::string& compiler) {
  return rung.name + "." + compiler + ".ptx";
}

// The parsed PTX of an image, kept for the next run.
const ptx::Module& module_of(const std::string& image) {
  static std::mutex mutex;
  static std::map<std::string, ptx::Module> modules;
  const std::lock_guard lock(mutex);
  auto found = modules.find(image);
  if (found == modules.end()) {
    const std::string text(embed::find(embed::device_image_files(), image)->bytes);
    found = modules.emplace(image, ptx::parse(text, image)).first;
  }
  return found->second;
}

// "clang 19.1.7", out of all compilers that were built with.
std::string with_version(const std::string& compiler) {
  const std::string all = device_compilers();
  const std::size_t begin = all.find(compiler + " ");
  if (begin == std::string::npos) return compiler;
  return all.substr(begin, all.find(',', begin) - begin);
}

const char* name_of(numerics::Isa isa) {
  if (isa == numerics::Isa::kAvx512) return "AVX-512";
  return isa == numerics::Isa::kAvx2 ? "AVX2" : "no vector extension";
}

std::string where_text(const std::string& compiler, int workers) {
  const int cores =
      workers > 0 ? workers : static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  return fmt::format("PTX of {} on {} core{}, {}", with_version(compiler), cores,
                     cores == 1 ? "" : "s", name_of(numerics::fastest_isa()));
}

// The tensors of a run in emulated memory, those of the forward pass before it, too: inputs as the
// problem has them, the rest poisoned.
class EmulatedTensors {
 public:
  EmulatedTensors(const Rung& rung, const Problem& problem, const problem::Inputs& inputs) {
    const Workspace workspace = model::make_workspace(*rung.model, problem, inputs);
    if (const Rung* forward = forward_of(rung)) add(workspace, forward->model->tensors(problem));
    add(workspace, rung.model->tensors(problem));
  }

  ptx::DeviceMemory& memory() { return memory_; }
  ptx::Address address(Tensor tensor) const { return addresses_[static_cast<std::size_t>(tensor)]; }

  std::vector<ptx::Address> addresses(const model::TensorTable& table) const {
    std::vector<ptx::Address> addresses;
    for (const TensorSpec& spec : table) addresses.push_back(address(spec.tensor));
    return addresses;
  }

  // What the rung before has left counts as written, to its last byte.
  void set_carried_initialised(const model::TensorTable& table) {
    for (const TensorSpec& spec : table) {
      if (spec.role == model::Role::kCarried) memory_.set_initialised(address(spec.tensor));
    }
  }

  Outputs download(const model::TensorTable& table) {
    Outputs outputs;
    for (const TensorSpec& spec : table) {
      if (!is_output(spec)) continue;
      const std::span<const std::byte> bytes = memory_.bytes(address(spec.tensor));
      outputs.push_back({spec.tensor, spec.type, {bytes.begin(), bytes.end()}});
    }
    return outputs;
  }

 private:
  void add(const Workspace& workspace, const model::TensorTable& table) {
    for (const TensorSpec& spec : table) {
      ptx::Address& address = addresses_[static_cast<std::size_t>(spec.tensor)];
      if (address != 0) continue;  // the forward pass has it
      address =
          memory_.allocate(model::name_of(spec.tensor), static_cast<std::uint64_t>(spec.bytes()),
                           model::size_bytes(spec.type));
      if (spec.role == model::Role::kInput || spec.role == model::Role::kUpdated) {
        upload(address, device_bytes(workspace, spec), spec.role == model::Role::kInput);
      }
    }
  }

  // Inputs are only read: a kernel that writes to one is at fault.
  void upload(ptx::Address address, const std::vector<std::byte>& bytes, bool read_only) {
    std::memcpy(memory_.bytes(address).data(), bytes.data(), bytes.size());
    memory_.set_initialised(address);
    if (read_only) memory_.make_read_only(address);
  }

  ptx::DeviceMemory memory_;
  std::array<ptx::Address, model::kTensorCount> addresses_{};
};

std::vector<ptx::ArgumentBytes> arguments_of(const KernelLaunch& launch,
                                             const EmulatedTensors& tensors) {
  std::vector<ptx::ArgumentBytes> bytes;
  for (const Argument& argument : launch.arguments) {
    bytes.push_back(std::visit(
        [&](auto value) {
          if constexpr (std::is_same_v<decltype(value), Tensor>) {
            return ptx::as_bytes(tensors.address(value));
          } else {
            return ptx::as_bytes(value);
          }
        },
        argument));
  }
  return bytes;
}

// "mul.f32 at 01_tiled.cu:41: bits not guaranteed: ptxas may fuse", the first and how many more.
std::string first_note(const std::vector<ptx::Note>& notes) {
  if (notes.empty()) return {};
  const ptx::Note& note = notes.front();
  std::string text =
      fmt::format("{} at {}:{}: {}", note.instruction, note.file, note.line, note.reason);
  if (notes.size() > 1) text += fmt::format(" (and {} more)", notes.size() - 1);
  return text;
}

// Who watches a rung's launches, and what they have seen.
class Watch {
 public:
  Watch(const EmulatorOptions& options, EmulatedTensors& tensors, const model::TensorTable& table)
      : options_(options), traffic_(tensors.memory(), tensors.addresses(table)) {}

  ptx::ObserverNeeds needs() const {
    ptx::ObserverNeeds needs;
    if (options_.check) needs = needs | ptx::Checker::needs({});
    if (options_.count) needs = needs | ptx::Counter::kNeeds | TrafficObserver::kNeeds;
    return needs;
  }

  // The observer of one launch.
  ptx::Observer* begin(const ptx::Program& program, const ptx::DeviceMemory& memory,
                       const ptx::LaunchShape& shape) {
    observers_ = {};
    if (options_.check) {
      auto checker = std::make_unique<ptx::Checker>(program, memory, shape);
      if (checker_ != nullptr) checker->start_after(*checker_);
      checker_ = std::move(checker);
      observers_.add(checker_.get());
    }
    if (options_.count) {
      counter_ = std::make_unique<ptx::Counter>(program, shape);
      traffic_.begin_launch();
      observers_.add(counter_.get());
      observers_.add(&traffic_);
    }
    return observers_.as_one();
  }

  void end() {
    if (checker_ != nullptr) {
      findings_.insert(findings_.end(), checker_->findings().begin(), checker_->findings().end());
    }
    if (counter_ != nullptr) counts_ += counter_->total();
  }

  void report(Execution& execution) const {
    execution.findings = findings_;
    if (options_.count) execution.counted = EmulatedCounts{traffic_.traffic(), counts_};
  }

 private:
  EmulatorOptions options_;
  TrafficObserver traffic_;
  std::unique_ptr<ptx::Checker> checker_;
  std::unique_ptr<ptx::Counter> counter_;
  ptx::Observers observers_;
  std::vector<ptx::Finding> findings_;
  ptx::Counts counts_;
};

// Builds and runs a rung's launches in order; returns what a report must say of them. `watch` may
// be nullptr.
std::string launch_all(const Rung& rung, const std::string& compiler, const Problem& problem,
                       EmulatedTensors& tensors, int workers, Watch* watch) {
  const std::string image = image_name(rung, compiler);
  const ptx::Module& module = module_of(image);
  std::vector<ptx::Note> notes;
  for (const KernelLaunch& launch : rung.launches(problem)) {
    if (launch.shape.blocks() == 0) continue;  // len_kv = 0: there is nothing to score
    ptx::BuildOptions build_options;
    build_options.name = image;
    if (watch != nullptr) build_options.observe = watch->needs();
    const ptx::Program program =
        ptx::build(module, launch.shape.entry, tensors.memory(), build_options);
    notes.insert(notes.end(), program.notes().begin(), program.notes().end());
    ptx::LaunchShape shape;
    shape.grid = launch.shape.grid;
    shape.block = {static_cast<std::uint32_t>(launch.shape.threads_per_block), 1, 1};
    shape.dynamic_shared_bytes = static_cast<std::uint32_t>(launch.shape.dynamic_shared_bytes);
    ptx::LaunchOptions options;
    options.workers = workers;
    if (watch != nullptr) options.observer = watch->begin(program, tensors.memory(), shape);
    ptx::launch(program, shape, ptx::pack_arguments(program, arguments_of(launch, tensors)),
                tensors.memory(), options);
    if (watch != nullptr) watch->end();
  }
  return first_note(notes);
}

std::string chosen_compiler(const Rung& rung, const std::string& asked) {
  const std::vector<std::string> here = emulated_compilers(rung);
  if (asked.empty() && !here.empty()) return here.front();
  if (std::find(here.begin(), here.end(), asked) != here.end()) return asked;
  throw problem::BadInput(fmt::format("the PTX of {} by {} is not in this program; it has {}",
                                      rung.name, asked.empty() ? "any compiler" : asked,
                                      device_compilers()));
}

}  // namespace

std::vector<std::string> emulated_compilers(const Rung& rung) {
  std::vector<std::string> compilers;
  for (const char* compiler : {"clang", "nvcc"}) {
    if (embed::find(embed::device_image_files(), image_name(rung, compiler)) != nullptr) {
      compilers.emplace_back(compiler);
    }
  }
  return compilers;
}

Execution run_on_emulator(const Rung& rung, const Problem& problem, const problem::Inputs& inputs,
                          const EmulatorOptions& options) {
  const std::string compiler = chosen_compiler(rung, options.compiler);
  const model::TensorTable table = rung.model->tensors(problem);
  EmulatedTensors tensors(rung, problem, inputs);
  if (const Rung* forward = forward_of(rung)) {
    launch_all(*forward, chosen_compiler(*forward, compiler), problem, tensors, options.workers,
               nullptr);
    tensors.set_carried_initialised(table);
  }
  Watch watch(options, tensors, table);

  const auto start = std::chrono::steady_clock::now();
  Execution execution;
  execution.note = launch_all(rung, compiler, problem, tensors, options.workers,
                              options.check || options.count ? &watch : nullptr);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  watch.report(execution);

  execution.executor = "emulator";
  execution.where = where_text(compiler, options.workers);
  execution.outputs = tensors.download(table);
  execution.digest = digest_of(execution.outputs);
  execution.seconds = seconds.count();
  return execution;
}

}  // namespace attnlab::kernels
