using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Playground.Core;
using Playground.Core.Data;
using Playground.Core.Generation;
using Playground.Core.Imaging;
using Playground.Core.Pipelines;
using Playground.Core.Pipelines.StableDiffusion;
using Playground.Evaluation.Metrics;
using Playground.Evaluation.Statistics;
using Spectre.Console;

namespace Playground.Cli.Commands;

/// <summary>
/// <c>evaluate-prompts</c>: draws captions of a data set and tells how often the nearest image of the set has that caption.
/// </summary>
internal static class EvaluatePromptsCommand
{
    private const int MaxCount = 10_000, Batch = 50, EncodedPixels = 32 * 64 * 64;

    private static readonly Option<string> s_model = new("--model")
    { Required = true, Description = "Name of an installed model that reads text, or its folder" };
    private static readonly Option<string> s_data = new("--data")
    {
        Required = true,
        Description = "Images with captions, such as those that the model was trained on: a folder with metadata.jsonl or with cat.txt "
            + "beside cat.png, or a packed data set"
    };
    private static readonly Option<string[]> s_caption = new("--caption")
    { Description = "What a caption is made of, such as '{text}, {style}'; several make several (default {text})" };
    private static readonly Option<int> s_count = new("--count")
    { DefaultValueFactory = _ => 300, Description = $"Captions that are drawn, each once, 1 to {MaxCount}; all where there are fewer" };
    private static readonly Option<int> s_steps = SettingOptions.Of<SamplingRequest, int>("steps");
    private static readonly Option<double> s_guidance = SettingOptions.Of<SamplingRequest, double>("guidance",
        "Classifier-free guidance; 1: off (default: the model's own, or 7.5)");
    private static readonly Option<long> s_seed = SettingOptions.Of<SamplingRequest, long>("seed",
        "Seed of the first image, each next has one more; it also decides which captions are drawn");
    private static readonly Option<string> s_precision = SettingOptions.Of<SamplingRequest, string>("precision");
    private static readonly Option<string?> s_out = new("--out")
    { Description = "Also write the images, with a prompt a line in prompts.txt" };
    private static readonly Option<bool> s_json = new("--json")
    { Description = "Print one JSON object on standard output, nothing else there" };

    public static Command Create()
    {
        var command = new Command("evaluate-prompts",
            "Tell how often a model draws what a caption says: the nearest image of the set should have that caption")
            { s_model, s_data, s_caption, s_count, s_steps, s_guidance, s_seed, s_precision, s_out, PictureFolder.Overwrite, s_json };
        foreach (var option in SamplerArguments.All) command.Add(option);
        command.SetAction((parsed, ct) => Task.Run(() => Run(parsed, ct), CancellationToken.None));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken ct)
    {
        var count = parsed.GetValue(s_count);
        if (count is < 1 or > MaxCount) throw new PlaygroundException($"--count is {count}; it must be 1 to {MaxCount}.");
        if (parsed.GetValue(s_out) is { } folder) PictureFolder.RequireNew(folder, parsed.GetValue(PictureFolder.Overwrite));
        var path = ModelArgument.PathOf(parsed.GetRequiredValue(s_model));
        using var model = ModelLoader.Load(path) as StableDiffusionModel
            ?? throw new PlaygroundException($"'{parsed.GetValue(s_model)}' reads no text; give a model that does.");
        var data = CaptionedImages.Load(parsed.GetRequiredValue(s_data), model.SampleSize, model.Channels,
            parsed.GetValue(s_caption) is { Length: > 0 } given ? given : ["{text}"], ct);
        var request = new SamplingRequest
        {
            Sampler = SamplerArguments.Name(parsed),
            Options = SamplerArguments.Read(parsed),
            Steps = parsed.GetValue(s_steps),
            Seed = parsed.GetValue(s_seed),
            Guidance = parsed.GetResult(s_guidance) is { Implicit: false }
                ? parsed.GetValue(s_guidance)
                : TextArguments.GuidanceOf(model.Summary),
            Precision = parsed.GetRequiredValue(s_precision),
            Prompts = Drawn(data, count, parsed.GetValue(s_seed)),
        };
        request = request with { Count = request.Prompts.Count };
        if (request.Validate(model.Summary, MaxCount) is [var problem, ..]) throw SamplerArguments.Refuse(problem);
        if (File.Exists(path)) throw new PlaygroundException("Give the model as a folder; unpack the file by importing it.");
        using var encoder = new LatentFeatures(path);
        var (results, following) = Measure(model, encoder, data, request, ct);
        if (parsed.GetValue(s_out) is { } written)
        {
            PictureFolder.Write(written, model, request, results, null);
            File.WriteAllLines(Path.Combine(written, "prompts.txt"), request.Prompts);
        }
        Show(parsed, request, data, following);
        return 0;
    }

