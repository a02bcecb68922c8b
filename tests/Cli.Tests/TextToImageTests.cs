using System.Text.Json;
using Playground.Core.Checkpoints;
using Playground.Core.Imaging;
using Playground.Core.Tests;

namespace Playground.Cli.Tests;

/// <summary>Models that read text from a terminal: the recorded Stable Diffusion folder of random weights, on three squares.</summary>
public sealed class TextToImageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cli-text-").FullName;

    private static string Model => Path.Combine(Repository.Root, "tests", "Core.Tests", "Recordings", "text-to-image", "sd1");

    public TextToImageTests()
    {
        Directory.CreateDirectory(At("data"));
        var lines = new List<string>();
        foreach (var (name, i) in new[] { "red", "green", "blue" }.Select((n, i) => (n, i)))
        {
            var pixels = new byte[32 * 32 * 3];
            for (var p = 0; p < 32 * 32; p++) pixels[3 * p + i] = 255;
            File.WriteAllBytes(At($"data/{name}.png"), PngFile.Encode(new PictureBatch(1, 32, 32, 3, pixels)));
            lines.Add($$"""{"file_name": "{{name}}.png", "text": "{{name}} square", "style": "flat"}""");
        }
        File.WriteAllLines(At("data/metadata.jsonl"), lines);
    }

    private string At(string name) => Path.Combine(_folder, name);

    private string[] Tune(string name, params string[] more) => ["train", "--from", Model, "--data", At("data"), "--caption",
        "{text}, {style}", "--batch", "2", "--steps", "3", "--lr", "1e-3", "--out", At(name),
        .. more.Contains("--size") ? [] : new[] { "--size", "16" }, .. more];

    [Fact]
    public async Task A_model_is_tuned_by_adapters_resumed_and_drawn_from_with_the_LoRA_file()
    {
        var tuned = await Cli.RunAsync(Tune("lora", "--lora", "4:8", "--json"));
        Assert.Equal((0, ""), (tuned.ExitCode, tuned.ExitCode == 0 ? "" : tuned.Error));
        Assert.Equal(3, JsonDocument.Parse(tuned.Out).RootElement.GetProperty("step").GetInt32());
        Assert.Contains($"The model is in {At("lora/model")}.", tuned.Error, StringComparison.Ordinal);
        Assert.Equal(At("lora/model"), JsonDocument.Parse(tuned.Out).RootElement.GetProperty("model").GetString());
        // Another rank is another training.
        var resumed = await Cli.RunAsync(Tune("lora", "--lora", "5", "--resume"));
        Assert.Contains("+lora r4 a8", resumed.Error, StringComparison.Ordinal);
        resumed = await Cli.RunAsync("train", "--from", Model, "--data", At("data"), "--caption", "{text}, {style}", "--size", "16",
            "--batch", "2", "--steps", "4", "--lr", "1e-3", "--out", At("lora"), "--lora", "4", "--lora-alpha", "8", "--resume");
        Assert.Equal((0, ""), (resumed.ExitCode, resumed.ExitCode == 0 ? "" : resumed.Error));
        var lora = At($"lora/model/{LoraFile.Name}");
        var drawn = await Cli.RunAsync("sample", "--model", Model, "--lora", lora, "--prompt", "red square, flat", "--steps", "2",
            "--out", At("drawn"));
        Assert.Equal((0, ""), (drawn.ExitCode, drawn.ExitCode == 0 ? "" : drawn.Error));
    }

    [Fact]
    public async Task A_model_from_scratch_teaches_its_text_encoder_first()
    {
        static string Config(string file) => Path.Combine(Repository.Root, "models", "configs", file);
        string[] few = ["--data", At("data"), "--batch", "2", "--steps", "2", "--json"];
        var latents = await Cli.RunAsync(["train", "--model-config", Config("vae-tiny.json"), "--out", At("vae"), .. few]);
        Assert.Equal((0, ""), (latents.ExitCode, latents.ExitCode == 0 ? "" : latents.Error));
        var told = await Cli.RunAsync(["train", "--model-config", Config("text-tiny.unet.json"), "--text-config",
            Config("text-tiny.text.json"), "--autoencoder", At("vae"), "--tokens", "530", "--text-steps", "7",
            "--out", At("scratch"), .. few]);
        Assert.Equal((0, ""), (told.ExitCode, told.ExitCode == 0 ? "" : told.Error));
        Assert.Contains("text encoder, step 7/7  loss ", told.Error, StringComparison.Ordinal);
        Assert.Contains("\"text-steps\": \"7\"", await File.ReadAllTextAsync(At("scratch/model/playground.json"),
            TestContext.Current.CancellationToken), StringComparison.Ordinal);
        var other = await Cli.RunAsync(["train", "--model-config", Config("text-tiny.unet.json"), "--text-config",
            Config("text-tiny.text.json"), "--autoencoder", At("vae"), "--tokens", "530", "--resume", "--out", At("scratch"), .. few]);
        Assert.Contains("made with text-steps 7, not 300; give --text-steps 7 to resume it", other.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prompts_are_followed_as_often_as_is_told_and_the_images_are_kept()
    {
        var told = await Cli.RunAsync("evaluate-prompts", "--model", Model, "--data", At("data"), "--caption", "{text}", "--caption",
            "{text}, {style}", "--count", "5", "--steps", "2", "--seed", "3", "--out", At("asked"), "--json");
        Assert.Equal((0, ""), (told.ExitCode, told.ExitCode == 0 ? "" : told.Error));
        var result = JsonDocument.Parse(told.Out).RootElement;
        Assert.Equal((5, 3), (result.GetProperty("prompts").GetInt32(), result.GetProperty("images").GetInt32()));
        Assert.Equal(5, result.GetProperty("followed").GetInt32() + result.GetProperty("missed").GetArrayLength());
        Assert.Equal(6, Directory.GetFiles(At("asked"), "*.png").Length);
        Assert.Equal(5, File.ReadLines(At("asked/prompts.txt")).Distinct().Count());
        Assert.Contains("prompts (", told.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(16, 8, 40, 10)]
    [InlineData(8, 16, 9, 70)]
    [InlineData(16, 16, 32, 20)]
    public async Task Images_to_start_from_and_masks_of_another_size_are_scaled_to_cover_and_cut(int width, int height, int fromWidth,
        int fromHeight)
    {
        byte[] Pixels(int channels, Func<int, int> value) => [.. Enumerable.Range(0, fromWidth * fromHeight)
            .SelectMany(p => Enumerable.Repeat((byte)value(p % fromWidth), channels))];
        await File.WriteAllBytesAsync(At("init.png"), PngFile.Encode(new(1, fromHeight, fromWidth, 3, Pixels(3, _ => 200))),
            TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(At("mask.png"),
            PngFile.Encode(new(1, fromHeight, fromWidth, 1, Pixels(1, x => 2 * x < fromWidth ? 0 : 255))),
            TestContext.Current.CancellationToken);
        var drawn = await Cli.RunAsync("sample", "--model", Model, "--prompt", "red", "--steps", "2", "--width", $"{width}", "--height",
            $"{height}", "--init", At("init.png"), "--mask", At("mask.png"), "--out", At("covered"));
        Assert.Equal((0, ""), (drawn.ExitCode, drawn.ExitCode == 0 ? "" : drawn.Error));
        var made = PictureFile.Decode(await File.ReadAllBytesAsync(At("covered/00000.png"), TestContext.Current.CancellationToken));
        Assert.Equal((width, height), (made.Width, made.Height));
        var refused = await Cli.RunAsync("sample", "--model", Model, "--prompt", "red", "--width", "-8", "--init", At("init.png"),
            "--out", At("none"));
        Assert.StartsWith("--width is -8; it must be", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_around_a_model_or_a_part_of_one_is_refused_with_the_model_that_is_there()
    {
        var run = Directory.CreateDirectory(At("run")).FullName;
        Directory.CreateSymbolicLink(Path.Combine(run, "model"), Model);
        foreach (var (folder, model) in new[] { (run, Path.Combine(run, "model")), (Path.Combine(Model, "unet"), Model),
            (Path.Combine(Model, "vae") + "/", Model) })
        {
            var refused = await Cli.RunAsync("sample", "--model", folder, "--out", At("none"));
            Assert.Equal((2, $"'{folder}' is not a model; '{model}' is one. Give that folder.\n"), (refused.ExitCode, refused.Error));
        }
    }

    [Fact]
    public async Task Words_that_are_cut_are_listed_on_one_short_line_without_control_characters()
    {
        var prompt = string.Join(' ', Enumerable.Repeat("red", 500)) + " \u001b[31m";
        var drawn = await Cli.RunAsync("sample", "--model", Model, "--prompt", prompt, "--steps", "1", "--out", At("cut"));
        Assert.Equal(0, drawn.ExitCode);
        var line = Assert.Single(drawn.Error.Split('\n'), l => l.Contains("these words are left out: red red", StringComparison.Ordinal));
        Assert.EndsWith(" more", line, StringComparison.Ordinal);
        Assert.InRange(line.Length, 200, 320);
        Assert.DoesNotContain('\u001b', line);
    }

    [Theory]
    [InlineData("72650072656420", "NUL bytes")]
    [InlineData("726564FF0A626C7565", "bytes that are not UTF-8")]
    public async Task A_file_of_prompts_that_is_no_text_is_refused_by_its_name(string bytes, string what)
    {
        await File.WriteAllBytesAsync(At("prompts.bin"), Convert.FromHexString(bytes), TestContext.Current.CancellationToken);
        var run = await Cli.RunAsync("sample", "--model", Model, "--prompts", At("prompts.bin"), "--steps", "1", "--out", At("none"));
        Assert.Equal((2, $"'{At("prompts.bin")}' is not a text file: it has {what}. Give plain text, saved as UTF-8.\n"),
            (run.ExitCode, run.Error));
        Assert.False(Directory.Exists(At("none")));
    }

    [Theory]
    [InlineData("--lora", "0", "rank is 0; it must be 1 to 256")]
    [InlineData("--lora", "4:8:1", "--lora is '4:8:1'; give a rank, 1 to 256, or RANK:ALPHA such as 8:16")]
    [InlineData("--lora", "four", "--lora is 'four'")]
    [InlineData("--size", "15", "--size is 15; it must be a multiple of 2, 2 to 2048")]
    [InlineData("--prediction", "v_prediction", "--prediction is settled by the model that --from names")]
    [InlineData("--caption", "{mood}", "has the field {mood}; there is {style}, {text}")]
    [InlineData("--caption", "{text", "The caption template '{text' has a brace that is part of no field; write fields as {name}")]
    [InlineData("--caption", "", "A caption template is empty; write text, or a field in braces such as {text}.")]
    public async Task What_cannot_be_tuned_is_one_sentence(string flag, string value, string said)
    {
        var run = await Cli.RunAsync(Tune("bad", flag, value));
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(said, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--class-conditional goes with models of images alone; leave it out.", "--class-conditional")]
    [InlineData("--text-steps goes with --autoencoder; leave it out.", "--text-steps", "7")]
    [InlineData("--tokens goes with --autoencoder; leave it out.", "--tokens", "600")]
    [InlineData("--kl-weight goes with the configuration of an autoencoder; leave it out.", "--kl-weight", "0.1")]
    public async Task An_option_that_tuning_would_ignore_is_refused(string said, params string[] options)
        => await RefusedAsync(said, Tune("bad", options));

    [Theory]
    [InlineData("--caption goes with models that read texts; leave it out.", "--caption", "{text}")]
    [InlineData("--size goes with --from a model that reads texts; leave it out.", "--size", "16")]
    public async Task An_option_for_texts_is_refused_where_a_model_reads_none(string said, params string[] options)
    {
        string[] start = ["train", "--data", At("data"), "--out", At("bad")];
        await RefusedAsync(said, [.. start, "--from", Path.Combine(Repository.Root, "models", "mnist"), .. options]);
        foreach (var config in new[] { "mnist-28.json", "vae-tiny.json" })
            await RefusedAsync(said,
                [.. start, "--model-config", Path.Combine(Repository.Root, "models", "configs", config), .. options]);
    }

    private static async Task RefusedAsync(string said, string[] args)
    {
        var run = await Cli.RunAsync(args);
        Assert.Equal((2, said + "\n"), (run.ExitCode, run.Error));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
