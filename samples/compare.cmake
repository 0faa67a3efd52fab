# Generates the small samples into FRESH and fails unless they are the files in COMMITTED, byte for
# byte, and no others.

file(REMOVE_RECURSE "${FRESH}")
execute_process(COMMAND "${GENERATOR}" --small "${FRESH}" RESULT_VARIABLE status)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "${GENERATOR} failed: ${status}")
endif()

file(GLOB fresh_names RELATIVE "${FRESH}" "${FRESH}/*")
file(GLOB committed_names RELATIVE "${COMMITTED}" "${COMMITTED}/*")
if(NOT fresh_names STREQUAL committed_names OR NOT fresh_names)
  message(FATAL_ERROR "generated: ${fresh_names}\ncommitted: ${committed_names}")
endif()
foreach(name IN LISTS fresh_names)
  file(SHA256 "${FRESH}/${name}" fresh_hash)
  file(SHA256 "${COMMITTED}/${name}" committed_hash)
  if(NOT fresh_hash STREQUAL committed_hash)
    message(SEND_ERROR "${name} differs from the committed file")
  endif()
endforeach()
