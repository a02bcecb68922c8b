using System.Diagnostics;
using System.Text.Json;
using Playground.Core;
using Playground.Core.Imaging;

namespace Playground.Cli.Tests;

public sealed class CommandTests(TemporaryFolder folder) : IClassFixture<TemporaryFolder>
{
    [Fact]
    public async Task Train_then_sample_leaves_pictures_a_grid_and_one_JSON_object_each()
    {
        var trained = await Cli.RunAsync(folder.Train("model", 3, "--json"));
        Assert.Equal(0, trained.ExitCode);
        Assert.True(JsonDocument.Parse(trained.Out).RootElement.GetProperty("finished").GetBoolean());

        var sampled = await Cli.RunAsync("sample", "--model", folder.At("model"), "--steps", "2", "--count", "3", "--class", "1,0",
            "--guidance", "2", "--out", folder.At("pictures"), "--npy", folder.At("x.npy"), "--json");
        Assert.Equal((0, 3), (sampled.ExitCode, JsonDocument.Parse(sampled.Out).RootElement.GetProperty("pictures").GetInt32()));
        Assert.Equal(["00000-class1.png", "00001-class0.png", "00002-class1.png", "grid.png"],
            Directory.GetFiles(folder.At("pictures")).Select(f => Path.GetFileName(f)).Order());

        var again = await Cli.RunAsync("sample", "--model", folder.At("model"), "--steps", "2", "--count", "3", "--class", "0", "--noise",
            folder.At("x.npy"), "--npy", folder.At("y.npy"), "--out", folder.At("again"));
        Assert.Equal(0, again.ExitCode);
        Assert.Equal(new FileInfo(folder.At("x.npy")).Length, new FileInfo(folder.At("y.npy")).Length);
    }

    [Fact]
    public async Task Pictures_are_started_from_masked_varied_and_interpolated()
    {
        Assert.Equal(0, (await Cli.RunAsync(folder.Train("edited", 3))).ExitCode);
        string[] named = ["--model", folder.At("edited")], model = [.. named, "--steps", "10"];
        Assert.Equal(0, (await Cli.RunAsync(["sample", .. model, "--seeds", "5,6", "--class", "0", "--out", folder.At("first")])).ExitCode);
        Assert.Equal(3, Directory.GetFiles(folder.At("first")).Length);
        Directory.CreateDirectory(folder.At("sources"));
        foreach (var i in new[] { 0, 1 }) File.Copy(folder.At($"first/0000{i}-class0.png"), folder.At($"sources/{i}.png"));
        await File.WriteAllBytesAsync(folder.At("mask.png"),
            PngFile.Encode(new(1, 8, 8, 1, [.. Enumerable.Range(0, 64).Select(i => i < 32 ? (byte)0 : (byte)255)])),
            TestContext.Current.CancellationToken);

        var edited = await Cli.RunAsync(["sample", .. model, "--sampler", "ddpm", "--init", folder.At("sources"), "--mask",
            folder.At("mask.png"), "--repaint-jump", "2", "--repaint-resamples", "2",
            "--variation-seed", "3", "--variation-strength", "0.2", "--guidance", "2", "--guidance-rescale", "0.7", "--guidance-interval",
            "0.1,0.8", "--class", "1", "--out", folder.At("masked")]);
        Assert.Equal((0, ""), (edited.ExitCode, edited.ExitCode == 0 ? "" : edited.Error));
        foreach (var i in new[] { 0, 1 })
        {
            var (source, made) = (PictureFile.Decode(await File.ReadAllBytesAsync(folder.At($"sources/{i}.png"),
                TestContext.Current.CancellationToken)),
                await File.ReadAllBytesAsync(folder.At($"masked/0000{i}-class1.png"), TestContext.Current.CancellationToken));
            Assert.Equal(source.Pixels[..32], PictureFile.Decode(made).Pixels[..32]);
            Assert.Contains("Denoising strength: 1, CFG Rescale: 0.7", PngFile.ReadText(made)["parameters"], StringComparison.Ordinal);
        }

        var between = await Cli.RunAsync(["interpolate", .. model, "--from", folder.At("sources/0.png"), "--to", folder.At("sources/1.png"),
            "--count", "4", "--out", folder.At("between"), "--json"]);
        Assert.Equal((0, 4), (between.ExitCode, JsonDocument.Parse(between.Out).RootElement.GetProperty("pictures").GetInt32()));
        foreach (var (expected, more) in new (string, string[])[]
        {
            ("--strength is not set, and its default 0.8 leaves none of 1 steps; use at least 1, or more steps.",
                ["--init", folder.At("sources"), "--steps", "1"]),
            ("--strength was given without --init, a picture to start from.", ["--strength", "0.5"]),
            ("--mask was given without --init, the picture that it covers.", ["--mask", folder.At("mask.png")]),
            ("--seeds has 2 values, and --count is 3;", ["--seeds", "1,2", "--count", "3"]),
            ("--width is 9; the model 'edited' makes images of 8 x 8.", ["--width", "9"]),
            ("--strength is 0; it must be above 0", ["--init", folder.At("sources"), "--strength", "0"]),
            ("--guidance-interval is 'all'; give two numbers", ["--guidance-interval", "all"]),
            ("--repaint-resamples is 21", ["--init", folder.At("sources"), "--mask", folder.At("mask.png"), "--repaint-resamples", "21"]),
            ("'/nowhere.png' does not exist", ["--init", "/nowhere.png"]),
            ("The file is not an image", ["--init", folder.Config]),
        })
        {
            string[] steps = more.Contains("--steps") ? [] : ["--steps", "10"];
            var refused = await Cli.RunAsync(["sample", .. named, .. steps, "--out", folder.At("nowhere"), .. more]);
            Assert.Equal(2, refused.ExitCode);
            Assert.Contains(expected, refused.Error, StringComparison.Ordinal);
        }
        Assert.False(Directory.Exists(folder.At("nowhere")));
    }

