using System.IO.Compression;
using System.Text.Json;
using Playground.Core.Imaging;

namespace Playground.Cli.Tests;

public sealed class EvaluateCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("evaluate-").FullName;

    [Fact]
    public async Task Pictures_give_one_JSON_object_a_page_and_a_cache()
    {
        Pictures("real", 60, seed: 1);
        Pictures("made", 40, seed: 2);
        File.WriteAllText(At("made/broken.png"), "no picture");
        var run = await Cli.RunAsync("evaluate", "--real", At("real"), "--generated", At("made"), "--features", "mnist", "--metrics", "fid,kid", "--resamples", "5", "--cache", At("cache"), "--report", At("report.html"), "--json");
        Assert.Equal((0, ""), (run.ExitCode, run.ExitCode == 0 ? "" : run.Error));
        var report = JsonDocument.Parse(run.Out).RootElement;
        Assert.Equal(["fid", "kid"], report.GetProperty("scores").EnumerateArray().Select(s => s.GetProperty("id").GetString()));
        Assert.True(report.GetProperty("scores")[0].GetProperty("value").GetDouble() > 0);
        Assert.Equal("broken.png", report.GetProperty("generated").GetProperty("leftOut")[0].GetProperty("name").GetString());
        Assert.Contains("features of the generated pictures  41/41", run.Error, StringComparison.Ordinal);
        Assert.Contains("<!DOCTYPE html>", File.ReadAllText(At("report.html")), StringComparison.Ordinal);
        // The broken file is told in every run, so only the other side is kept.
        Assert.Single(Directory.GetFiles(At("cache")));
    }

    [Fact]
    public async Task Statistics_taken_twice_are_compared_without_an_extractor()
    {
        Pictures("real", 60, seed: 1);
        Pictures("made", 40, seed: 2);
        foreach (var side in new[] { "real", "made" })
        {
            var taken = await Cli.RunAsync("stats", At(side), "--features", "mnist", "--out", At(side + ".npz"), "--cache", "off", "--json");
            Assert.Equal((0, ""), (taken.ExitCode, taken.ExitCode == 0 ? "" : taken.Error));
            Assert.Equal(side == "real" ? 60 : 40, JsonDocument.Parse(taken.Out).RootElement.GetProperty("pictures").GetInt32());
        }
        using (var zip = ZipFile.OpenRead(At("real.npz"))) Assert.Equal(["mu.npy", "sigma.npy", "count.npy", "origin.json"], zip.Entries.Select(e => e.Name));
        var ofStatistics = await Cli.RunAsync("evaluate", "--real", At("real.npz"), "--generated", At("made.npz"), "--json");
        var ofPictures = await Cli.RunAsync("evaluate", "--real", At("real.npz"), "--generated", At("made"), "--features", "mnist", "--metrics", "fid", "--resamples", "2", "--cache", "off", "--json");
        Assert.Equal((0, 0), (ofStatistics.ExitCode, ofPictures.ExitCode));
        Assert.Equal(Fid(ofPictures), Fid(ofStatistics), 1e-3 * Fid(ofPictures));
    }

    [Theory]
    [InlineData("Option '--generated' is required", "evaluate", "--real", "r")]
    [InlineData("--real is missing", "evaluate", "--generated", "g")]
    [InlineData("--prompts needs --clip", "evaluate", "--generated", "g", "--prompts", "p.txt")]
    [InlineData("The metric 'fod' is not known; choose of fid,", "evaluate", "--real", "r", "--generated", "g", "--metrics", "fod")]
    [InlineData("it must end in .html, .json or .csv", "evaluate", "--real", "r", "--generated", "g", "--report", "report.pdf")]
    [InlineData("The statistics '/nowhere/r.npz' do not exist", "evaluate", "--real", "/nowhere/r.npz", "--generated", "g")]
    [InlineData("'/nowhere/r' is not there", "evaluate", "--real", "/nowhere/r", "--generated", "g")]
    [InlineData("--resamples is 1; it must be 2 to 10,000", "evaluate", "--real", "r", "--generated", "g", "--resamples", "1")]
    [InlineData("--features is missing", "stats", "d", "--out", "s.npz")]
    [InlineData("it must end in .npz", "stats", "d", "--features", "mnist", "--out", "s.txt")]
    public async Task Bad_input_is_one_sentence_and_exit_code_2(string expected, params string[] args)
    {
        var run = await Cli.RunAsync(args);
        Assert.Equal((2, ""), (run.ExitCode, run.Out));
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.Trim().Split('\n'));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string At(string name) => Path.Combine(_folder, name);

    private static double Fid(CliRun run) => JsonDocument.Parse(run.Out).RootElement.GetProperty("scores")[0].GetProperty("value").GetDouble();

    private void Pictures(string folder, int count, int seed)
    {
        Directory.CreateDirectory(At(folder));
        var random = new Random(seed);
        for (var i = 0; i < count; i++)
        {
            var pixels = new byte[28 * 28];
            random.NextBytes(pixels);
            File.WriteAllBytes(At($"{folder}/{i:D5}.png"), PngFile.Encode(new PictureBatch(1, 28, 28, 1, pixels)));
        }
    }
}
