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
#include "sim/ptx/emulator.h"
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

// The tensors of a run in emulated memory, all of them poisoned.
class EmulatedTensors {
 public:
  EmulatedTensors(const Rung& rung, const Problem& problem) {
    const auto plans = tensor_plans(rung, problem);
    for (std::size_t i = 0; i < plans.size(); ++i) {
      addresses_[i] = memory_.allocate(
          plans[i].name, static_cast<std::uint64_t>(plans[i].elements) * sizeof(float));
    }
  }

  ptx::DeviceMemory& memory() { return memory_; }
  ptx::Address address(Tensor tensor) const { return addresses_[static_cast<std::size_t>(tensor)]; }

  // Inputs are only read: a kernel that writes to one is at fault.
  void upload(Tensor tensor, const std::vector<float>& values) {
    std::memcpy(memory_.bytes(address(tensor)).data(), values.data(),
                values.size() * sizeof(float));
    memory_.set_initialised(address(tensor));
    memory_.make_read_only(address(tensor));
  }

  std::vector<float> download(Tensor tensor) {
    const std::span<const std::byte> bytes = memory_.bytes(address(tensor));
    std::vector<float> values(bytes.size() / sizeof(float));
    std::memcpy(values.data(), bytes.data(), bytes.size());
    return values;
  }

 private:
  ptx::DeviceMemory memory_;
  std::array<ptx::Address, kTensorCount> addresses_{};
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

// Builds and runs the launches in order; returns what a report must say of them.
std::string launch_all(const ptx::Module& module, const std::string& image,
                       const std::vector<KernelLaunch>& launches, EmulatedTensors& tensors,
                       int workers) {
  std::vector<ptx::Note> notes;
  for (const KernelLaunch& launch : launches) {
    if (launch.shape.blocks() == 0) continue;  // len_kv = 0: there is nothing to score
    ptx::BuildOptions build_options;
    build_options.name = image;
    const ptx::Program program =
        ptx::build(module, launch.shape.entry, tensors.memory(), build_options);
    notes.insert(notes.end(), program.notes().begin(), program.notes().end());
    ptx::LaunchShape shape;
    shape.grid = launch.shape.grid;
    shape.block = {static_cast<std::uint32_t>(launch.shape.threads_per_block), 1, 1};
    shape.dynamic_shared_bytes = static_cast<std::uint32_t>(launch.shape.dynamic_shared_bytes);
    ptx::LaunchOptions options;
    options.workers = workers;
    ptx::launch(program, shape, ptx::pack_arguments(program, arguments_of(launch, tensors)),
                tensors.memory(), options);
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
  const std::string image = image_name(rung, compiler);
  const ptx::Module& module = module_of(image);
  EmulatedTensors tensors(rung, problem);
  tensors.upload(Tensor::kQ, inputs.q);
  tensors.upload(Tensor::kK, inputs.k);
  tensors.upload(Tensor::kV, inputs.v);

  const auto start = std::chrono::steady_clock::now();
  Execution execution;
  execution.note = launch_all(module, image, rung.launches(problem), tensors, options.workers);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;

  execution.executor = "emulator";
  execution.where = where_text(compiler, options.workers);
  execution.outputs = {tensors.download(Tensor::kO), tensors.download(Tensor::kLse)};
  execution.digest = digest_of(execution.outputs);
  execution.seconds = seconds.count();
  return execution;
}

}  // namespace attnlab::kernels
