# How tests are registered. The ending of a source file says what it needs, and the ctest label follows:
#   *_test.cpp nothing (unit), *_pgtest.cpp PostgreSQL (pg), *_rpctest.cpp a running server (rpc).
# Every source named here is written to registered_tests.txt, which tests/meta compares with the tree.
include(GoogleTest)

# What a sanitized test is run with; one variable, because gtest_discover_tests cannot pass on a list. Bounds that are
# there for hangs are so many times as long (harness.py has the same of its own from REPLYGUARD_TEST_PATIENCE), and those
# on memory so many times as large (process_memory.py, REPLYGUARD_TEST_MEMORY).
set(replyguard_sanitizer_options)
set(replyguard_patience 1)
set(replyguard_memory 1)
if(REPLYGUARD_SANITIZE)
  set(replyguard_patience 5)
  set(replyguard_memory 8)
endif()
if(REPLYGUARD_SANITIZE MATCHES thread)
  set(replyguard_sanitizer_options
    "TSAN_OPTIONS=suppressions=${CMAKE_SOURCE_DIR}/tests/tsan.supp:second_deadlock_stack=1")
elseif(REPLYGUARD_SANITIZE MATCHES undefined)
  set(replyguard_sanitizer_options
    "LSAN_OPTIONS=suppressions=${CMAKE_SOURCE_DIR}/tests/lsan.supp:print_suppressions=0")
endif()

define_property(GLOBAL PROPERTY REPLYGUARD_TEST_SOURCES
  BRIEF_DOCS "Sources of tests, fuzz targets and benchmarks known to CMake, relative to the checkout")

function(replyguard_note_test_sources)
  foreach(source IN LISTS ARGN)
    get_filename_component(path "${source}" ABSOLUTE)
    file(RELATIVE_PATH path "${CMAKE_SOURCE_DIR}" "${path}")
    set_property(GLOBAL APPEND PROPERTY REPLYGUARD_TEST_SOURCES "${path}")
  endforeach()
endfunction()

function(replyguard_write_test_sources)
  get_property(sources GLOBAL PROPERTY REPLYGUARD_TEST_SOURCES)
  list(JOIN sources "\n" text)
  file(WRITE "${CMAKE_BINARY_DIR}/registered_tests.txt" "${text}\n")
endfunction()

# replyguard_test_label(OUT source...) stores unit, pg or rpc; sources of different needs are an error.
function(replyguard_test_label out)
  set(label "")
  foreach(source IN LISTS ARGN)
    if(source MATCHES "_pgtest\\.cpp$")
      set(this pg)
    elseif(source MATCHES "_rpctest\\.cpp$")
      set(this rpc)
    elseif(source MATCHES "_test\\.cpp$")
      set(this unit)
    else()
      message(FATAL_ERROR "${source}: a test ends in _test.cpp, _pgtest.cpp or _rpctest.cpp; use HELPERS for others")
    endif()
    if(label AND NOT label STREQUAL this)
      message(FATAL_ERROR "${source} needs ${this}, others of its executable need ${label}: use two executables")
    endif()
    set(label ${this})
  endforeach()
  set(${out} "${label}" PARENT_SCOPE)
endfunction()

# replyguard_add_test(NAME SOURCES a_test.cpp... [HELPERS x.cpp...] [LIBS target...] [TIMEOUT seconds] [WHOLE])
# One executable, each TEST a ctest test in a process of its own, named NAME.Suite.Case. WHOLE makes the executable
# one ctest test instead, where a suite's set-up is dear. gtest's and gmock's main is linked in.
function(replyguard_add_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "WHOLE" "TIMEOUT" "SOURCES;HELPERS;LIBS")
  if(arg_UNPARSED_ARGUMENTS OR NOT arg_SOURCES)
    message(FATAL_ERROR "replyguard_add_test(${name}): SOURCES are needed; unknown: ${arg_UNPARSED_ARGUMENTS}")
  endif()
  replyguard_test_label(label ${arg_SOURCES})
  replyguard_note_test_sources(${arg_SOURCES})
  if(NOT REPLYGUARD_TESTS)
    return()
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  math(EXPR arg_TIMEOUT "${arg_TIMEOUT} * ${replyguard_patience}")

  add_executable(${name} ${arg_SOURCES} ${arg_HELPERS})
  replyguard_target(${name})
  target_include_directories(${name} PRIVATE "${CMAKE_SOURCE_DIR}/tests")
  target_link_libraries(${name} PRIVATE ${arg_LIBS} GTest::gmock_main)
  set(properties LABELS ${label} TIMEOUT ${arg_TIMEOUT})
  if(replyguard_sanitizer_options)
    list(APPEND properties ENVIRONMENT "${replyguard_sanitizer_options}")
  endif()
  if(arg_WHOLE)
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES ${properties})
  else()
    gtest_discover_tests(${name} TEST_PREFIX "${name}." DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60
      PROPERTIES ${properties})
  endif()
endfunction()

# replyguard_add_script_test(NAME LABEL label [TIMEOUT seconds] [ALONE] [ENVIRONMENT A=b...] COMMAND program arg...)
# A test that is no GoogleTest: labels lint (the tree itself) and e2e (the built binary). ALONE: nothing beside it.
function(replyguard_add_script_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "ALONE" "LABEL;TIMEOUT" "COMMAND;ENVIRONMENT")
  if(NOT REPLYGUARD_TESTS)
    return()
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 300)
  endif()
  math(EXPR arg_TIMEOUT "${arg_TIMEOUT} * ${replyguard_patience}")
  add_test(NAME ${name} COMMAND ${arg_COMMAND} WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}")
  set_tests_properties(${name} PROPERTIES LABELS ${arg_LABEL} TIMEOUT ${arg_TIMEOUT}
    ENVIRONMENT "PYTHONDONTWRITEBYTECODE=1;${arg_ENVIRONMENT}")
  if(arg_ALONE)
    set_tests_properties(${name} PROPERTIES RUN_SERIAL ON)
  endif()
endfunction()

# replyguard_add_fuzz(NAME SOURCES x_fuzz.cpp... [LIBS target...]): a libFuzzer target, built by preset fuzz. In every
# other preset, the same source with tests/fuzz/replay.cpp is the test fuzz.NAME over tests/fuzz/corpus/NAME.
function(replyguard_add_fuzz name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LIBS")
  replyguard_note_test_sources(${arg_SOURCES})
  if(REPLYGUARD_FUZZ)
    add_executable(${name} ${arg_SOURCES})
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  elseif(REPLYGUARD_TESTS)
    add_executable(${name} ${arg_SOURCES} "${CMAKE_SOURCE_DIR}/tests/fuzz/replay.cpp")
    replyguard_add_script_test(fuzz.${name} LABEL unit ENVIRONMENT ${replyguard_sanitizer_options}
      COMMAND ${name} "${CMAKE_SOURCE_DIR}/tests/fuzz/corpus/${name}")
  else()
    return()
  endif()
  replyguard_target(${name})
  target_link_libraries(${name} PRIVATE ${arg_LIBS})
endfunction()

# replyguard_add_benchmark(NAME SOURCES x_benchmark.cpp... [LIBS target...]): built with REPLYGUARD_BENCHMARKS=ON.
function(replyguard_add_benchmark name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LIBS")
  replyguard_note_test_sources(${arg_SOURCES})
  if(NOT REPLYGUARD_BENCHMARKS)
    return()
  endif()
  add_executable(${name} ${arg_SOURCES})
  replyguard_target(${name})
  target_link_libraries(${name} PRIVATE ${arg_LIBS})
endfunction()
