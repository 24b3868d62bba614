// SPDX-License-Identifier: MIT
// The executor `gpu`: the rung's machine code on this machine's GPU.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>

#include "device_image_files.h"
#include "kernels/executors.h"
#include "kernels/gpu/buffer.h"
#include "kernels/gpu/device.h"
#include "kernels/gpu/gpu_error.h"

namespace attnlab::kernels {
namespace {

// The tensors of a run in device memory, those of the forward pass before it, too: inputs as the
// problem has them, everything else poisoned, all of it between guard zones.
class DeviceTensors {
 public:
  DeviceTensors(const gpu::Device& device, const Rung& rung, const Problem& problem,
                const problem::Inputs& inputs) {
    const Workspace workspace = model::make_workspace(*rung.model, problem, inputs);
    if (const Rung* forward = forward_of(rung)) {
      add(device, workspace, forward->model->tensors(problem));
    }
    add(device, workspace, rung.model->tensors(problem));
  }

  gpu::Buffer& operator[](Tensor tensor) { return *buffers_[static_cast<std::size_t>(tensor)]; }

  Outputs download(const model::TensorTable& table) {
    Outputs outputs;
    for (const TensorSpec& spec : table) {
      if (!is_output(spec)) continue;
      std::vector<std::byte> bytes(static_cast<std::size_t>(spec.bytes()));
      (*this)[spec.tensor].download_bytes(bytes);
      outputs.push_back({spec.tensor, spec.type, std::move(bytes)});
    }
    return outputs;
  }

  void check_guards() const {
    for (const auto& buffer : buffers_) {
      if (buffer != nullptr) buffer->check_guards();
    }
  }

 private:
  void add(const gpu::Device& device, const Workspace& workspace, const model::TensorTable& table) {
    for (const TensorSpec& spec : table) {
      auto& buffer = buffers_[static_cast<std::size_t>(spec.tensor)];
      if (buffer != nullptr) continue;  // the forward pass has it
      buffer = std::make_unique<gpu::Buffer>(device, model::name_of(spec.tensor),
                                             static_cast<std::size_t>(spec.bytes()));
      if (spec.role == model::Role::kInput || spec.role == model::Role::kUpdated) {
        buffer->upload_bytes(device_bytes(workspace, spec));
      }
    }
  }

  std::array<std::unique_ptr<gpu::Buffer>, model::kTensorCount> buffers_;
};

// The launches of a rung, ready to be made again and again.
class PreparedLaunches {
 public:
  PreparedLaunches(const gpu::Module& module, const std::vector<KernelLaunch>& launches,
                   DeviceTensors& tensors) {
    for (const KernelLaunch& launch : launches) {
      if (launch.shape.blocks() == 0) continue;  // len_kv = 0: there is nothing to score
      const auto& grid = launch.shape.grid;
      prepared_.push_back({module.kernel(launch.shape.entry),
                           {{grid[0], grid[1], grid[2]},
                            {static_cast<unsigned int>(launch.shape.threads_per_block), 1, 1},
                            static_cast<int>(launch.shape.dynamic_shared_bytes)},
                           parameters_of(launch, tensors)});
    }
  }

  void launch() const {
    for (const Prepared& one : prepared_) one.kernel.launch(one.shape, one.parameters);
  }

 private:
  struct Prepared {
    gpu::Kernel kernel;
    gpu::LaunchShape shape;
    std::vector<gpu::Parameter> parameters;
  };

  static std::vector<gpu::Parameter> parameters_of(const KernelLaunch& launch,
                                                   DeviceTensors& tensors) {
    std::vector<gpu::Parameter> parameters;
    for (const Argument& argument : launch.arguments) {
      std::visit(
          [&](auto value) {
            if constexpr (std::is_same_v<decltype(value), Tensor>) {
              parameters.emplace_back(tensors[value]);
            } else {
              parameters.emplace_back(value);
            }
          },
          argument);
    }
    return parameters;
  }

