# Every native/test/NAME_test.cc is one GoogleTest program and one ctest entry. Those named decode_*_test.cc also
# see the decoding session; all others are the mask engine alone.
find_package(GTest)
if(NOT GTest_FOUND AND CMAKE_CROSSCOMPILING AND EXISTS /usr/src/googletest/CMakeLists.txt)
  # Debian's package has the sources too, which another compiler can use.
  add_subdirectory(/usr/src/googletest googletest EXCLUDE_FROM_ALL)
  foreach(name gtest gtest_main)
    if(NOT TARGET GTest::${name})
      add_library(GTest::${name} ALIAS ${name})
    endif()
  endforeach()
elseif(NOT GTest_FOUND)
  message(FATAL_ERROR "GoogleTest is missing (Debian/Ubuntu: apt-get install libgtest-dev; macOS: brew install googletest).")
endif()

file(GLOB test_sources CONFIGURE_DEPENDS native/test/*_test.cc)
foreach(source ${test_sources})
  get_filename_component(name ${source} NAME_WE)
  if(name MATCHES "^decode_")
    set(library surecall_decode)
  else()
    set(library surecall_core)
  endif()
  if(NOT TARGET ${library})
    continue()
  endif()
  add_executable(${name} ${source})
  surecall_target(${name})
  target_compile_definitions(${name} PRIVATE SURECALL_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  target_link_libraries(${name} PRIVATE ${library} GTest::gtest GTest::gtest_main Threads::Threads)
  if(library STREQUAL "surecall_decode")
    target_link_libraries(${name} PRIVATE llama) # they compare with llama.cpp itself
  endif()
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES
    WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}"
    ENVIRONMENT "UBSAN_OPTIONS=print_stacktrace=1;ASAN_OPTIONS=detect_leaks=1")
endforeach()
