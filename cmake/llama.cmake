# llama.cpp: the library and its backends, nothing else of it. Two shapes:
#
#   a build for this machine       everything in one file, one CPU backend
#   SURECALL_PORTABLE (prebuilds)  llama.cpp stays inside the addon; ggml's backends are modules beside it, one CPU backend per
#                                  microarchitecture, of which the addon loads the best (native/decode/backends.h)
set(llama_dir "${PROJECT_SOURCE_DIR}/vendor/llama.cpp")
if(NOT EXISTS "${llama_dir}/CMakeLists.txt")
  message(FATAL_ERROR "vendor/llama.cpp is empty: run `node scripts/vendor.mjs` first.")
endif()

foreach(part COMMON TOOLS APP TESTS EXAMPLES SERVER UI)
  set(LLAMA_BUILD_${part} OFF CACHE BOOL "" FORCE)
endforeach()
set(LLAMA_OPENSSL OFF CACHE BOOL "" FORCE)
set(GGML_OPENMP OFF CACHE BOOL "" FORCE)
set(GGML_CCACHE OFF CACHE BOOL "" FORCE) # cmake/ccache.cmake has done it
set(GGML_LLAMAFILE ON CACHE BOOL "" FORCE) # llama.cpp's own defaults, said here because ggml may be added before it
set(GGML_CUDA_GRAPHS ON CACHE BOOL "" FORCE)
set(GGML_CUDA_NCCL OFF CACHE BOOL "" FORCE) # one more library to find, for several GPUs only
set(GGML_NATIVE ${SURECALL_NATIVE} CACHE BOOL "" FORCE)
set(GGML_CUDA ${SURECALL_CUDA} CACHE BOOL "" FORCE)
set(GGML_METAL ${SURECALL_METAL} CACHE BOOL "" FORCE)
if(NOT SURECALL_METAL)
  set(GGML_BLAS OFF CACHE BOOL "" FORCE)
endif()
set(GGML_BACKEND_DL ${SURECALL_PORTABLE} CACHE BOOL "" FORCE)
set(variants ${SURECALL_PORTABLE})
if(WIN32 AND CMAKE_SYSTEM_PROCESSOR MATCHES "^(ARM64|aarch64)$")
  set(variants OFF) # ggml has one CPU backend for it
endif()
set(GGML_CPU_ALL_VARIANTS ${variants} CACHE BOOL "" FORCE)

# Without these, llama.cpp and ggml ask git, and would find this project's own history.
set(LLAMA_BUILD_NUMBER 0)
set(LLAMA_BUILD_COMMIT 7fe450e1)
set(GIT_EXE "" CACHE FILEPATH "" FORCE)

# What comes from llama.cpp and is kept on disk carries its version (prefix_store.h). The checksums are xxHash's, of which
# llama.cpp brings the header.
set(SURECALL_LLAMA_INCLUDES "${llama_dir}/vendor/hash/xxhash")

if(SURECALL_PORTABLE)
  include(cmake/portable.cmake)
endif()
add_subdirectory(vendor/llama.cpp EXCLUDE_FROM_ALL)
