using System.Diagnostics;
using System.Text.Json.Nodes;
using Playground.Core.Pipelines.StableDiffusion;

namespace Playground.Core.Tests.TextToImage;

/// <summary>
/// What is saved here is loaded by diffusers itself, where its checkout and PyTorch are: PLAYGROUND_DIFFUSERS holds the folders for
/// Python's import path, with ':' between.
/// </summary>
public sealed class SavedFolderTests
{
    [Theory]
    [InlineData("sd1")]
    [InlineData("sd2")]
    [InlineData("inpaint")]
    public async Task A_saved_folder_computes_in_diffusers_what_the_original_did(string name)
    {
        var paths = Environment.GetEnvironmentVariable("PLAYGROUND_DIFFUSERS");
        Assert.SkipWhen(string.IsNullOrEmpty(paths), "PLAYGROUND_DIFFUSERS names no import path with diffusers.");
        var folder = Directory.CreateTempSubdirectory("saved-").FullName;
        try
        {
            using (var model = StableDiffusionFolder.Load(Recorded.At(name))) StableDiffusionFolder.Save(folder, model);
            var python = new ProcessStartInfo("/usr/bin/python3", [Path.Combine(Repository.Root, "bench/load_saved_pipeline.py"), folder,
                Recorded.At(name + ".safetensors"), .. paths!.Split(':').SelectMany(p => new[] { "--path", p })])
            { RedirectStandardOutput = true, RedirectStandardError = true };
            using var process = Process.Start(python)!;
            var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            var said = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(process.ExitCode == 0, await errors);
            TestContext.Current.TestOutputHelper?.WriteLine(said);
            var differences = JsonNode.Parse(said)!.AsObject();
            foreach (var part in new[] { "unet.even", "unet.odd", "vae.encode", "vae.decode" })
                Assert.InRange(differences[part]!.GetValue<double>(), 0, 5e-5);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
