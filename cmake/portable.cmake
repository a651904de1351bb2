# ggml in the shape of a prebuild: shared libraries that lie together with their backends in one folder.
#
# ggml's backends need its symbols at run time, so what they share is a library; llama.cpp itself stays static and hidden in
# the addon. Loaders know libraries by their names alone, so these get names of our own, with llama.cpp's commit in them: another
# addon in the process may bring another version of ggml. Names have no numbers at the end, since npm packages hold no links.
#
# Sets SURECALL_MODULES, the targets that belong beside the addon, and SURECALL_MODULE_FOLDER, where they are built.
set(SURECALL_MODULE_FOLDER "${CMAKE_BINARY_DIR}/modules")
set(SURECALL_LIBC glibc CACHE STRING "On Linux: the C library, which is also the name of the folder for the modules")

# Of ggml's variants those whose code differs: the flags of the others change what the processor is reported to have, no kernel
# (AVX512-VBMI), or concern processors that few have (AVX without AVX2, SME). What is left out runs on the next simpler one.
set(SURECALL_CPU_VARIANTS
  x64 sse42 haswell alderlake skylakex cascadelake cooperlake sapphirerapids
  armv8.0_1 armv8.2_2 armv8.6_1 armv8.6_2
  apple_m1 apple_m2_m3 apple_m4
  CACHE STRING "CPU backends of a prebuild; those of other architectures are ignored")

set(BUILD_SHARED_LIBS ON)
add_subdirectory(vendor/llama.cpp/ggml EXCLUDE_FROM_ALL)
set(BUILD_SHARED_LIBS OFF)

foreach(name ggml ggml-base)
  set_target_properties(${name} PROPERTIES OUTPUT_NAME surecall-${name}-${LLAMA_BUILD_COMMIT})
endforeach()

# surecall_modules(FOLDER): appends the libraries of a folder of ggml to SURECALL_MODULES.
function(surecall_modules folder)
  get_property(targets DIRECTORY "${folder}" PROPERTY BUILDSYSTEM_TARGETS)
  foreach(target ${targets})
    get_target_property(type ${target} TYPE)
    if(NOT type MATCHES "^(SHARED|MODULE)_LIBRARY$")
      continue()
    endif()
    string(REGEX MATCH "^ggml-cpu-(.+)$" variant "${target}")
    if(variant AND NOT CMAKE_MATCH_1 IN_LIST SURECALL_CPU_VARIANTS)
      # ggml depends on all of its backends, so these are built as well, of next to nothing, without options that the compiler may not know.
      set_target_properties(${target} PROPERTIES SOURCES "${PROJECT_SOURCE_DIR}/cmake/empty.c" COMPILE_OPTIONS "")
    else()
      list(APPEND SURECALL_MODULES ${target})
    endif()
  endforeach()
  set(SURECALL_MODULES ${SURECALL_MODULES} PARENT_SCOPE)
endfunction()

set(ggml_source "${PROJECT_SOURCE_DIR}/vendor/llama.cpp/ggml/src")
get_property(ggml_folders DIRECTORY "${ggml_source}" PROPERTY SUBDIRECTORIES)
foreach(folder ${ggml_source} ${ggml_folders})
  surecall_modules("${folder}")
endforeach()

# surecall_portable(TARGET ...): needs nothing of the machine but its C library, and finds its neighbours where it lies.
function(surecall_portable)
  foreach(target ${ARGN})
    set_property(TARGET ${target} PROPERTY VERSION)
    set_property(TARGET ${target} PROPERTY SOVERSION)
    set_target_properties(${target} PROPERTIES BUILD_WITH_INSTALL_RPATH ON)
    if(APPLE)
      set_target_properties(${target} PROPERTIES INSTALL_RPATH "@loader_path")
      target_link_options(${target} PRIVATE -Wl,-dead_strip)
    elseif(NOT WIN32)
      set_target_properties(${target} PROPERTIES INSTALL_RPATH "$ORIGIN;$ORIGIN/${SURECALL_LIBC}")
      target_link_options(${target} PRIVATE -static-libstdc++ -static-libgcc -Wl,--exclude-libs,ALL -Wl,--gc-sections)
    endif()
  endforeach()
endfunction()

surecall_portable(${SURECALL_MODULES})
if(CMAKE_SYSTEM_NAME STREQUAL "Linux")
  # What they export, and no more: templates of the C++ library would be shared with whoever exports the same.
  foreach(target ${SURECALL_MODULES})
    get_target_property(type ${target} TYPE)
    if(type STREQUAL "MODULE_LIBRARY")
      set(map backend.map)
    else()
      set(map ggml.map)
    endif()
    target_link_options(${target} PRIVATE "-Wl,--version-script,${PROJECT_SOURCE_DIR}/cmake/${map}")
  endforeach()
endif()
foreach(kind LIBRARY RUNTIME)
  # The empty expression keeps Visual Studio from adding a folder for the configuration.
  set_target_properties(${SURECALL_MODULES} PROPERTIES ${kind}_OUTPUT_DIRECTORY "${SURECALL_MODULE_FOLDER}$<0:>")
endforeach()