    [Fact]
    public async Task Train_takes_every_option_and_tells_the_losses()
    {
        var trained = await Cli.RunAsync(folder.Train("options", 4, "--json", "--prediction", "v_prediction", "--schedule",
            "squaredcos_cap_v2", "--timesteps", "100",
            "--loss", "huber", "--huber-delta", "0.5", "--weighting", "min_snr", "--min-snr-gamma", "4", "--offset-noise", "0.1", "--flip",
            "--accumulate", "2", "--clip-norm", "0.5",
            "--lr-schedule", "cosine", "--warmup", "1", "--ema-warmup", "power", "--ema-power", "0.75", "--ema-inv-gamma", "2",
            "--ema-update-after-step", "1",
            "--validation", "0.2", "--validate-every", "2", "--validation-examples", "3"));
        Assert.Equal((0, ""), (trained.ExitCode, trained.ExitCode == 0 ? "" : trained.Error));
        var json = JsonDocument.Parse(trained.Out).RootElement;
        Assert.Equal(4, json.GetProperty("lossByQuarter").GetArrayLength());
        Assert.True(json.GetProperty("validationLoss").GetDouble() > 0);
        Assert.Matches(@"step 4/4  loss \d\.\d+ \(\d\.\d+ \d\.\d+ \d\.\d+ \d\.\d+\)  validation \d\.\d+  lr \S+  \d+ images/s  \d+ s left",
            trained.Error);

        var scheduler = JsonDocument.Parse(await File.ReadAllTextAsync(folder.At("options/scheduler/scheduler_config.json"),
            TestContext.Current.CancellationToken)).RootElement;
        Assert.Equal(("v_prediction", "squaredcos_cap_v2", 100), (scheduler.GetProperty("prediction_type").GetString(),
            scheduler.GetProperty("beta_schedule").GetString(), scheduler.GetProperty("num_train_timesteps").GetInt32()));
    }

    [Fact]
    public async Task Ctrl_C_writes_a_checkpoint_and_resume_goes_on_from_it()
    {
        Assert.SkipWhen(IgnoresInterrupts(), "SIGINT is ignored here, as nohup and '&' in a script set it, and a process inherits that: "
            + "whether Ctrl+C ends a training was not checked.");
        using var training = Cli.Start(folder.Train("stopped", 1_000_000, "--checkpoint-every", "1"));
        _ = training.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        // Of many only the newest are kept, so that one that is looked for by its name may be gone again.
        var checkpoints = folder.At("stopped/checkpoints");
        while (!Directory.Exists(checkpoints) || Directory.GetDirectories(checkpoints, "step-?????????").Length < 2)
            await Task.Delay(20, TestContext.Current.CancellationToken);
        using (var signal = Process.Start("kill", ["-INT", $"{training.Id}"]))
            await signal.WaitForExitAsync(TestContext.Current.CancellationToken);
        await training.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, training.ExitCode);

