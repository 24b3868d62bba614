# Device code: the same .cu through every compiler that is here.
#
#   compiler   where              makes
#   nvcc       CUDA Toolkit       NAME.nvcc.ptx (compute_80), NAME.nvcc.sm_80.cubin, NAME.nvcc.sm_90a.cubin
#   clang-19   Debian's package   NAME.clang.ptx (sm_80), and with the toolkit's ptxas NAME.clang.sm_90a.cubin
#
# The flags fix the bits: contraction off (a fused operation is one written fmaf), IEEE division and
# square root, subnormals kept.

find_program(ATTNLAB_NVCC nvcc HINTS /usr/local/cuda/bin ENV CUDA_PATH PATH_SUFFIXES bin)
find_program(ATTNLAB_PTXAS ptxas HINTS /usr/local/cuda/bin ENV CUDA_PATH PATH_SUFFIXES bin)
find_program(ATTNLAB_DEVICE_CLANG clang++-19 clang-19)
if(NOT ATTNLAB_NVCC AND NOT ATTNLAB_DEVICE_CLANG)
  message(FATAL_ERROR "Device code needs a compiler: install clang-19 (Debian: apt-get install clang-19) "
    "or the CUDA Toolkit (nvcc).")
endif()
# "nvcc 13.0.88, clang 19.1.7": named in every recording.
set(compilers)
if(ATTNLAB_NVCC)
  execute_process(COMMAND ${ATTNLAB_NVCC} --version OUTPUT_VARIABLE text ERROR_QUIET)
  string(REGEX MATCH "V([0-9.]+)" _ "${text}")
  list(APPEND compilers "nvcc ${CMAKE_MATCH_1}")
endif()
if(ATTNLAB_DEVICE_CLANG)
  execute_process(COMMAND ${ATTNLAB_DEVICE_CLANG} --version OUTPUT_VARIABLE text ERROR_QUIET)
  string(REGEX MATCH "version ([0-9.]+)" _ "${text}")
  list(APPEND compilers "clang ${CMAKE_MATCH_1}")
endif()
list(JOIN compilers ", " ATTNLAB_DEVICE_COMPILERS)
message(STATUS "Device code by: ${ATTNLAB_DEVICE_COMPILERS}")

set(ATTNLAB_DEVICE_INCLUDES -I${PROJECT_SOURCE_DIR} -I${PROJECT_BINARY_DIR})
set(ATTNLAB_NVCC_FLAGS -std=c++20 -O3 -fmad=false -ftz=false -prec-div=true -prec-sqrt=true
  --expt-relaxed-constexpr -lineinfo ${ATTNLAB_DEVICE_INCLUDES})
set(ATTNLAB_CLANG_FLAGS -x cuda --cuda-device-only -nocudainc -nocudalib --cuda-gpu-arch=sm_80
  --cuda-feature=+ptx80 -Wno-unknown-cuda-version -fdeclspec -std=c++20 -O3 -ffp-contract=off
  -Wall -Wextra -Werror -gline-tables-only
  -include ${PROJECT_SOURCE_DIR}/kernels/kit/cuda_kit.h
  -isystem ${PROJECT_SOURCE_DIR}/kernels/kit/include ${ATTNLAB_DEVICE_INCLUDES})

# attnlab_device_code(TARGET NAME file.cu): adds the images of one .cu file to TARGET's property
# ATTNLAB_DEVICE_IMAGES, as a list of "NAME/IMAGE=path" for attnlab_embed.
function(attnlab_device_code target name source)
  get_filename_component(source ${source} ABSOLUTE)
  set(base ${CMAKE_CURRENT_BINARY_DIR}/device/${name})
  get_filename_component(folder ${base} DIRECTORY)
  file(MAKE_DIRECTORY ${folder})
  set(images)
  if(ATTNLAB_NVCC)
    _attnlab_nvcc_image(${source} ${base}.nvcc.ptx "-ptx;-arch=compute_80")
    _attnlab_nvcc_image(${source} ${base}.nvcc.sm_80.cubin "-cubin;-arch=sm_80")
    _attnlab_nvcc_image(${source} ${base}.nvcc.sm_90a.cubin "-cubin;-arch=sm_90a")
    list(APPEND images nvcc.ptx nvcc.sm_80.cubin nvcc.sm_90a.cubin)
  endif()
  if(ATTNLAB_DEVICE_CLANG)
    add_custom_command(OUTPUT ${base}.clang.ptx
      COMMAND ${ATTNLAB_DEVICE_CLANG} ${ATTNLAB_CLANG_FLAGS} -S ${source} -o ${base}.clang.ptx
        -MD -MF ${base}.clang.ptx.d
      DEPENDS ${source} ${PROJECT_SOURCE_DIR}/kernels/kit/cuda_kit.h
      DEPFILE ${base}.clang.ptx.d
      COMMENT "clang ${name}.cu -> PTX" VERBATIM)
    list(APPEND images clang.ptx)
    if(ATTNLAB_PTXAS)
      add_custom_command(OUTPUT ${base}.clang.sm_90a.cubin
        COMMAND ${ATTNLAB_PTXAS} -arch=sm_90a ${base}.clang.ptx -o ${base}.clang.sm_90a.cubin
        DEPENDS ${base}.clang.ptx
        COMMENT "ptxas ${name}.clang.ptx -> sm_90a" VERBATIM)
      list(APPEND images clang.sm_90a.cubin)
    endif()
  endif()
  foreach(image IN LISTS images)
    set_property(TARGET ${target} APPEND PROPERTY ATTNLAB_DEVICE_IMAGES
      "${name}.${image}=${base}.${image}")
  endforeach()
endfunction()

function(_attnlab_nvcc_image source output mode)
  get_filename_component(label ${output} NAME)
  add_custom_command(OUTPUT ${output}
    COMMAND ${ATTNLAB_NVCC} ${ATTNLAB_NVCC_FLAGS} ${mode} ${source} -o ${output} -MD -MF ${output}.d
    DEPENDS ${source}
    DEPFILE ${output}.d
    COMMENT "nvcc -> ${label}" VERBATIM)
endfunction()
