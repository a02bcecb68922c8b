using System.Runtime.InteropServices;

namespace Microsoft.ML.OnnxRuntime;

/// <summary>
/// The entries of ONNX Runtime's function table that are used here, each at its place. A place never changes from one version to the
/// next: <c>onnxruntime_c_api.cc</c> lists the table in its order and asserts the last place of every version (101 for the first,
/// 118, 124, 126, 149 for the next four), and counting its names gives the numbers below. interop/README.md says how they are checked.
/// </summary>
[StructLayout(LayoutKind.Explicit)]
internal unsafe struct OrtApi
{
    /// <summary>The lowest version of the table that has every entry below.</summary>
    internal const uint Version = 5;

    [FieldOffset(8 * 1)] internal delegate* unmanaged[Cdecl]<nint, int> GetErrorCode;
    [FieldOffset(8 * 2)] internal delegate* unmanaged[Cdecl]<nint, byte*> GetErrorMessage;
    [FieldOffset(8 * 3)] internal delegate* unmanaged[Cdecl]<int, byte*, nint*, nint> CreateEnv;
    [FieldOffset(8 * 7)] internal delegate* unmanaged[Cdecl]<nint, byte*, nint, nint*, nint> CreateSession;
    [FieldOffset(8 * 8)] internal delegate* unmanaged[Cdecl]<nint, byte*, nuint, nint, nint*, nint> CreateSessionFromArray;
    [FieldOffset(8 * 9)] internal delegate* unmanaged[Cdecl]<nint, nint, byte**, nint*, nuint, byte**, nuint, nint*, nint> Run;
    [FieldOffset(8 * 10)] internal delegate* unmanaged[Cdecl]<nint*, nint> CreateSessionOptions;
    [FieldOffset(8 * 16)] internal delegate* unmanaged[Cdecl]<nint, nint> EnableMemPattern;
    [FieldOffset(8 * 17)] internal delegate* unmanaged[Cdecl]<nint, nint> DisableMemPattern;
    [FieldOffset(8 * 18)] internal delegate* unmanaged[Cdecl]<nint, nint> EnableCpuMemArena;
    [FieldOffset(8 * 19)] internal delegate* unmanaged[Cdecl]<nint, nint> DisableCpuMemArena;
    [FieldOffset(8 * 23)] internal delegate* unmanaged[Cdecl]<nint, int, nint> SetSessionGraphOptimizationLevel;
    [FieldOffset(8 * 24)] internal delegate* unmanaged[Cdecl]<nint, int, nint> SetIntraOpNumThreads;
    [FieldOffset(8 * 25)] internal delegate* unmanaged[Cdecl]<nint, int, nint> SetInterOpNumThreads;
    [FieldOffset(8 * 30)] internal delegate* unmanaged[Cdecl]<nint, nuint*, nint> SessionGetInputCount;
    [FieldOffset(8 * 31)] internal delegate* unmanaged[Cdecl]<nint, nuint*, nint> SessionGetOutputCount;
    [FieldOffset(8 * 33)] internal delegate* unmanaged[Cdecl]<nint, nuint, nint*, nint> SessionGetInputTypeInfo;
    [FieldOffset(8 * 34)] internal delegate* unmanaged[Cdecl]<nint, nuint, nint*, nint> SessionGetOutputTypeInfo;
    [FieldOffset(8 * 36)] internal delegate* unmanaged[Cdecl]<nint, nuint, nint, byte**, nint> SessionGetInputName;
    [FieldOffset(8 * 37)] internal delegate* unmanaged[Cdecl]<nint, nuint, nint, byte**, nint> SessionGetOutputName;
    [FieldOffset(8 * 39)] internal delegate* unmanaged[Cdecl]<nint*, nint> CreateRunOptions;
    [FieldOffset(8 * 46)] internal delegate* unmanaged[Cdecl]<nint, nint> RunOptionsSetTerminate;
    [FieldOffset(8 * 47)] internal delegate* unmanaged[Cdecl]<nint, nint> RunOptionsUnsetTerminate;
    [FieldOffset(8 * 49)] internal delegate* unmanaged[Cdecl]<nint, void*, nuint, long*, nuint, int, nint*, nint> CreateTensorWithDataAsOrtValue;
    [FieldOffset(8 * 51)] internal delegate* unmanaged[Cdecl]<nint, void**, nint> GetTensorMutableData;
    [FieldOffset(8 * 55)] internal delegate* unmanaged[Cdecl]<nint, nint*, nint> CastTypeInfoToTensorInfo;
    [FieldOffset(8 * 60)] internal delegate* unmanaged[Cdecl]<nint, int*, nint> GetTensorElementType;
    [FieldOffset(8 * 61)] internal delegate* unmanaged[Cdecl]<nint, nuint*, nint> GetDimensionsCount;
    [FieldOffset(8 * 62)] internal delegate* unmanaged[Cdecl]<nint, long*, nuint, nint> GetDimensions;
    [FieldOffset(8 * 63)] internal delegate* unmanaged[Cdecl]<nint, byte**, nuint, nint> GetSymbolicDimensions;
    [FieldOffset(8 * 65)] internal delegate* unmanaged[Cdecl]<nint, nint*, nint> GetTensorTypeAndShape;
    [FieldOffset(8 * 67)] internal delegate* unmanaged[Cdecl]<nint, int*, nint> GetValueType;
    [FieldOffset(8 * 69)] internal delegate* unmanaged[Cdecl]<int, int, nint*, nint> CreateCpuMemoryInfo;
    [FieldOffset(8 * 76)] internal delegate* unmanaged[Cdecl]<nint, void*, nint> AllocatorFree;
    [FieldOffset(8 * 78)] internal delegate* unmanaged[Cdecl]<nint*, nint> GetAllocatorWithDefaultOptions;
    [FieldOffset(8 * 92)] internal delegate* unmanaged[Cdecl]<nint, void> ReleaseEnv;
    [FieldOffset(8 * 93)] internal delegate* unmanaged[Cdecl]<nint, void> ReleaseStatus;
    [FieldOffset(8 * 94)] internal delegate* unmanaged[Cdecl]<nint, void> ReleaseMemoryInfo;
    [FieldOffset(8 * 95)] internal delegate* unmanaged[Cdecl]<nint, void> ReleaseSession;
    [FieldOffset(8 * 96)] internal delegate* unmanaged[Cdecl]<nint, void> ReleaseValue;
    [FieldOffset(8 * 97)] internal delegate* unmanaged[Cdecl]<nint, void> ReleaseRunOptions;
    [FieldOffset(8 * 98)] internal delegate* unmanaged[Cdecl]<nint, void> ReleaseTypeInfo;
    [FieldOffset(8 * 99)] internal delegate* unmanaged[Cdecl]<nint, void> ReleaseTensorTypeAndShapeInfo;
    [FieldOffset(8 * 100)] internal delegate* unmanaged[Cdecl]<nint, void> ReleaseSessionOptions;
    [FieldOffset(8 * 111)] internal delegate* unmanaged[Cdecl]<nint, nint*, nint> SessionGetModelMetadata;
    [FieldOffset(8 * 112)] internal delegate* unmanaged[Cdecl]<nint, nint, byte**, nint> ModelMetadataGetProducerName;
    [FieldOffset(8 * 116)] internal delegate* unmanaged[Cdecl]<nint, nint, byte*, byte**, nint> ModelMetadataLookupCustomMetadataMap;
    [FieldOffset(8 * 118)] internal delegate* unmanaged[Cdecl]<nint, void> ReleaseModelMetadata;
    [FieldOffset(8 * 123)] internal delegate* unmanaged[Cdecl]<nint, nint, byte***, long*, nint> ModelMetadataGetCustomMetadataMapKeys;
    [FieldOffset(8 * 125)] internal delegate* unmanaged[Cdecl]<byte***, int*, nint> GetAvailableProviders;
    [FieldOffset(8 * 126)] internal delegate* unmanaged[Cdecl]<byte**, int, nint> ReleaseAvailableProviders;
    [FieldOffset(8 * 130)] internal delegate* unmanaged[Cdecl]<nint, byte*, byte*, nint> AddSessionConfigEntry;
}
