// SPDX-License-Identifier: MIT
// Wavefronts of shared memory, as the emulator and Nsight Compute count them: strides, padding,
// swizzle, widths. Each kernel is launched as the line above it says.

// Every thread writes its words side by side, then reads them elsewhere.
template <int kStride>
__device__ void read_apart(const float* in, float* out) {
  __shared__ float words[32 * 32];
  for (int i = threadIdx.x; i < 32 * 32; i += blockDim.x) words[i] = in[i];
  __syncthreads();
  out[blockIdx.x * blockDim.x + threadIdx.x] = words[threadIdx.x * kStride % (32 * 32)];
}

// emulate: --grid 2 --block 32 --arg f32[1024]=iota --arg f32[64]=zeros
extern "C" __global__ void shared_stride_1(const float* in, float* out) {
  read_apart<1>(in, out);
}

// emulate: --grid 2 --block 32 --arg f32[1024]=iota --arg f32[64]=zeros
extern "C" __global__ void shared_stride_2(const float* in, float* out) {
  read_apart<2>(in, out);
}

// emulate: --grid 2 --block 32 --arg f32[1024]=iota --arg f32[64]=zeros
extern "C" __global__ void shared_stride_7(const float* in, float* out) {
  read_apart<7>(in, out);
}

// emulate: --grid 2 --block 32 --arg f32[1024]=iota --arg f32[64]=zeros
extern "C" __global__ void shared_stride_8(const float* in, float* out) {
  read_apart<8>(in, out);
}

// emulate: --grid 2 --block 32 --arg f32[1024]=iota --arg f32[64]=zeros
extern "C" __global__ void shared_stride_32(const float* in, float* out) {
  read_apart<32>(in, out);
}

// A tile of rows of kWords words is written by rows and read by columns.
template <int kSide, int kWords>
__device__ void transpose(const float* in, float* out) {
  __shared__ float tile[kSide][kWords];
  const int at = threadIdx.y * kSide + threadIdx.x;
  tile[threadIdx.y][threadIdx.x] = in[at];
  __syncthreads();
  out[at] = tile[threadIdx.x][threadIdx.y];
}

// emulate: --grid 1 --block 32,32 --arg f32[1024]=iota --arg f32[1024]=zeros
extern "C" __global__ void columns_of_32(const float* in, float* out) {
  transpose<32, 32>(in, out);
}

// emulate: --grid 1 --block 32,32 --arg f32[1024]=iota --arg f32[1024]=zeros
extern "C" __global__ void columns_of_33(const float* in, float* out) {
  transpose<32, 33>(in, out);
}

// emulate: --grid 1 --block 16,16 --arg f32[256]=iota --arg f32[256]=zeros
extern "C" __global__ void columns_of_16(const float* in, float* out) {
  transpose<16, 16>(in, out);
}

// emulate: --grid 1 --block 16,16 --arg f32[256]=iota --arg f32[256]=zeros
extern "C" __global__ void columns_of_17(const float* in, float* out) {
  transpose<16, 17>(in, out);
}

// emulate: --grid 1 --block 32,32 --arg f32[1024]=iota --arg f32[1024]=zeros
extern "C" __global__ void swizzled(const float* in, float* out) {
  __shared__ float tile[32][32];
  const int at = threadIdx.y * 32 + threadIdx.x;
  tile[threadIdx.y][threadIdx.x ^ threadIdx.y] = in[at];
  __syncthreads();
  out[at] = tile[threadIdx.x][threadIdx.x ^ threadIdx.y];
}

// Vectors of four words, kApart vectors apart; kSame: as many lanes read one vector.
template <class Vector, int kApart, int kSame>
__device__ void read_vectors(const float* in, float* out) {
  constexpr int kWords = sizeof(Vector) / sizeof(float);
  __shared__ Vector vectors[32 * kApart];
  for (int i = threadIdx.x; i < 32 * kApart * kWords; i += 32) {
    reinterpret_cast<float*>(vectors)[i] = in[i];
  }
  __syncthreads();
  const Vector mine = vectors[threadIdx.x / kSame * kApart];
  reinterpret_cast<Vector*>(out)[threadIdx.x] = mine;
}

// emulate: --grid 1 --block 32 --arg f32[64]=iota --arg f32[64]=zeros
extern "C" __global__ void shared_vectors_of_2(const float* in, float* out) {
  read_vectors<float2, 1, 1>(in, out);
}

// emulate: --grid 1 --block 32 --arg f32[128]=iota --arg f32[64]=zeros
extern "C" __global__ void shared_vectors_of_2_apart(const float* in, float* out) {
  read_vectors<float2, 2, 1>(in, out);
}

// Do half-warps that read the same words share a wavefront?
// emulate: --grid 1 --block 32 --arg f32[64]=iota --arg f32[64]=zeros
extern "C" __global__ void shared_vectors_of_2_in_pairs(const float* in, float* out) {
  read_vectors<float2, 1, 2>(in, out);
}

// emulate: --grid 1 --block 32 --arg f32[128]=iota --arg f32[128]=zeros
extern "C" __global__ void shared_vectors_of_4(const float* in, float* out) {
  read_vectors<float4, 1, 1>(in, out);
}

// emulate: --grid 1 --block 32 --arg f32[256]=iota --arg f32[128]=zeros
extern "C" __global__ void shared_vectors_of_4_apart(const float* in, float* out) {
  read_vectors<float4, 2, 1>(in, out);
}

// emulate: --grid 1 --block 32 --arg f32[128]=iota --arg f32[128]=zeros
extern "C" __global__ void shared_vectors_of_4_for_all(const float* in, float* out) {
  read_vectors<float4, 1, 32>(in, out);
}
