using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Playground.Core;
using Playground.Core.Engine;

namespace Playground.Evaluation.Features.Onnx;

/// <summary>
/// ONNX Runtime as this program runs it: it tells nobody what it does, logs errors only, and takes a GPU if there is one.
/// </summary>
public static class OnnxEngine
{
    private const string CudaProvider = "CUDAExecutionProvider";

    // What the provider's library is linked with, by package 1.31. Where one is missing the runtime would complain on standard error.
    private static readonly string[] s_cudaLibraries = OperatingSystem.IsWindows()
        ? ["nvcuda.dll", "cudart64_13.dll", "cublas64_13.dll", "cublasLt64_13.dll"]
        : ["libcuda.so.1", "libcudart.so.13", "libcublas.so.13", "libcublasLt.so.13", "libcurand.so.10"];

    private static readonly Lazy<OrtEnv> s_environment = new(Start);
    private static readonly Lazy<string?> s_missingCuda = new(() => s_cudaLibraries.FirstOrDefault(l => !NativeLibrary.TryLoad(l, out _)));

    /// <summary>What is installed.</summary>
    /// <exception cref="PlaygroundException">The runtime's library is not beside the program, or is not for this processor.</exception>
    public static OnnxEngineInfo Describe()
    {
        var version = Loaded().GetVersionString();
        return IsBuiltWithCuda()
            ? new OnnxEngineInfo(version, s_missingCuda.Value is null, s_missingCuda.Value)
            : new OnnxEngineInfo(version, Cuda: false, MissingCuda: null);
    }

    /// <summary>Opens a model.</summary>
    /// <param name="open">Makes the session with the options that it is given; is told whether it will run on CUDA.</param>
    /// <param name="cuda">True: on CUDA or not at all. Null: on CUDA where it works. False: on the processor.</param>
    /// <returns>The session, and whether it runs on CUDA.</returns>
    /// <exception cref="OnnxRuntimeException">The model cannot be run.</exception>
    /// <exception cref="PlaygroundException">CUDA is asked for and not there, or the runtime itself is not.</exception>
    internal static (InferenceSession Session, bool OnCuda) Open(Func<SessionOptions, bool, InferenceSession> open, bool? cuda)
    {
        _ = Loaded();
        if (cuda == true) RequireCuda();
        if (cuda ?? (IsBuiltWithCuda() && s_missingCuda.Value is null))
        {
            try
            {
                using var onCuda = new SessionOptions();
                onCuda.AppendExecutionProvider_CUDA();
                return (open(onCuda, true), true);
            }
            catch (OnnxRuntimeException) when (cuda is null)
            {
                // A driver that is too old, or memory that others hold: the processor computes the same.
            }
        }
        using var options = new SessionOptions();
        return (open(options, false), false);
    }

    private static void RequireCuda()
    {
        if (!IsBuiltWithCuda())
            throw new PlaygroundException(
                "This program was built without CUDA for ONNX: build with -p:Cuda=true, or leave the device out.");
        if (s_missingCuda.Value is { } missing)
            throw new PlaygroundException($"{missing} was not found: install CUDA 13 and NVIDIA's driver, or leave the device out.");
    }

    private static bool IsBuiltWithCuda() => Loaded().GetAvailableProviders().Contains(CudaProvider);

    private static OrtEnv Loaded()
    {
        try
        {
            return s_environment.Value;
        }
        catch (Exception e) when (e is TypeInitializationException or TypeLoadException or DllNotFoundException or BadImageFormatException)
        {
            var reason = (e.InnerException ?? e).Message;
            throw new PlaygroundException(
                $"ONNX Runtime did not load from {AppContext.BaseDirectory} ({reason}): build again, on this system.", e);
        }
    }

    private static OrtEnv Start()
    {
        // The official builds send events to their maker and write an identifier of the machine, unless this is set before they load;
        // the call below comes too late for the first of them.
        NativeEnvironment.Set("ORT_DISABLE_TELEMETRY", "1");
        if (!OrtEnv.IsCreated)
        {
            var options = new EnvironmentCreationOptions { logId = "playground", logLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
            OrtEnv.CreateInstanceWithOptions(ref options);
        }
        var environment = OrtEnv.Instance();
        environment.DisableTelemetryEvents();
        return environment;
    }
}

/// <summary>The ONNX Runtime that was loaded.</summary>
/// <param name="Version">Such as "1.31.1".</param>
/// <param name="Cuda">Whether networks run on CUDA unless told otherwise.</param>
/// <param name="MissingCuda">The library of CUDA's that a program built with CUDA did not find.</param>
public sealed record OnnxEngineInfo(string Version, bool Cuda, string? MissingCuda);
