# replyguard_proto_library(NAME [GRPC] BASE dir PROTOS a.proto... [LIBS lib...]): a static library of the C++ that
# protoc makes of the named files. Their paths are relative to BASE, which is also the import root; includes in C++
# are by the same path ("replyguard/v1/comment.pb.h"). GRPC adds the stubs of *_service.proto. Generated code is compiled
# without our warnings, and its headers count as system headers.
find_package(Protobuf REQUIRED)
find_package(gRPC CONFIG REQUIRED)
find_program(GRPC_CPP_PLUGIN grpc_cpp_plugin REQUIRED)

function(replyguard_proto_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "GRPC" "BASE" "PROTOS;LIBS")
  get_filename_component(base "${arg_BASE}" ABSOLUTE)
  set(out "${CMAKE_CURRENT_BINARY_DIR}/${name}.gen")
  file(MAKE_DIRECTORY "${out}")
  set(imports -I "${base}")
  foreach(lib IN LISTS arg_LIBS)
    get_target_property(lib_base ${lib} REPLYGUARD_PROTO_BASE)
    if(lib_base)
      list(APPEND imports -I "${lib_base}")
    endif()
  endforeach()

  set(sources)
  foreach(proto IN LISTS arg_PROTOS)
    string(REGEX REPLACE "\\.proto$" "" stem "${proto}")
    set(made "${out}/${stem}.pb.cc" "${out}/${stem}.pb.h")
    set(options --cpp_out "${out}")
    if(arg_GRPC AND stem MATCHES "_service$")
      list(APPEND made "${out}/${stem}.grpc.pb.cc" "${out}/${stem}.grpc.pb.h")
      list(APPEND options --grpc_out "${out}" "--plugin=protoc-gen-grpc=${GRPC_CPP_PLUGIN}")
    endif()
    # protoc writes no depfile when several languages are asked for, so one .proto depends on all of its library.
    list(TRANSFORM arg_PROTOS PREPEND "${base}/" OUTPUT_VARIABLE depends)
    add_custom_command(
      OUTPUT ${made}
      COMMAND "${Protobuf_PROTOC_EXECUTABLE}" ${imports} ${options} "${base}/${proto}"
      DEPENDS ${depends}
      COMMENT "protoc ${proto}"
      VERBATIM)
    list(APPEND sources ${made})
  endforeach()

  add_library(${name} STATIC ${sources})
  set_target_properties(${name} PROPERTIES REPLYGUARD_PROTO_BASE "${base}" CXX_CLANG_TIDY "")
  target_include_directories(${name} SYSTEM PUBLIC "${out}")
  target_link_libraries(${name} PUBLIC protobuf::libprotobuf ${arg_LIBS})
  if(arg_GRPC)
    target_link_libraries(${name} PUBLIC gRPC::grpc++)
  endif()
endfunction()
