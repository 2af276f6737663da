# Runs PROGRAM, built of watched rooms, and puts what was counted (WATCHED/**.gcda) beside the OBJECTS that it is for. Counts that are as
# before keep their time: after a change of one file, that one is compiled again and no other.

# A run, its iterations, and its point: each kind of path that is run for long. The benchmark's own point is not among them.
set(training
  "rdma-write-latency 2000 path=native size=4\\ KB"
  "rdma-write-latency 2000 path=sriov size=64\\ B"
  "rdma-write-latency 2000 path=vrdma size=64\\ B"
  "rdma-send-event 2000"
  "pcie-bandwidth-size 2000"
  "iommu-bandwidth 2000"
  "qp-create-rate 20 control=iss path=native"
  "qp-create-rate 10 control=rtl path=native")

file(GLOB_RECURSE before ${WATCHED}/*.gcda)
if(before)
  file(REMOVE ${before})
endif()
foreach(run ${training})
  separate_arguments(arguments UNIX_COMMAND ${run})
  execute_process(COMMAND ${PROGRAM} ${SCENARIOS} ${arguments} RESULT_VARIABLE code)
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "training: ${run}: it ended with ${code}. To build without: -DVIOSIM_TRAINED=OFF")
  endif()
endforeach()

file(GLOB_RECURSE counted RELATIVE ${WATCHED} ${WATCHED}/*.gcda)
foreach(file ${counted})
  # viosim_host_watched.dir/__/models/host/core.cpp.gcda is of viosim_host.dir/models/host/core.cpp.o
  string(REPLACE _watched.dir/__/ .dir/ profile ${file})
  configure_file(${WATCHED}/${file} ${OBJECTS}/${profile} COPYONLY)
endforeach()
list(LENGTH counted files)
if(NOT files EQUAL SOURCES)
  message(FATAL_ERROR "training: ${SOURCES} sources, but ${files} profiles in ${WATCHED}: has each source a function?")
endif()
