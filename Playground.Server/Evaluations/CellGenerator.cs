using System.Diagnostics;
using Playground.Client.Contracts;
using Playground.Core.Generation;
using Playground.Server.Jobs;

namespace Playground.Server.Evaluations;

/// <summary>Makes the images of an evaluation's combinations, and goes on where a run was cut off.</summary>
internal sealed class CellGenerator(SamplingEngine engine, EvaluationFiles files)
{
    /// <summary>How many images of a combination are there.</summary>
    public int CountOf(string job, PlannedCell cell, EvaluatedModel model)
    {
        if (!File.Exists(files.ImagesOf(job, cell.Index))) return 0;
        using var images = Open(job, cell, model, null);
        return images.Count;
    }

    /// <summary>Makes those that are not there yet. The caller disposes them.</summary>
    /// <param name="job">Is told how far it has come.</param>
    /// <param name="cell">What is sampled.</param>
    /// <param name="model">By what.</param>
    /// <param name="classes">How their classes are told apart.</param>
    /// <param name="ct">Stops it.</param>
    public async Task<GeneratedImages> GenerateAsync(LiveJob job, PlannedCell cell, EvaluatedModel model, EvaluatedClasses classes,
        CancellationToken ct)
    {
        var images = Open(job.View.Id, cell, model, classes);
        try
        {
            var count = cell.Request!.Count;
            var before = cell.Index * count;
            while (images.Count < count)
            {
                job.Advance(before + images.Count, activity: Remark.Of(JobActivity.MakingImages,
                    $"{cell.Title}: {images.Count} of {count} images"));
                var part = cell.Request.Part(images.Count, Math.Min(EvaluationPlan.Batch, count - images.Count), model.Summary);
                var began = Stopwatch.GetTimestamp();
                var result = await engine.SampleAsync(model.Reference, part, ct: ct);
                images.Append(result.Pictures, result.Classes, Stopwatch.GetElapsedTime(began).TotalSeconds);
            }
            job.Advance(before + count);
            return images;
        }
        catch
        {
            images.Dispose();
            throw;
        }
    }

    private GeneratedImages Open(string job, PlannedCell cell, EvaluatedModel model, EvaluatedClasses? classes)
        => new(files.ImagesOf(job, cell.Index), $"{model.Title} ({model.Summary.Hash})", model.Summary.SampleSize, model.Summary.Channels,
            classes);
}
