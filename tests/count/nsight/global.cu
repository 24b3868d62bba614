// SPDX-License-Identifier: MIT
// Sectors of global memory, as the emulator and Nsight Compute count them: strides, misalignment,
// widths of vectors. Each kernel is launched as the line above it says.

template <int kStride>
__device__ void copy_apart(const float* in, float* out) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  out[i] = in[i * kStride];
}

// emulate: --grid 4 --block 128 --arg f32[512]=iota --arg f32[512]=zeros
extern "C" __global__ void stride_1(const float* in, float* out) {
  copy_apart<1>(in, out);
}

// emulate: --grid 4 --block 128 --arg f32[1024]=iota --arg f32[512]=zeros
extern "C" __global__ void stride_2(const float* in, float* out) {
  copy_apart<2>(in, out);
}

// emulate: --grid 4 --block 128 --arg f32[1536]=iota --arg f32[512]=zeros
extern "C" __global__ void stride_3(const float* in, float* out) {
  copy_apart<3>(in, out);
}

// emulate: --grid 4 --block 128 --arg f32[2048]=iota --arg f32[512]=zeros
extern "C" __global__ void stride_4(const float* in, float* out) {
  copy_apart<4>(in, out);
}

// emulate: --grid 4 --block 128 --arg f32[4096]=iota --arg f32[512]=zeros
extern "C" __global__ void stride_8(const float* in, float* out) {
  copy_apart<8>(in, out);
}

// emulate: --grid 4 --block 128 --arg f32[8192]=iota --arg f32[512]=zeros
extern "C" __global__ void stride_16(const float* in, float* out) {
  copy_apart<16>(in, out);
}

// emulate: --grid 4 --block 128 --arg f32[16384]=iota --arg f32[512]=zeros
extern "C" __global__ void stride_32(const float* in, float* out) {
  copy_apart<32>(in, out);
}

// One float late: five sectors a warp.
// emulate: --grid 4 --block 128 --arg f32[513]=iota --arg f32[513]=zeros
extern "C" __global__ void misaligned(const float* in, float* out) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  out[i + 1] = in[i + 1];
}

// emulate: --grid 4 --block 128 --arg f32[1024]=iota --arg f32[1024]=zeros
extern "C" __global__ void vectors_of_2(const float* in, float* out) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  reinterpret_cast<float2*>(out)[i] = reinterpret_cast<const float2*>(in)[i];
}

// emulate: --grid 4 --block 128 --arg f32[2048]=iota --arg f32[2048]=zeros
extern "C" __global__ void vectors_of_4(const float* in, float* out) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  reinterpret_cast<float4*>(out)[i] = reinterpret_cast<const float4*>(in)[i];
}

// All lanes of a warp read one vector: does a wide request count a sector once?
// emulate: --grid 4 --block 128 --arg f32[4]=iota --arg f32[512]=zeros
extern "C" __global__ void one_vector_for_all(const float* in, float* out) {
  const float4 all = *reinterpret_cast<const float4*>(in + (out == nullptr ? threadIdx.x : 0));
  out[blockIdx.x * blockDim.x + threadIdx.x] = all.x + all.y + all.z + all.w;
}

// Pairs of lanes that lie 16 lanes apart read one vector.
// emulate: --grid 4 --block 128 --arg f32[64]=iota --arg f32[512]=zeros
extern "C" __global__ void vectors_shared_by_halves(const float* in, float* out) {
  const float4 mine = reinterpret_cast<const float4*>(in)[threadIdx.x % 16];
  out[blockIdx.x * blockDim.x + threadIdx.x] = mine.x + mine.y + mine.z + mine.w;
}
