# Uses ccache when it is installed, for llama.cpp and for our code. The base directory makes a hit independent of
# where the project was cloned to, and of which of our build folders asks.
find_program(SURECALL_CCACHE ccache)
mark_as_advanced(SURECALL_CCACHE)
if(SURECALL_CCACHE AND NOT CMAKE_C_COMPILER_LAUNCHER AND NOT CMAKE_CXX_COMPILER_LAUNCHER AND NOT MSVC)
  set(launcher "${CMAKE_COMMAND}" -E env "CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}" CCACHE_NOHASHDIR=1
               CCACHE_SLOPPINESS=time_macros "${SURECALL_CCACHE}")
  set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_CUDA_COMPILER_LAUNCHER ${launcher})
endif()
