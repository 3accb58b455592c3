# How every target of ours is compiled: replyguard_target() applies our warnings, so that generated code is
# not held to them. What must be the same in every object file (sanitizers, hardening) is set globally here.

# Paths relative to the checkout, so that a clone elsewhere still finds its objects in the compiler cache.
find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  set(CMAKE_CXX_COMPILER_LAUNCHER
    env "CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}" CCACHE_NOHASHDIR=1 "${CCACHE_PROGRAM}")
endif()

set(CMAKE_POSITION_INDEPENDENT_CODE ON)
include(CheckPIESupported)
check_pie_supported()

add_library(replyguard_flags INTERFACE)
target_compile_options(replyguard_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wswitch -Werror
  # Fused multiply-add would make a score depend on the CPU.
  -ffp-contract=off
  $<$<CXX_COMPILER_ID:Clang>:-Wthread-safety>)

# The service parses what strangers send: checked containers always, the rest where it does not blind a sanitizer.
add_compile_definitions(_GLIBCXX_ASSERTIONS)
add_compile_options(-fstack-protector-strong)
if(REPLYGUARD_SANITIZE)
  add_compile_options(-fsanitize=${REPLYGUARD_SANITIZE} -fno-omit-frame-pointer
                      -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${REPLYGUARD_SANITIZE})
else()
  add_compile_options($<$<NOT:$<CONFIG:Debug>>:-D_FORTIFY_SOURCE=2>)
  add_link_options(-Wl,-z,relro,-z,now)
endif()

# What a sanitizer needs in each program.
if(REPLYGUARD_SANITIZE MATCHES thread)
  find_package(absl CONFIG REQUIRED)
  add_library(replyguard_sanitizer OBJECT
    "${CMAKE_SOURCE_DIR}/tests/support/abseil_locks.cpp" "${CMAKE_SOURCE_DIR}/tests/support/grpc_queues.cpp")
  target_include_directories(replyguard_sanitizer PRIVATE "${CMAKE_SOURCE_DIR}/tests")
  target_link_libraries(replyguard_sanitizer PUBLIC absl::synchronization ${CMAKE_DL_LIBS})
elseif(REPLYGUARD_SANITIZE MATCHES undefined AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  add_library(replyguard_sanitizer OBJECT "${CMAKE_SOURCE_DIR}/tests/support/undefined_reports.cpp")
endif()

# replyguard_target(NAME) applies our warnings to a target.
function(replyguard_target name)
  target_link_libraries(${name} PRIVATE $<BUILD_INTERFACE:replyguard_flags>)
  get_target_property(type ${name} TYPE)
  if(type STREQUAL EXECUTABLE AND TARGET replyguard_sanitizer)
    target_link_libraries(${name} PRIVATE replyguard_sanitizer)
  endif()
endfunction()
