using System.IO.Compression;
using System.Text.Json;
using Playground.Core;
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
        var run = await Cli.RunAsync("evaluate", "--real", At("real"), "--generated", At("made"), "--features", "mnist", "--metrics",
            "fid,kid", "--resamples", "5", "--cache", At("cache"), "--report", At("report.html"), "--json");
        Assert.Equal((0, ""), (run.ExitCode, run.ExitCode == 0 ? "" : run.Error));
        var report = JsonDocument.Parse(run.Out).RootElement;
        Assert.Equal(["frechet-distance", "kid"],
            report.GetProperty("scores").EnumerateArray().Select(s => s.GetProperty("id").GetString()));
        Assert.True(report.GetProperty("scores")[0].GetProperty("value").GetDouble() > 0);
        Assert.Equal("broken.png", report.GetProperty("generated").GetProperty("leftOut")[0].GetProperty("name").GetString());
        Assert.Contains("features of the generated images  41/41", run.Error, StringComparison.Ordinal);
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
            var taken = await Cli.RunAsync("stats", At(side), "--features", "mnist", "--out", At(side + ".npz"), "--cache", "off",
                "--json");
            Assert.Equal((0, ""), (taken.ExitCode, taken.ExitCode == 0 ? "" : taken.Error));
            Assert.Equal(side == "real" ? 60 : 40, JsonDocument.Parse(taken.Out).RootElement.GetProperty("pictures").GetInt32());
        }
        using (var zip = ZipFile.OpenRead(At("real.npz")))
            Assert.Equal(["mu.npy", "sigma.npy", "count.npy", "origin.json"], zip.Entries.Select(e => e.Name));
        var ofStatistics = await Cli.RunAsync("evaluate", "--real", At("real.npz"), "--generated", At("made.npz"), "--json");
        var ofPictures = await Cli.RunAsync("evaluate", "--real", At("real.npz"), "--generated", At("made"), "--features", "mnist",
            "--metrics", "fid", "--resamples", "2", "--cache", "off", "--json");
        Assert.Equal((0, 0), (ofStatistics.ExitCode, ofPictures.ExitCode));
        Assert.Equal(Distance(ofPictures), Distance(ofStatistics), 1e-3 * Distance(ofPictures));
    }

    [Fact]
    public async Task The_images_decide_whose_features_are_compared_unless_the_command_line_does()
    {
        Pictures("digits", 4, seed: 1);
        Pictures("more-digits", 4, seed: 2);
        Pictures("photos", 3, seed: 1, channels: 3);
        Pictures("more-photos", 3, seed: 2, channels: 3);
        Assert.Equal("Fréchet distance, digit features", await NameAsync("digits", "more-digits"));
        Assert.Equal("Fréchet distance, ResNet-18 features", await NameAsync("photos", "more-photos"));
        Assert.Equal("Fréchet distance, digit features", await NameAsync("photos", "more-photos", "--features", "mnist"));

        // Statistics decide by what they are of.
        Assert.Equal(0, (await Cli.RunAsync("stats", At("photos"), "--out", At("photos.npz"), "--cache", "off")).ExitCode);
        Assert.Equal("Fréchet distance, ResNet-18 features", await NameAsync("photos.npz", "more-photos"));
        using (var zip = ZipFile.Open(At("photos.npz"), ZipArchiveMode.Update)) zip.GetEntry("origin.json")!.Delete();
        var unknown = await Cli.RunAsync("evaluate", "--real", At("photos.npz"), "--generated", At("more-photos"));
        Assert.Equal(2, unknown.ExitCode);
        Assert.Contains("does not say whose features its statistics are of: name the extractor with --features", unknown.Error,
            StringComparison.Ordinal);

        async Task<string> NameAsync(string real, string generated, params string[] more)
        {
            string[] scores = ["--metrics", "fid", "--resamples", "2", "--cache", "off", "--json"];
            var run = await Cli.RunAsync(["evaluate", "--real", At(real), "--generated", At(generated), .. scores, .. more]);
            Assert.Equal((0, ""), (run.ExitCode, run.ExitCode == 0 ? "" : run.Error));
            return JsonDocument.Parse(run.Out).RootElement.GetProperty("scores")[0].GetProperty("name").GetString()!;
        }
    }

    [Fact]
    public async Task Nothing_is_left_behind_but_what_was_asked_for()
    {
        // ONNX Runtime's own telemetry would write its queue and an identifier of the machine here.
        Pictures("real", 4, seed: 1);
        foreach (var folder in new[] { "home", "cache", "temporary" }) Directory.CreateDirectory(At(folder));
        var run = await Cli.RunAsync(
            new Dictionary<string, string>
            {
                ["HOME"] = At("home"),
                ["XDG_CACHE_HOME"] = At("cache"),
                ["TMPDIR"] = At("temporary"),
                ["DOTNET_EnableDiagnostics"] = "0",
            },
            "stats", At("real"), "--out", At("real.npz"), "--cache", "off");
        Assert.Equal((0, ""), (run.ExitCode, run.ExitCode == 0 ? "" : run.Error));
        foreach (var folder in new[] { "home", "cache", "temporary" })
            Assert.Empty(Directory.GetFiles(At(folder), "*", SearchOption.AllDirectories));
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
    [InlineData("'/nowhere/d' is not there", "stats", "/nowhere/d", "--out", "s.npz")]
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

    private static double Distance(CliRun run)
        => JsonDocument.Parse(run.Out).RootElement.GetProperty("scores")[0].GetProperty("value").GetDouble();

    private void Pictures(string folder, int count, int seed, int channels = 1)
    {
        Directory.CreateDirectory(At(folder));
        var random = new Random(seed);
        for (var i = 0; i < count; i++)
        {
            var pixels = new byte[28 * 28 * channels];
            random.NextBytes(pixels);
            File.WriteAllBytes(At($"{folder}/{i:D5}.png"), PngFile.Encode(new PictureBatch(1, 28, 28, channels, pixels)));
        }
    }
}
