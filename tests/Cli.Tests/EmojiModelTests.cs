using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using Playground.Core;
using Playground.Core.Checkpoints;
using Playground.Core.Imaging;
using Playground.Core.Tests;

namespace Playground.Cli.Tests;

/// <summary>The shipped model that reads text.</summary>
public sealed class EmojiModelTests : IDisposable
{
    // What its card says of 300 captions, less what 100 others may differ by.
    private const double LeastShare = 0.85;

    private const long MostBytes = 40_000_000;

    private readonly string _folder = Directory.CreateTempSubdirectory("cli-emoji-").FullName;

    private static string Model => Path.Combine(Repository.Root, "models", "emoji");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Its_weights_take_less_than_forty_megabytes()
    {
        var weights = Directory.GetFiles(Model, "*.safetensors", SearchOption.AllDirectories);
        Assert.Equal(3, weights.Length);
        Assert.InRange(weights.Sum(f => new FileInfo(f).Length), 1, MostBytes);
    }

    [Fact]
    public async Task What_it_draws_is_another_for_another_prompt_and_the_same_for_the_same()
    {
        string[] drawn = [await DrawAsync("red apple, noto"), await DrawAsync("红苹果, noto"), await DrawAsync("red apple, noto")];
        Assert.Equal(drawn[0], drawn[2]);
        Assert.NotEqual(drawn[0], drawn[1]);
    }

    [Fact]
    public async Task Where_no_guidance_is_given_it_is_drawn_with_its_own()
    {
        var own = Json.Read<ModelManifest>(Path.Combine(Model, "playground.json")).Guidance;
        Assert.NotNull(own);
        Assert.Equal(await DrawAsync("red apple, noto", "--guidance", own.Value.ToString(CultureInfo.InvariantCulture)),
            await DrawAsync("red apple, noto"));
        Assert.NotEqual(await DrawAsync("red apple, noto", "--guidance", "7.5"), await DrawAsync("red apple, noto"));
    }

    [Fact, Trait("Category", "long")]
    public async Task It_draws_what_captions_of_its_data_say_as_often_as_its_card_tells()
    {
        var zip = Path.Combine(Repository.Root, "..", "shared", "data", "emoji64", "emoji64.zip");
        Assert.SkipUnless(File.Exists(zip), "The emoji are not there: whether the shipped model follows prompts was not checked.");
        var data = Path.Combine(_folder, "data");
        await ZipFile.ExtractToDirectoryAsync(zip, data, TestContext.Current.CancellationToken);
        var run = await Cli.RunAsync("evaluate-prompts", "--model", Model, "--data", data, "--caption", "{text}, {style}", "--count", "100",
            "--sampler", "dpmpp-2m", "--steps", "20", "--seed", "7", "--json");
        Assert.Equal((0, ""), (run.ExitCode, run.ExitCode == 0 ? "" : run.Error));
        using var result = JsonDocument.Parse(run.Out);
        Assert.InRange(result.RootElement.GetProperty("share").GetDouble(), LeastShare, 1);
    }

    [Fact, Trait("Category", "long")]
    public async Task Its_prompts_draw_what_the_Play_page_shows_beside_them()
    {
        var prompts = Json.Read<ModelManifest>(Path.Combine(Model, "playground.json")).ShownPrompts();
        Assert.NotEmpty(prompts);
        for (var i = 0; i < prompts.Count; i++)
        {
            var folder = Path.Combine(_folder, $"{i}");
            var run = await Cli.RunAsync("sample", "--model", Model, "--prompt", prompts[i], "--count", "4", "--sampler", "dpmpp-2m",
                "--steps", "20", "--seed", $"{i + 1}", "--out", folder);
            Assert.Equal((0, ""), (run.ExitCode, run.ExitCode == 0 ? "" : run.Error));
            var shown = await PixelsAsync(Path.Combine(Repository.Root, "Playground.Client", "wwwroot", "examples", $"prompt{i}.png"));
            var drawn = await PixelsAsync(Path.Combine(folder, "grid.png"));
            Assert.Equal(shown.Length, drawn.Length);
            // Another processor may round otherwise in the last digit.
            Assert.InRange(shown.Zip(drawn).Average(p => Math.Abs(p.First - p.Second)), 0, 1);
        }
    }

    private async Task<string> DrawAsync(string prompt, params string[] more)
    {
        var folder = Path.Combine(_folder, Guid.NewGuid().ToString("N"));
        var run = await Cli.RunAsync(["sample", "--model", Model, "--prompt", prompt, "--count", "1", "--sampler", "dpmpp-2m",
            "--steps", "4", "--seed", "5", "--out", folder, .. more]);
        Assert.Equal((0, ""), (run.ExitCode, run.ExitCode == 0 ? "" : run.Error));
        // The file itself also holds the prompt.
        return Convert.ToHexString(await PixelsAsync(Path.Combine(folder, "00000.png")));
    }

    private static async Task<byte[]> PixelsAsync(string path)
        => PictureFile.Decode(await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken)).Pixels;
}