        var checkpoint = Directory.GetDirectories(checkpoints).Max()!;
        var done = int.Parse(checkpoint[^9..], System.Globalization.CultureInfo.InvariantCulture);
        var resumed = await Cli.RunAsync(folder.Train("stopped", done + 2, "--resume", "--json"));
        Assert.Equal(done + 2, JsonDocument.Parse(resumed.Out).RootElement.GetProperty("step").GetInt32());
    }

    // Signals are numbered from 1, and SIGINT is 2.
    private static bool IgnoresInterrupts() => File.ReadLines("/proc/self/status").Any(line
        => line.StartsWith("SigIgn:", StringComparison.Ordinal) && (Convert.ToUInt64(line[7..].Trim(), 16) & 2) != 0);

    [Fact]
    public async Task Doctor_prints_one_JSON_object_with_the_engine()
    {
        var run = await Cli.RunAsync("doctor", "--json");
        Assert.Equal(0, run.ExitCode);
        Assert.NotEmpty(JsonDocument.Parse(run.Out).RootElement.GetProperty("libtorchVersion").GetString()!);
    }

    [Fact]
    public async Task Train_leaves_an_unreadable_image_out_and_names_it_and_refuses_where_none_can_be_read()
    {
        var images = Directory.CreateDirectory(folder.At("partly")).FullName;
        await File.WriteAllBytesAsync(Path.Combine(images, "1.png"), PngFile.Encode(new(1, 8, 8, 1, new byte[64])),
            TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(images, "3.jpg"), "no image", TestContext.Current.CancellationToken);
        string[] train = ["train", "--data", images, "--model-config", folder.Config, "--steps", "1", "--batch", "1", "--out"];
        var trained = await Cli.RunAsync([.. train, folder.At("partly-model")]);
        Assert.Equal(0, trained.ExitCode);
        Assert.Contains("1 image of 8×8", trained.Error, StringComparison.Ordinal);
        Assert.Contains("! '3.jpg': The file is not an image", trained.Error, StringComparison.Ordinal);

        File.Delete(Path.Combine(images, "1.png"));
        var refused = await Cli.RunAsync([.. train, folder.At("none-model")]);
        Assert.Equal(2, refused.ExitCode);
        Assert.Matches(@"^None of the 1 images of '.*' can be read\. '3\.jpg': [^\n]*\n$", refused.Error);
    }

    [Fact]
    public async Task A_folder_of_another_run_is_not_mixed_with_a_new_one()
    {
        Assert.Equal(0, (await Cli.RunAsync(folder.Train("once", 3))).ExitCode);
        var second = await Cli.RunAsync(folder.Train("once", 1));
        Assert.Equal((2, 1), (second.ExitCode, second.Error.Trim().Split('\n').Length));
        Assert.Contains("holds another training, at step 3. Resume it (--resume), give another folder", second.Error,
            StringComparison.Ordinal);
        Assert.Equal(0, (await Cli.RunAsync(folder.Train("once", 1, "--overwrite"))).ExitCode);
        Assert.Equal(["step-000000001"], Directory.GetDirectories(folder.At("once/checkpoints")).Select(d => Path.GetFileName(d)));
        var within = await Cli.RunAsync("train", "--data", folder.At("data"), "--from", folder.At("once"), "--steps", "1", "--batch", "1",
            "--out", Path.GetDirectoryName(folder.At("once"))!, "--overwrite");
        Assert.Equal((2, "--overwrite would delete the model that --from names; give another --out.\n"), (within.ExitCode, within.Error));

        string[] sample = ["sample", "--model", folder.At("once"), "--steps", "2", "--out", folder.At("shots"), "--class"];
        Assert.Equal(0, (await Cli.RunAsync([.. sample, "1", "--count", "3"])).ExitCode);
        await File.WriteAllTextAsync(folder.At("shots/mine.txt"), "x", TestContext.Current.CancellationToken);
        var mixed = await Cli.RunAsync([.. sample, "0", "--count", "2"]);
        Assert.Equal(2, mixed.ExitCode);
        Assert.Contains("holds 4 images of an earlier run, such as '00000-class1.png'", mixed.Error, StringComparison.Ordinal);
        Assert.Equal(0, (await Cli.RunAsync([.. sample, "0", "--count", "2", "--overwrite"])).ExitCode);
        Assert.Equal(["00000-class0.png", "00001-class0.png", "grid.png", "mine.txt"],
            Directory.GetFiles(folder.At("shots")).Select(f => Path.GetFileName(f)).Order());
    }

    [Fact]
    public async Task The_help_names_the_command_as_it_is_typed_and_what_the_script_does_itself()
    {
        var help = await Cli.RunAsync("--help");
        Assert.Equal(0, help.ExitCode);
        Assert.Contains("playground [command] [options]", help.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("Playground.Cli", help.Out, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^  serve +Start the server", help.Out);
        Assert.Matches(@"(?m)^  test +Run the tests", help.Out);
        Assert.Equal(0, (await Cli.RunAsync("--version")).ExitCode);
        var train = (await Cli.RunAsync("train", "--help")).Out;
        Assert.All(Playground.Settings.Setting.Of<Playground.Settings.TrainingOptions>(),
            s => Assert.Contains($"  {s.Flag} ", train, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_file_of_what_is_said_has_no_colors_in_it_whatever_the_terminal_can_do()
    {
        var terminal = new Dictionary<string, string> { ["TERM"] = "xterm-256color", ["COLORTERM"] = "truecolor" };
        Assert.Equal(0, (await Cli.RunAsync(folder.Train("plain", 1))).ExitCode);
        var sampled = await Cli.RunAsync(terminal, "sample", "--model", folder.At("plain"), "--steps", "1", "--count", "1", "--class", "0",
            "--out", folder.At("plain-images"));
        Assert.Equal(0, sampled.ExitCode);
        Assert.DoesNotContain('\u001b', sampled.Error);
    }

    [Fact]
    public async Task A_model_is_found_by_its_name_and_a_mistyped_word_is_answered_with_the_one_that_was_meant()
    {
        Assert.Equal(0, (await Cli.RunAsync(folder.Train("models/named", 1))).ExitCode);
        var environment = new Dictionary<string, string> { ["Playground__Models"] = folder.At("models") };
        var sampled = await Cli.RunAsync(environment, "sample", "--model", "named", "--steps", "1", "--count", "1", "--class", "0", "--out",
            folder.At("by-name"));
        Assert.Equal((0, ""), (sampled.ExitCode, sampled.ExitCode == 0 ? "" : sampled.Error));
        foreach (var (meant, args) in new (string, string[])[]
        {
            ("named", ["sample", "--model", "nmaed", "--out", folder.At("no")]),
            ("sample", ["sampel"]),
            ("--steps", ["sample", "--model", "named", "--out", folder.At("no"), "--stpes", "3"]),
        })
        {
            var refused = await Cli.RunAsync(environment, args);
            Assert.Equal(2, refused.ExitCode);
            Assert.Contains($"Did you mean '{meant}'?", refused.Error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("Option '--model' is required", "sample", "--out", "nowhere")]
    [InlineData("does not exist", "sample", "--model", "/nowhere/model", "--out", "nowhere")]
    [InlineData("--steps is 'many'; it must be a whole number.", "sample", "--model", "m", "--out", "nowhere", "--steps", "many")]
    [InlineData("'config.json' is missing", "train", "--data", "d", "--model-config", "/nowhere/config.json", "--out", "nowhere")]
    [InlineData("lr is 0; it must be", "train", "--data", "d", "--model-config", "c", "--out", "nowhere", "--lr", "0")]
    [InlineData("prediction is 'noise'; it must be one of: epsilon,", "train", "--data", "d", "--model-config", "c", "--out", "nowhere",
        "--prediction", "noise")]
    [InlineData("validation is 0.9; it must be 0 to 0.5.", "train", "--data", "d", "--model-config", "c", "--out", "nowhere",
        "--validation", "0.9")]
    public async Task Bad_input_is_one_sentence_on_standard_error_exit_code_2_and_no_folder(string expected, params string[] args)
    {
        var run = await Cli.RunAsync(args);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.Trim().Split('\n'));
        Assert.Empty(run.Out);
        Assert.False(Directory.Exists("nowhere"));
    }
}
