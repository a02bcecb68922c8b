using System.CommandLine;
using System.Runtime.InteropServices;
using System.Text.Json;
using Playground.Core;
using Playground.Core.Engine;
using Playground.Evaluation.Features.Onnx;
using Spectre.Console;

namespace Playground.Cli.Commands;

/// <summary><c>doctor</c>: what was found, with versions, and what is missing with the command that mends it.</summary>
internal static class DoctorCommand
{
    private static readonly Option<bool> s_json = new("--json") { Description = "Print one JSON object on standard output, nothing else there" };

    private sealed record Finding(string Name, string Found, string? Mend = null);

    public static Command Create()
    {
        var command = new Command("doctor", "Say what is installed, and what is missing") { s_json };
        command.SetAction(parsed => Run(parsed.GetValue(s_json)));
        return command;
    }

    private static int Run(bool json)
    {
        var engine = TorchEngine.Describe();
        var findings = Findings(engine).ToList();
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(new
            {
                engine.Device,
                engine.LibtorchVersion,
                engine.Threads,
                engine.Cuda,
                precisionThatPays = engine.Bfloat16Pays ? Precision.Bfloat16 : Precision.Float32,
                binding = engine.Shim,
                findings,
            }, new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.CamelCase }));
            return 0;
        }
        var table = new Table().AddColumns("What", "Found", "Mend");
        foreach (var f in findings) table.AddRow(f.Name.EscapeMarkup(), f.Found.EscapeMarkup(), (f.Mend ?? "").EscapeMarkup());
        AnsiConsole.Write(table);
        return 0;
    }

    private static IEnumerable<Finding> Findings(DeviceInfo engine)
    {
        yield return new(".NET", RuntimeInformation.FrameworkDescription);
        yield return new("libtorch", $"{engine.LibtorchVersion} ({engine.Shim})");
        yield return new("device", engine.Device, engine.Cuda ? null : "For a GPU: set LIBTORCH to a CUDA build of libtorch, and build again.");
        yield return new("threads", $"{engine.Threads} of {Environment.ProcessorCount}");
        yield return new("precision that pays", engine.Bfloat16Pays ? "bf16" : "f32");
        yield return OpenBlas();
        yield return Picture();
        yield return OnnxRuntime();
        yield return File.Exists("/usr/bin/chromium") ? new("chromium (tests)", "/usr/bin/chromium") : new("chromium (tests)", "missing", "apt-get install chromium");
    }

    private static Finding OpenBlas()
    {
        const string Mend = "apt-get install libopenblas0-openmp, delete interop/TorchSharp/native/build, and build again";
        var loaded = File.Exists("/proc/self/maps") ? File.ReadLines("/proc/self/maps").Where(l => l.Contains("openblas", StringComparison.Ordinal)).ToList() : [];
        return loaded.Count == 0 ? new("BLAS", "not OpenBLAS: matrix products are slow", Mend)
            : loaded.Any(l => l.Contains("openblas-openmp", StringComparison.Ordinal)) ? new("BLAS", "OpenBLAS in libtorch's threads")
            : new("BLAS", "OpenBLAS with threads of its own: slow", Mend);
    }

    private static Finding OnnxRuntime()
    {
        try
        {
            var engine = OnnxEngine.Describe();
            var mend = engine.MissingCuda is { } library ? $"For a GPU: {library} was not found; install CUDA 13 and NVIDIA's driver." : null;
            return new("ONNX Runtime", $"{engine.Version}, {(engine.Cuda ? "CUDA" : "CPU")}", mend);
        }
        catch (PlaygroundException e)
        {
            return new("ONNX Runtime", "missing: models cannot be evaluated", e.Message);
        }
    }

    private static Finding Picture()
    {
        try
        {
            return new("libvips", $"PNG of one pixel in {Core.Imaging.PngFile.Encode(new Core.Imaging.PictureBatch(1, 1, 1, 1, [0])).Length} bytes");
        }
        catch (Exception e) when (e is DllNotFoundException or TypeInitializationException or PlaygroundException)
        {
            return new("libvips", "missing", "npm ci --ignore-scripts");
        }
    }
}
