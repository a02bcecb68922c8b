namespace Microsoft.ML.OnnxRuntime;

/// <summary>ONNX Runtime refused or failed; the message is the runtime's own.</summary>
public sealed class OnnxRuntimeException : Exception
{
    internal OnnxRuntimeException(ErrorCode code, string message) : base($"[ErrorCode:{code}] {message}") => HResult = (int)code;
}

/// <summary>OrtErrorCode, as the runtime numbers it.</summary>
internal enum ErrorCode
{
    Ok,
    Fail,
    InvalidArgument,
    NoSuchFile,
    NoModel,
    EngineError,
    RuntimeException,
    InvalidProtobuf,
    ModelLoaded,
    NotImplemented,
    InvalidGraph,
    ExecutionProviderFail,
}
