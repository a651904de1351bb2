# surecall.node: thin Node-API wrappers (native/addon) around the libraries. Headers come from the npm packages
# node-api-headers and node-addon-api (cmake-js puts both into CMAKE_JS_INC), so nothing is downloaded.
add_library(surecall MODULE ${addon_sources} ${CMAKE_JS_SRC})
surecall_target(surecall)
set_target_properties(surecall PROPERTIES PREFIX "" SUFFIX ".node")
target_include_directories(surecall SYSTEM PRIVATE ${CMAKE_JS_INC})
target_compile_definitions(surecall PRIVATE NAPI_VERSION=8 NAPI_CPP_EXCEPTIONS BUILDING_NODE_EXTENSION
                                            NODE_GYP_MODULE_NAME=surecall)
target_link_libraries(surecall PRIVATE surecall_decode Threads::Threads ${CMAKE_JS_LIB})

if(CMAKE_SYSTEM_NAME STREQUAL "Linux")
  # It runs on any distribution with a new enough glibc, and shares no symbols with its neighbours: not those of the C++ library
  # either, which are exported unless said otherwise.
  target_link_options(surecall PRIVATE -static-libstdc++ -static-libgcc -Wl,--exclude-libs,ALL -Wl,--gc-sections
                                       "-Wl,--version-script,${PROJECT_SOURCE_DIR}/cmake/addon.map")
elseif(MSVC AND CMAKE_JS_NODELIB_DEF AND CMAKE_JS_NODELIB_TARGET)
  execute_process(COMMAND ${CMAKE_AR} /def:${CMAKE_JS_NODELIB_DEF} /out:${CMAKE_JS_NODELIB_TARGET} ${CMAKE_STATIC_LINKER_FLAGS})
endif()

if(SURECALL_PORTABLE)
  surecall_portable(surecall)
  add_dependencies(surecall ${SURECALL_MODULES})
endif()
