using Playground.Core.Models;
using Playground.Core.Schedules;

namespace Playground.Core.Checkpoints;

/// <summary>
/// Whether a network that can be built can also be sampled from noise and its images shown. Everywhere alike: on the command line, in the
/// models folder and in an import.
/// </summary>
public static class ModelFitness
{
    /// <summary>Why the model is of no use here, as a sentence; null where it is.</summary>
    public static string? ProblemOf(UNet2DConfig config, SchedulerConfig scheduler)
    {
        var (from, to) = (config.InChannels, config.OutChannels);
        if (to < from)
            return Refusal($"in_channels = {from} and out_channels = {to}; they must be equal. The network takes a second image beside the "
                + "noise, as super-resolution does, and cannot be sampled without it");
        if (to != from && to != 2 * from)
            return Refusal($"in_channels = {from} and out_channels = {to}; they must be equal, or the second twice the first where a "
                + "variance is learned");
        if (from is not (1 or 3))
            return Refusal($"in_channels = {from}; it must be 1 (gray) or 3 (color) for its images to be shown. Networks of 4 channels "
                + "mostly work on latents, which need a decoder");
        if (to != from && !PosteriorVariance.IsLearned(scheduler.VarianceType ?? ""))
            return Refusal($"out_channels = {to}, twice its in_channels; that goes with a scheduler whose variance_type is learned or "
                + "learned_range");
        if (config.ClassEmbedType is { } type)
            return Refusal($"class_embed_type = {type}; it must be null. Such a network takes "
                + $"{(type == "identity" ? "a vector" : "a number")} with each image, and only class labels can be given");
        if (config.TimeEmbeddingType == "fourier")
            return Refusal("time_embedding_type = fourier; it must be positional or learned. Such a network is told noise levels, not "
                + "timesteps, as ScoreSdeVePipeline does, and no sampler here goes by them");
        return null;
    }

    /// <exception cref="PlaygroundException">The model is of no use here.</exception>
    internal static void Require(UNet2DConfig config, SchedulerConfig scheduler)
    {
        if (ProblemOf(config, scheduler) is { } problem) throw new PlaygroundException(problem);
    }

    private static string Refusal(string what) => $"The model's configuration has {what}.";
}
