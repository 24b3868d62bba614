// SPDX-License-Identifier: MIT
// CUDA C++'s own words, as attributes that clang knows.
#pragma once

#define __host__ __attribute__((host))
#define __device__ __attribute__((device))
#define __global__ __attribute__((global))
#define __shared__ __attribute__((shared))
#define __constant__ __attribute__((constant))
#define __managed__ __attribute__((device))
#define __launch_bounds__(...) __attribute__((launch_bounds(__VA_ARGS__)))
#define __forceinline__ __inline__ __attribute__((always_inline))
#define __align__(bytes) __attribute__((aligned(bytes)))
#define __builtin_align__(bytes) __attribute__((aligned(bytes)))
// Hints and promises that change no result.
#define __grid_constant__
#define __maxnreg__(registers)
#define __inline_hint__
#define __cudart_builtin__
// What says to a program's own headers that this is a compiler of CUDA.
#ifndef __CUDACC__
#define __CUDACC__ 1
#endif
#define CUDARTAPI
#define CUDART_CB
#define CUDART_VERSION 13000
#define CUDA_VERSION 13000
#define __CUDACC_VER_MAJOR__ 13
#define __CUDACC_VER_MINOR__ 0

// Functions of the kit that host code may call, too.
// Their instructions belong to the line that calls them: a fault is the caller's.
#define ATTNLAB_KIT_HD __host__ __device__ __forceinline__ __attribute__((nodebug))
#define ATTNLAB_KIT_D __device__ __forceinline__ __attribute__((nodebug))
