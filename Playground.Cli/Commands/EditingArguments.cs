using System.CommandLine;
using System.Globalization;
using Playground.Core;
using Playground.Core.Checkpoints;
using Playground.Core.Generation;
using Playground.Core.Imaging;

namespace Playground.Cli.Commands;

/// <summary>The flags of <c>sample</c> that say what a picture starts from, and how guidance goes.</summary>
internal static class EditingArguments
{
    private static readonly Option<string?> s_seeds = new("--seeds")
    { Description = "A seed for every picture, N[,N...], in place of --seed" };
    private static readonly Option<long> s_variationSeed = SettingOptions.Of<SamplingRequest, long>("variationSeed");
    private static readonly Option<double> s_variationStrength = SettingOptions.Of<SamplingRequest, double>("variationStrength");
    private static readonly Option<double> s_rescale = SettingOptions.Of<SamplingRequest, double>("guidanceRescale");
    private static readonly Option<string?> s_interval = new("--guidance-interval")
    { Description = "Where guidance is on: A,B in fractions of the trained timesteps, 0 clean, 1 noise" };
    private static readonly Option<string?> s_init = new("--init")
    { Description = "Start from this picture, or from those in this folder" };
    private static readonly Option<double?> s_strength = SettingOptions.Of<SamplingRequest, double?>("strength",
        "How much of --init is noised away, above 0 to 1; default 0.8, or 1 with --mask");
    private static readonly Option<string?> s_mask = new("--mask")
    { Description = "Picture of what to draw anew of --init: white is, black is kept" };
    private static readonly Option<int> s_jump = new("--repaint-jump")
    { DefaultValueFactory = _ => 1, Description = "RePaint: steps that are noised over and repeated at a time" };
    private static readonly Option<int> s_resamples = new("--repaint-resamples")
    { DefaultValueFactory = _ => 1, Description = $"RePaint: how often they are made, 1 to {RePaint.MaxResamples}; 1: once" };

    /// <summary>Which flag each field of a request is set by.</summary>
    public static IReadOnlyDictionary<string, Option> Flags { get; } = new Dictionary<string, Option>
    {
        ["seeds"] = s_seeds,
        ["variationSeed"] = s_variationSeed,
        ["variationStrength"] = s_variationStrength,
        ["guidanceRescale"] = s_rescale,
        ["guidanceInterval"] = s_interval,
        ["init"] = s_init,
        ["strength"] = s_strength,
        ["mask"] = s_mask,
        ["jumpLength"] = s_jump,
        ["resamples"] = s_resamples,
    };

    /// <summary>
    /// The request with what the flags say; it makes as many pictures as there are seeds or files, where it is not told how many.
    /// </summary>
    public static SamplingRequest Read(ParseResult parsed, SamplingRequest request, bool countGiven, ModelSummary model)
    {
        var seeds = Numbers(s_seeds, parsed.GetValue(s_seeds), long.Parse, "whole numbers with commas between, such as 3,14");
        var files = Files(parsed.GetValue(s_init));
        var count = countGiven ? request.Count : seeds.Count > 0 ? seeds.Count : files.Count > 1 ? files.Count : request.Count;
        return request with
        {
            Count = count,
            Seeds = seeds,
            VariationSeed = parsed.GetValue(s_variationSeed),
            VariationStrength = parsed.GetValue(s_variationStrength),
            GuidanceRescale = parsed.GetValue(s_rescale),
            GuidanceInterval = Interval(parsed.GetValue(s_interval)),
            Init = files.Count == 0
                ? null
                : PictureBatch.Concat([.. files.Take(Math.Max(count, 1)).Select(f => Picture(f, request, model, model.Channels))]),
            Strength = parsed.GetValue(s_strength),
            Mask = parsed.GetValue(s_mask) is { } mask ? Picture(mask, request, model, channels: 1) : null,
            RePaint = new(parsed.GetValue(s_jump), parsed.GetValue(s_resamples)),
        };
    }

    /// <summary>A file as the model takes it: scaled to cover its size, the center cut out.</summary>
    /// <exception cref="PlaygroundException">The file is not there, or not a picture.</exception>
    public static PictureBatch Picture(string path, ModelSummary model, int channels)
        => Picture(path, new SamplingRequest(), model, channels);

    private static PictureBatch Picture(string path, SamplingRequest request, ModelSummary model, int channels)
    {
        var (width, height) = request.SizeOn(model);
        if (!File.Exists(path)) throw new PlaygroundException($"The picture '{path}' does not exist.");
        try
        {
            var file = File.ReadAllBytes(path);
            // A size that cannot be had is refused later, by its own name.
            return width is >= 1 and <= SamplingRequest.MaxSide && height is >= 1 and <= SamplingRequest.MaxSide
                ? PictureFile.DecodeTo(file, width, height, channels)
                : PictureFile.Decode(file, null, channels);
        }
        catch (PlaygroundException e)
        {
            throw new PlaygroundException($"'{path}': {e.Message}");
        }
    }

    private static IReadOnlyList<string> Files(string? path)
    {
        if (path is null) return [];
        if (!Directory.Exists(path)) return [path];
        string[] files = [.. Directory.GetFiles(path).Order(StringComparer.Ordinal)];
        return files.Length > 0
            ? files
            : throw new PlaygroundException($"The folder '{path}' has no files; --init takes a picture, or a folder of pictures.");
    }

    private static GuidanceInterval Interval(string? text)
    {
        if (text is null) return GuidanceInterval.All;
        const string wanted = "two numbers with a comma between, such as 0.2,0.8";
        return Numbers(s_interval, text, double.Parse, wanted) is [var from, var to] ? new(from, to) : throw Bad(s_interval, text, wanted);
    }

    private static IReadOnlyList<T> Numbers<T>(Option option, string? text, Func<string, IFormatProvider, T> parse, string wanted)
    {
        try
        {
            return text is null ? [] : [.. text.Split(',').Select(t => parse(t, CultureInfo.InvariantCulture))];
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            throw Bad(option, text!, wanted);
        }
    }

    private static PlaygroundException Bad(Option option, string text, string wanted) => new($"{option.Name} is '{text}'; give {wanted}.");
}
