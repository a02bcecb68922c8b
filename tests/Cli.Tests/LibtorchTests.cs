using System.Buffers.Binary;
using System.Text.Json.Nodes;

namespace Playground.Cli.Tests;

/// <summary>libtorch from a folder that the environment names: the sentence that <c>doctor</c> and a command say where it cannot be
/// used.</summary>
public sealed class LibtorchTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("libtorch-").FullName;

    private string Folder => Directory.CreateDirectory(Path.Combine(_root, "torch", "lib")).FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task A_copy_elsewhere_is_loaded_and_doctor_names_it()
    {
        LinkLibraries();
        WriteVersion("2.10.0+cpu");
        var report = await DoctorAsync(exitCode: 0);
        Assert.StartsWith(Folder, report["library"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_version_is_refused_by_its_number()
    {
        LinkLibraries();
        WriteVersion("2.11.0+cu130");
        await RefusedAsync($"Playground:Libtorch is '{Folder}', which holds libtorch 2.11.0+cu130; this build needs 2.10");
    }

    [Fact]
    public Task A_folder_without_the_library_is_refused() => RefusedAsync($"Playground:Libtorch is '{Folder}', which holds no libtorch.so");

    [Fact]
    public async Task A_library_for_another_processor_is_refused()
    {
        // The header of an ELF file for AArch64, with nothing behind it.
        var header = new byte[64];
        byte[] start = [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1];
        start.CopyTo(header, 0);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(16), 3);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(18), 183);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(20), 1);
        File.WriteAllBytes(Path.Combine(Folder, "libtorch.so"), header);
        await RefusedAsync($"libtorch in '{Folder}' (Playground:Libtorch) cannot be loaded");
    }

    [Fact]
    public async Task Text_in_place_of_a_library_is_refused()
    {
        File.WriteAllText(Path.Combine(Folder, "libtorch.so"), "version https://git-lfs.github.com/spec/v1\n");
        await RefusedAsync($"libtorch in '{Folder}' (Playground:Libtorch) cannot be loaded");
    }

    // doctor reports it beside everything else, and what needs the library ends with the same sentence alone.
    private async Task RefusedAsync(string sentence)
    {
        var report = await DoctorAsync(exitCode: 1);
        var fix = report["findings"]!.AsArray().Single(f => f!["name"]!.GetValue<string>() == "libtorch")!["fix"]!.GetValue<string>();
        Assert.Contains(sentence, fix, StringComparison.Ordinal);
        var run = await Cli.RunAsync(Environment(), "sample", "--model", "models/none", "--out", Path.Combine(_root, "out"));
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(sentence, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }

    private async Task<JsonNode> DoctorAsync(int exitCode)
    {
        var run = await Cli.RunAsync(Environment(), "doctor", "--json");
        Assert.True(run.ExitCode == exitCode, $"doctor ended with {run.ExitCode}: {run.Out}{run.Error}");
        return JsonNode.Parse(run.Out)!;
    }

    private Dictionary<string, string> Environment() => new() { ["Playground__Libtorch"] = Folder };

    private void LinkLibraries()
    {
        foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory, "lib*.so*"))
        {
            var name = Path.GetFileName(file);
            if (name.StartsWith("libtorch", StringComparison.Ordinal) || name.StartsWith("libc10", StringComparison.Ordinal)
                || name.StartsWith("libgomp", StringComparison.Ordinal))
                File.Copy(file, Path.Combine(Folder, name));
        }
    }

    private void WriteVersion(string version)
        => File.WriteAllText(Path.Combine(_root, "torch", "version.py"), $"__all__ = ['__version__']\n__version__ = '{version}'\n");
}
