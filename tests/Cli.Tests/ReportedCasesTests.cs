using System.Globalization;
using Playground.Core.Tests;

namespace Playground.Cli.Tests;

/// <summary>
/// Inputs that people reported as failing, on the command line: each is read, or refused in a sentence that says what it is and what to do.
/// Those of models, data sets and evaluations over HTTP are among the server's tests.
/// </summary>
public sealed class ReportedCasesTests : IDisposable
{
    private static readonly string s_cases = Path.GetFullPath(Path.Combine(Repository.Root, "../shared/cases"));
    private readonly string _out = Directory.CreateTempSubdirectory("cases-").FullName;

    public void Dispose() => Directory.Delete(_out, recursive: true);

    [Theory]
    [InlineData("model-4-channels", "in_channels = 4; it must be 1 (gray) or 3 (color)")]
    [InlineData("model-6in-3out", "in_channels = 6 and out_channels = 3; they must be equal")]
    [InlineData("model-ldm-index", "names vqvae beside unet and scheduler")]
    [InlineData("model-lfs-pointer", "is a Git LFS pointer, not the file itself: run 'git lfs pull'")]
    [InlineData("model-sd-folder", "A Stable Diffusion folder has unet/, vae/, text_encoder/, tokenizer/ and scheduler/")]
    [InlineData("model-size-null", "write it into config.json, such as \"sample_size\": 32")]
    [InlineData("model-tar/m.tar.gz", "unpack it, then pack the files as zip")]
    public async Task A_model_that_cannot_be_sampled_is_refused_in_one_sentence(string model, string sentence)
    {
        var run = await Cli.RunAsync("sample", "--model", At(model), "--steps", "2", "--count", "1", "--out", Out("images"));
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(sentence, run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.Trim().Split('\n'));
        Assert.False(Directory.Exists(Out("images")));
    }

    [Fact]
    public async Task Weights_of_a_compiled_model_are_loaded()
        => await SucceedsAsync("sample", "--model", At("model-orig-mod"), "--steps", "2", "--count", "1", "--out", Out("images"));

    [Theory]
    [InlineData("sched-dpm-lu", "dpmpp-2m")]
    [InlineData("sched-euler-loglinear", "euler")]
    public async Task Every_key_of_the_samplers_own_file_is_honored(string name, string sampler)
    {
        await SucceedsAsync("sample", "--model", At(name + "/model"), "--sampler", sampler, "--steps", "7", "--noise", At(name + "/xT.npy"),
            "--count", "2", "--out", Out("images"), "--npy", Out("x0.npy"));
        // Both are float32 of the same shape; a .npy file's numbers are its end.
        var (expected, made) = (Numbers(At(name + "/x0.npy")), Numbers(Out("x0.npy")));
        Assert.Equal(2 * 3 * 8 * 8, made.Length);
        Assert.All(expected[^made.Length..].Zip(made), p => Assert.Equal(p.First, p.Second, 1e-3));
    }

    [Fact]
    public async Task Images_of_another_run_are_not_mixed_with()
    {
        string[] Sample(int count) => ["sample", "--model", At("model-orig-mod"), "--steps", "1", "--count",
            count.ToString(CultureInfo.InvariantCulture), "--out", Out("images")];
        await SucceedsAsync(Sample(5));
        var files = Directory.GetFiles(Out("images"));
        var again = await Cli.RunAsync(Sample(2));
        Assert.Equal(2, again.ExitCode);
        Assert.Contains("Give another --out, or --overwrite", again.Error, StringComparison.Ordinal);
        Assert.Equal(files, Directory.GetFiles(Out("images")));
        await SucceedsAsync([.. Sample(2), "--overwrite"]);
        Assert.Equal(3, Directory.GetFiles(Out("images")).Length);
    }

    [Theory]
    [InlineData("train-bad-picture/data", 3, "2 images of 16×16", "'3.jpg': The file is not an image: it is an HTML page")]
    [InlineData("train-hidden-class/data", 3, "2 images of 16×16", "1 hidden file, or file of a tool, was passed over")]
    [InlineData("train-nested/data", 3, "3 images of 16×16", "")]
    [InlineData("idx-dot-names/data/train", 1, "6 images of 16×16", "")]
    public async Task Training_takes_what_is_there_and_says_what_it_left_out(string data, int channels, string images, string said)
    {
        var config = Out("tiny16.json");
        await File.WriteAllTextAsync(config, (await File.ReadAllTextAsync(At("tiny16.json"), TestContext.Current.CancellationToken))
            .Replace("_channels\": 3", $"_channels\": {channels}", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        string[] conditional = data.StartsWith("train-bad", StringComparison.Ordinal) ? [] : ["--class-conditional"];
        var run = await SucceedsAsync(["train", "--data", At(data), .. conditional, "--model-config", config, "--steps", "1", "--batch",
            "2",
            "--out", Out("model")]);
        Assert.Contains(images, run.Out + run.Error, StringComparison.Ordinal);
        Assert.Contains(said, run.Out + run.Error, StringComparison.Ordinal);
        // One row more for no class.
        var rows = data.StartsWith("train-bad", StringComparison.Ordinal) ? "null" : channels == 1 ? "4" : "3";
        Assert.Contains($"\"num_class_embeds\": {rows}", await File.ReadAllTextAsync(Out("model/unet/config.json"),
            TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("evaluate-bmp", "gen", "The file is a BMP image, which is not read; save it as PNG first")]
    [InlineData("evaluate-npz-samples", "samples_20x28x28x3.npz", "holds images, not statistics: 'arr_0' is u1 of shape [20, 28, 28, 3]")]
    public async Task What_an_evaluation_cannot_read_is_named_with_the_way_to_hand_it_over(string name, string generated, string sentence)
    {
        var run = await Cli.RunAsync("evaluate", "--real", At(name + "/real"), "--generated", At($"{name}/{generated}"), "--cache", "off");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(sentence, run.Error, StringComparison.Ordinal);
    }

    private static string At(string path)
    {
        Assert.SkipUnless(Directory.Exists(s_cases), $"The reported cases are not at '{s_cases}'.");
        return Path.Combine(s_cases, path);
    }

    private string Out(string path) => Path.Combine(_out, path);

    private static async Task<CliRun> SucceedsAsync(params string[] args)
    {
        var run = await Cli.RunAsync(args);
        Assert.True(run.ExitCode == 0, run.Error);
        return run;
    }

    private static float[] Numbers(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var start = 10 + BitConverter.ToUInt16(bytes, 8);
        var numbers = new float[(bytes.Length - start) / sizeof(float)];
        Buffer.BlockCopy(bytes, start, numbers, 0, numbers.Length * sizeof(float));
        return numbers;
    }
}
