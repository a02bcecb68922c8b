using Microsoft.Extensions.Options;
using Playground.Client.Contracts;
using Playground.Core;
using Playground.Core.Checkpoints;
using Playground.Core.Data;
using Playground.Core.Data.Sets;
using Playground.Evaluation.Clip;
using Playground.Evaluation.Features;
using Playground.Evaluation.Metrics;
using Playground.Evaluation.Reports;
using Playground.Evaluation.Statistics;
using Playground.Server.Hosting;
using Playground.Server.Jobs;

namespace Playground.Server.Evaluations;

/// <summary>What an evaluation works with: the reference, the networks, and what compares by them.</summary>
internal sealed record OpenedEvaluation(IFeatureExtractor Extractor, EvaluationInput Real, ClipModel? Clip, Evaluator Evaluator)
    : IDisposable
{
    public void Dispose()
    {
        Clip?.Dispose();
        Real.Dispose();
        Extractor.Dispose();
    }
}

/// <summary>Opens what evaluations work with, as their owner.</summary>
internal sealed class EvaluationOpener(
    EvaluationReferences references, EvaluationExtractors extractors, EvaluationFiles files, IOptions<PlaygroundOptions> options)
{
    /// <param name="job">Whose it is.</param>
    /// <param name="request">What it asks for.</param>
    /// <param name="model">Null where images are graded.</param>
    /// <param name="onProgress">Told now and then, on any thread.</param>
    /// <param name="ct">Stops it.</param>
    /// <exception cref="PlaygroundException">Something of it is not there any more, or cannot be used.</exception>
    public async Task<OpenedEvaluation> OpenAsync(LiveJob job, EvaluationRequest request, ModelSummary? model,
        Action<EvaluationProgress> onProgress, CancellationToken ct)
    {
        var real = await OpenRealAsync(request.Reference, job.Owner, ct);
        IFeatureExtractor? extractor = null;
        try
        {
            extractor = extractors.Open(request.Features!, request.Preprocessing);
            var clip = request.Clip is null ? null : extractors.OpenClip(request.Clip);
            var metrics = new MetricOptions { Seed = (int)(request.Seed % int.MaxValue), Progress = onProgress };
            var comparison = clip is null ? null : new ClipComparison(clip, PromptsOf(request, takeTurns: model?.Text is not null));
            return new OpenedEvaluation(extractor, real, clip,
                new Evaluator(real, extractor, metrics, new StatisticsCache(CacheFolder), comparison)
                {
                    GeneratedCache = new StatisticsCache(files.FeaturesOf(job.View.Id)),
                });
        }
        catch
        {
            extractor?.Dispose();
            real.Dispose();
            throw;
        }
    }

    private string CacheFolder => Path.Combine(Path.GetFullPath(options.Value.Data), "statistics");

    private async Task<EvaluationInput> OpenRealAsync(string id, string owner, CancellationToken ct)
    {
        var reference = await references.FindAsync(id, owner, ct)
            ?? throw PlaygroundException.Of(JobError.ReferenceGone, $"The reference '{id}' is not there any more.");
        return reference.HasPictures
            ? EvaluationInput.Of(reference.Name, await references.OpenAsync(id, owner, ct))
            : EvaluationInput.Of(reference.Name, references.ReadStatistics(id));
    }

    // One prompt for all, one for each class, or, where the images were drawn from them, one after the other and again from the first.
    private static Func<IPictureSet, (IReadOnlyList<string> Prompts, int Unused)>? PromptsOf(EvaluationRequest request, bool takeTurns)
    {
        var prompts = request.Prompts;
        if (prompts.Count == 0) return null;
        return images => ([.. Enumerable.Range(0, images.Count).Select(i => prompts.Count == 1 ? prompts[0]
            : takeTurns ? prompts[i % prompts.Count]
            : LabelOf(images, i) is >= 0 and var label && label < prompts.Count ? prompts[label]
            : throw new PlaygroundException($"There are {prompts.Count} prompts, and "
                + $"picture {i} is of class {images.ClassOf(i) ?? "none"}: give one prompt for each class, or one for all."))], 0);
    }

    private static int LabelOf(IPictureSet images, int index) => images switch
    {
        GeneratedImages generated => generated.LabelOf(index),
        IPictureDataset { Classes: not null } given => given.Label(index),
        _ => -1,
    };
}
