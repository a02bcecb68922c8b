file(REMOVE_RECURSE
  "CMakeFiles/playground_torch.dir/allocator.cpp.o"
  "CMakeFiles/playground_torch.dir/allocator.cpp.o.d"
  "CMakeFiles/playground_torch.dir/kernels.cpp.o"
  "CMakeFiles/playground_torch.dir/kernels.cpp.o.d"
  "CMakeFiles/playground_torch.dir/shim.cpp.o"
  "CMakeFiles/playground_torch.dir/shim.cpp.o.d"
  "libplayground_torch.pdb"
  "libplayground_torch.so"
)

# Per-language clean rules from dependency scanning.
foreach(lang CXX)
  include(CMakeFiles/playground_torch.dir/cmake_clean_${lang}.cmake OPTIONAL)
endforeach()
