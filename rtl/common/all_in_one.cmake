# Writes all.cpp, which includes what Verilator wrote: their names hold hashes that only it knows.
file(GLOB parts RELATIVE ${FOLDER} ${FOLDER}/V*.cpp)
set(text "")
foreach(part IN LISTS parts)
  string(APPEND text "#include \"${part}\"\n")
endforeach()
file(WRITE ${FOLDER}/all.cpp "${text}")
