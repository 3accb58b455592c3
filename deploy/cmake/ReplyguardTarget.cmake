# How every target of ours is compiled. Applied by replyguard_target(), never globally, so that generated
# code is not held to our warnings.
include(CheckCXXCompilerFlag)

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CCACHE_PROGRAM}")
endif()

add_library(replyguard_flags INTERFACE)
target_compile_options(replyguard_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wswitch -Werror
  # Fused multiply-add would make a score depend on the CPU.
  -ffp-contract=off
  $<$<CXX_COMPILER_ID:Clang>:-Wthread-safety>)

if(REPLYGUARD_SANITIZE)
  add_compile_options(-fsanitize=${REPLYGUARD_SANITIZE} -fno-omit-frame-pointer
                      -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${REPLYGUARD_SANITIZE})
endif()

# replyguard_target(NAME) applies our warnings to a target.
function(replyguard_target name)
  target_link_libraries(${name} PRIVATE $<BUILD_INTERFACE:replyguard_flags>)
endfunction()