  std::vector<Prepared> prepared_;
};

// The machine's GPU, opened once.
gpu::Device& shared_device() {
  static const std::unique_ptr<gpu::Device> device = gpu::Device::open_first();
  return *device;
}

gpu::ImageChoice choose_image(gpu::ComputeCapability capability, const Rung& rung,
                              const std::string& compiler) {
  const std::span<const embed::EmbeddedFile> files = embed::device_image_files();
  if (compiler.empty()) return gpu::choose_image(capability, files, rung.name);
  return gpu::choose_image(capability, files, rung.name,
                           compiler == "clang" ? gpu::Compiler::kClang : gpu::Compiler::kNvcc);
}

void require_gpu_can(const Rung& rung, const Problem& problem, const gpu::Device& device) {
  const gpu::DeviceProperties& properties = device.properties();
  const gpu::ComputeCapability& cc = properties.compute_capability;
  if (cc.major * 10 + cc.minor < rung.min_compute_capability) {
    throw problem::BadInput(fmt::format("{} needs compute capability {}.{}; {} has {}.{}",
                                        rung.name, rung.min_compute_capability / 10,
                                        rung.min_compute_capability % 10, properties.name, cc.major,
                                        cc.minor));
  }
  require_memory(rung, problem, device.free_memory_bytes(), properties.name);
  machine::GpuSpec limits;
  limits.title = properties.name;
  limits.max_shared_bytes_per_block = properties.max_shared_bytes_per_block;
  require_block_fits(rung, problem, limits);
}

// One problem of a rung on the GPU, after the forward pass that it may need.
class GpuRun {
 public:
  GpuRun(const Rung& rung, const Problem& problem, const problem::Inputs& inputs,
         const std::string& compiler)
      : table_(rung.model->tensors(problem)),
        device_(checked_device(rung, problem)),
        image_(choose_image(device_.properties().compute_capability, rung, compiler)),
        module_(device_, image_.file->bytes),
        tensors_(device_, rung, problem, inputs),
        launches_(module_, rung.launches(problem), tensors_) {
    if (const Rung* forward = forward_of(rung)) {
      const gpu::ImageChoice image =
          choose_image(device_.properties().compute_capability, *forward, compiler);
      const gpu::Module module(device_, image.file->bytes);
      PreparedLaunches(module, forward->launches(problem), tensors_).launch();
      device_.synchronize();
    }
  }

  // Runs the launches once; returns the seconds that the GPU took.
  double timed() {
    gpu::Event start(device_);
    gpu::Event end(device_);
    start.record();
    launches_.launch();
    end.record();
    device_.synchronize();
    return static_cast<double>(end.milliseconds_since(start)) / 1000;
  }

  Outputs outputs() {
    Outputs outputs = tensors_.download(table_);
    tensors_.check_guards();
    return outputs;
  }
  std::string where() const {
    return fmt::format("{}, {}", device_.properties().name, gpu::describe(image_));
  }
  bool jitted() const { return image_.jitted; }

 private:
  static const gpu::Device& checked_device(const Rung& rung, const Problem& problem) {
    const gpu::Device& device = shared_device();
    require_gpu_can(rung, problem, device);
    return device;
  }

  model::TensorTable table_;
  const gpu::Device& device_;
  gpu::ImageChoice image_;
  gpu::Module module_;
  DeviceTensors tensors_;
  PreparedLaunches launches_;
};

}  // namespace

std::string gpu_missing_because() {
  return gpu::Driver::instance() == nullptr ? gpu::Driver::why_absent() : std::string();
}

GpuIdentity gpu_identity() {
  const gpu::DeviceProperties& properties = shared_device().properties();
  return {properties.name, properties.driver};
}

std::string device_compilers() {
  return ATTNLAB_DEVICE_COMPILERS;
}

bool has_machine_code(const Rung& rung, const std::string& compiler) {
  return embed::find(embed::device_image_files(), rung.name + "." + compiler + ".sm_90a.cubin") !=
         nullptr;
}

Execution run_on_gpu(const Rung& rung, const Problem& problem, const problem::Inputs& inputs,
                     const std::string& compiler) try {
  GpuRun run(rung, problem, inputs, compiler);
  Execution execution;
  execution.executor = "gpu";
  execution.seconds = run.timed();
  execution.where = run.where();
  execution.outputs = run.outputs();
  execution.digest = digest_of(execution.outputs);
  if (run.jitted()) execution.note = "the driver assembled PTX: these bits are not verified";
  return execution;
} catch (const gpu::GpuError& error) {
  throw gpu::GpuError(fmt::format("{}{}{} on {}: {}", rung.name, compiler.empty() ? "" : ", ",
                                  compiler, problem::describe(problem), error.what()));
}

GpuTiming time_on_gpu(const Rung& rung, const Problem& problem, const problem::Inputs& inputs,
                      int repeats, bool flush_cache) {
  GpuRun run(rung, problem, inputs, {});
  GpuTiming timing;
  timing.where = run.where();
  run.timed();
  constexpr std::size_t kFlushBytes = std::size_t{256} << 20;  // more than any second-level cache
  gpu::Buffer other(shared_device(), "flush", flush_cache ? kFlushBytes : 0);
  for (int i = 0; i < repeats; ++i) {
    if (flush_cache) other.poison();
    timing.seconds.push_back(run.timed());
  }
  std::sort(timing.seconds.begin(), timing.seconds.end());
  return timing;
}

double gpu_copy_bytes_per_second() {
  constexpr std::size_t kBytes = std::size_t{1} << 30;
  const gpu::Device& device = shared_device();
  const gpu::Buffer from(device, "from", kBytes);
  gpu::Buffer to(device, "to", kBytes);
  double best = 0;
  for (int i = 0; i < 10; ++i) {
    gpu::Event start(device);
    gpu::Event end(device);
    start.record();
    to.copy_from(from);
    end.record();
    best =
        std::max(best, 2.0 * kBytes / (static_cast<double>(end.milliseconds_since(start)) / 1e3));
  }
  return best;
}

}  // namespace attnlab::kernels