    // Each caption once, in an order that the seed decides.
    private static string[] Drawn(CaptionedImages data, int count, long seed)
    {
        string[] all = [.. data.Captions.SelectMany(c => c).Distinct()];
        new Random((int)(seed % int.MaxValue)).Shuffle(all);
        return all[..Math.Min(count, all.Length)];
    }

    private static (List<SamplingResult> Results, PromptFollowing Following) Measure(StableDiffusionModel model, LatentFeatures encoder,
        CaptionedImages data, SamplingRequest request, CancellationToken ct)
    {
        var (results, real, drawn) = (new List<SamplingResult>(), new List<float>(), new List<float>());
        var atOnce = Math.Max(1, EncodedPixels / (data.Height * data.Width));
        Terminal.Error().Progress().AutoClear(true).HideCompleted(false).Start(progress =>
        {
            var sampling = progress.AddTask("sampling", maxValue: (request.Count + Batch - 1) / Batch * request.CallsOn(model.Summary));
            for (var from = 0; from < request.Count; from += Batch)
                results.Add(SamplingRun.Execute(model, request.Part(from, Math.Min(Batch, request.Count - from), model.Summary),
                    (_, _) => sampling.Increment(1), ct));
            var encoding = progress.AddTask("comparing", maxValue: data.Count + request.Count);
            for (var from = 0; from < data.Count; from += atOnce)
            {
                ct.ThrowIfCancellationRequested();
                var part = Enumerable.Range(from, Math.Min(atOnce, data.Count - from)).Select(i => Picture(data, i)).ToList();
                real.AddRange(encoder.Of(PictureBatch.Concat(part)));
                encoding.Increment(part.Count);
            }
            foreach (var picture in results.SelectMany(r => Enumerable.Range(0, r.Pictures.Count).Select(i => r.Pictures[i])))
            {
                drawn.AddRange(encoder.Of(picture));
                encoding.Increment(1);
            }
        });
        var dimensions = encoder.DimensionsOf(data.Height);
        return (results, PromptFollowing.Of(new FeatureMatrix(data.Count, dimensions, [.. real]), data.Captions,
            new FeatureMatrix(request.Count, dimensions, [.. drawn]), request.Prompts, ct));
    }

    private static PictureBatch Picture(CaptionedImages data, int index)
    {
        var planar = new byte[data.Channels * data.Height * data.Width];
        data.Read(index, planar);
        return PictureBatch.FromPlanar(planar, data.Height, data.Width, data.Channels);
    }

    private static void Show(ParseResult parsed, SamplingRequest request, CaptionedImages data, PromptFollowing following)
    {
        var (share, interval) = (following.Share!.Value, following.Interval!);
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{following.FollowedCount} of {following.AskedCount} prompts ({share * 100:0.0} %, 95 % interval {interval.Low * 100:0.0} to "
            + $"{interval.High * 100:0.0} %): the nearest of {data.Count} images has the prompt as its caption."));
        if (!parsed.GetValue(s_json)) return;
        Console.Out.WriteLine(JsonSerializer.Serialize(new
        {
            prompts = following.AskedCount,
            followed = following.FollowedCount,
            share,
            low = interval.Low,
            high = interval.High,
            images = data.Count,
            missed = request.Prompts.Where((_, i) => !following.Followed[i]).Select((p, _) => p),
        }, s_readable));
    }

    private static readonly JsonSerializerOptions s_readable = new()
    { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
