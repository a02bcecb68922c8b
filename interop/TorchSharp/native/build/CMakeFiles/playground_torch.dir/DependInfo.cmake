
# Consider dependencies only in project.
set(CMAKE_DEPENDS_IN_PROJECT_ONLY OFF)

# The set of languages for which implicit dependencies are needed:
set(CMAKE_DEPENDS_LANGUAGES
  )

# The set of dependency files which are needed:
set(CMAKE_DEPENDS_DEPENDENCY_FILES
  "/work/w/ground-web/interop/TorchSharp/native/allocator.cpp" "CMakeFiles/playground_torch.dir/allocator.cpp.o" "gcc" "CMakeFiles/playground_torch.dir/allocator.cpp.o.d"
  "/work/w/ground-web/interop/TorchSharp/native/kernels.cpp" "CMakeFiles/playground_torch.dir/kernels.cpp.o" "gcc" "CMakeFiles/playground_torch.dir/kernels.cpp.o.d"
  "/work/w/ground-web/interop/TorchSharp/native/shim.cpp" "CMakeFiles/playground_torch.dir/shim.cpp.o" "gcc" "CMakeFiles/playground_torch.dir/shim.cpp.o.d"
  )

# Targets to which this target links.
set(CMAKE_TARGET_LINKED_INFO_FILES
  )

# Fortran module output directory.
set(CMAKE_Fortran_TARGET_MODULE_DIR "")
