// SPDX-License-Identifier: MIT
// The executor `gpu`: the rung's machine code on this machine's GPU.
#include <fmt/format.h>

#include <array>
#include <memory>

#include "device_image_files.h"
#include "kernels/executors.h"
#include "kernels/gpu/buffer.h"
#include "kernels/gpu/device.h"

namespace attnlab::kernels {
namespace {

// The tensors of a run in device memory; those that no launch names stay empty.
class DeviceTensors {
 public:
  DeviceTensors(const gpu::Device& device, const Problem& problem, bool stores_scores) {
    constexpr std::array<const char*, kTensorCount> kNames = {"Q", "K", "V", "O", "LSE", "S", "P"};
    const std::int64_t q = problem::q_elements(problem);
    const std::int64_t kv = problem::kv_elements(problem);
    const std::int64_t lse = problem::lse_elements(problem);
    const std::int64_t scores = stores_scores ? lse * problem.len_kv : 0;
    const std::array<std::int64_t, kTensorCount> elements = {q, kv, kv, q, lse, scores, scores};
    buffers_.reserve(kTensorCount);
    for (int i = 0; i < kTensorCount; ++i) {
      buffers_.emplace_back(device, kNames[i], elements[i] * sizeof(float));
    }
  }

  gpu::Buffer& operator[](Tensor tensor) { return buffers_[static_cast<std::size_t>(tensor)]; }

  void check_guards() const {
    for (const gpu::Buffer& buffer : buffers_) buffer.check_guards();
  }

 private:
  std::vector<gpu::Buffer> buffers_;
};

std::vector<gpu::Parameter> parameters_of(const KernelLaunch& launch, DeviceTensors& tensors) {
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

void launch_all(const gpu::Module& module, const std::vector<KernelLaunch>& launches,
                DeviceTensors& tensors) {
  for (const KernelLaunch& launch : launches) {
    if (launch.shape.blocks() == 0) continue;  // len_kv = 0: there is nothing to score
    const auto& grid = launch.shape.grid;
    const gpu::LaunchShape shape{{grid[0], grid[1], grid[2]},
                                 {static_cast<unsigned int>(launch.shape.threads_per_block), 1, 1},
                                 static_cast<int>(launch.shape.dynamic_shared_bytes)};
    module.kernel(launch.shape.entry).launch(shape, parameters_of(launch, tensors));
  }
}

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
                     const std::string& compiler) {
  const gpu::Device& device = shared_device();
  require_gpu_can(rung, problem, device);
  const gpu::ImageChoice image =
      choose_image(device.properties().compute_capability, rung, compiler);
  const gpu::Module module(device, image.file->bytes);

  // Every tensor starts poisoned, between guard zones; inputs are then filled in.
  const std::int64_t scratch_bytes = rung.model->memory(problem).scratch_bytes;
  DeviceTensors tensors(device, problem, scratch_bytes > 0);
  tensors[Tensor::kQ].upload(std::span<const float>(inputs.q));
  tensors[Tensor::kK].upload(std::span<const float>(inputs.k));
  tensors[Tensor::kV].upload(std::span<const float>(inputs.v));

  gpu::Event start(device);
  gpu::Event end(device);
  start.record();
  launch_all(module, rung.launches(problem), tensors);
  end.record();
  device.synchronize();

  Execution execution;
  execution.executor = "gpu";
  execution.where = fmt::format("{}, {}", device.properties().name, gpu::describe(image));
  execution.outputs.o.resize(problem::q_elements(problem));
  execution.outputs.lse_nat.resize(problem::lse_elements(problem));
  tensors[Tensor::kO].download(std::span<float>(execution.outputs.o));
  tensors[Tensor::kLse].download(std::span<float>(execution.outputs.lse_nat));
  tensors.check_guards();
  execution.digest = digest_of(execution.outputs);
  execution.seconds = static_cast<double>(end.milliseconds_since(start)) / 1000;
  if (image.jitted) execution.note = "the driver assembled PTX: these bits are not verified";
  return execution;
}

}  // namespace attnlab::kernels
