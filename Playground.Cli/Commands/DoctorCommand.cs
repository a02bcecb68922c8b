using System.CommandLine;
using System.Runtime.InteropServices;
using System.Text.Json;
using Playground.Core;
using Playground.Core.Engine;
using Playground.Core.Imaging;
using Playground.Evaluation.Features.Onnx;
using Spectre.Console;

namespace Playground.Cli.Commands;

/// <summary><c>doctor</c>: what was found, with versions, and what is missing with the command that fixes it.</summary>
internal static class DoctorCommand
{
    public const string Name = "doctor";

    private static readonly Option<bool> s_json = new("--json")
    { Description = "Print one JSON object on standard output, nothing else there" };

    private sealed record Finding(string Name, string Found, string? Fix = null);

    public static Command Create()
    {
        var command = new Command(Name, "Say what is installed, and what is missing") { s_json };
        command.SetAction(parsed => Run(parsed.GetValue(s_json)));
        return command;
    }

    private static int Run(bool json)
    {
        var (engine, problem) = Start();
        var findings = Findings(engine, problem).ToList();
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(new
            {
                engine?.Device,
                engine?.LibtorchVersion,
                engine?.Library,
                engine?.Threads,
                engine?.Cuda,
                precisionThatPays = engine is null ? null : engine.Bfloat16Pays ? Precision.Bfloat16 : Precision.Float32,
                findings,
            }, new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.CamelCase }));
            return problem is null ? 0 : 1;
        }
        var table = new Table().AddColumns("What", "Found", "Fix");
        foreach (var f in findings) table.AddRow(f.Name.EscapeMarkup(), f.Found.EscapeMarkup(), (f.Fix ?? "").EscapeMarkup());
        AnsiConsole.Write(table);
        return problem is null ? 0 : 1;
    }

    private static (DeviceInfo? Engine, string? Problem) Start()
    {
        try
        {
            TorchEngine.Initialize();
            return (TorchEngine.Describe(), null);
        }
        catch (PlaygroundException e)
        {
            return (null, e.Message);
        }
    }

    private static IEnumerable<Finding> Findings(DeviceInfo? engine, string? problem)
    {
        yield return new(".NET", RuntimeInformation.FrameworkDescription);
        if (engine is null)
        {
            yield return new("libtorch", "not loaded", problem);
        }
        else
        {
            yield return new("libtorch", $"{engine.LibtorchVersion}, {engine.Library}");
            yield return new("device", engine.Device, engine.Cuda ? null
                : $"For a GPU: build with -p:Cuda=true, or set {Libtorch.Setting} to torch/lib of a PyTorch {Libtorch.Version} for CUDA.");
            yield return new("threads", $"{engine.Threads} of {Environment.ProcessorCount}");
            yield return new("fastest precision", engine.Bfloat16Pays ? "bf16" : "f32");
        }
        yield return Picture();
        yield return OnnxRuntime();
        yield return File.Exists("/usr/bin/chromium")
            ? new("chromium (tests)", "/usr/bin/chromium")
            : new("chromium (tests)", "missing", "apt-get install chromium");
    }

    private static Finding OnnxRuntime()
    {
        try
        {
            var engine = OnnxEngine.Describe();
            var fix = engine.MissingCuda is { } library
                ? $"For a GPU: {library} was not found; install CUDA 13 and NVIDIA's driver."
                : null;
            return new("ONNX Runtime", $"{engine.Version}, {(engine.Cuda ? "CUDA" : "CPU")}", fix);
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
            var png = PngFile.Encode(new PictureBatch(1, 1, 1, 1, [0]));
            return new("libvips", $"{ImagingLibrary.Version}; PNG of one pixel in {png.Length} bytes");
        }
        catch (PlaygroundException e)
        {
            return new("libvips", e.Message, "dotnet restore, and build again on this system");
        }
    }
}
