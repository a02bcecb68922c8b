using Playground.Core;
using Playground.Core.Data.Sets;
using Playground.Evaluation.Clip;
using Playground.Evaluation.Metrics;
using Playground.Evaluation.Reports;
using Playground.Evaluation.Statistics;

namespace Playground.Server.Evaluations;

/// <summary>What CLIP says of a combination.</summary>
/// <param name="Model">Which CLIP.</param>
/// <param name="Scores">CLIP score in both conventions, where there are prompts; CMMD, where there are real pictures.</param>
/// <param name="Warnings">In sentences.</param>
internal sealed record ClipGrade(ReportedExtractor Model, IReadOnlyList<MetricScore> Scores, IReadOnlyList<string> Warnings);

/// <summary>Takes CLIP's scores of combinations.</summary>
/// <param name="model">Disposed with it.</param>
/// <param name="prompts">None, one for all, or one for each class.</param>
/// <param name="real">Null where the reference is statistics.</param>
/// <param name="cache">Keeps the embeddings of the real pictures.</param>
/// <param name="generatedCache">Keeps those of the generated ones, for a run that is cut off.</param>
internal sealed class ClipGrader(ClipModel model, IReadOnlyList<string> prompts, IPictureSet? real, StatisticsCache cache,
    StatisticsCache generatedCache) : IDisposable
{
    /// <summary>Whether the pictures were drawn from the prompts, one after the other and again from the first.</summary>
    public bool TakesTurns { get; init; }

    /// <exception cref="PlaygroundException">The prompts do not fit the pictures' classes, or there is nothing to compare with.</exception>
    public async Task<ClipGrade> GradeAsync(GradedSource pictures, long seed, Action<EvaluationProgress> onProgress, CancellationToken ct)
    {
        if (prompts.Count == 0 && real is null)
            throw new PlaygroundException(
                "CLIP needs prompts here: the reference is statistics, so that it has no pictures to compare with.");
        var options = new MetricOptions { Seed = (int)(seed % int.MaxValue), Progress = onProgress };
        var found = await new ClipComparison(model, prompts.Count == 0 ? null : _ => (PromptsOf(pictures), 0)).ScoreAsync(real, pictures,
            options, cache, generatedCache, ct);
        return new ClipGrade(new ReportedExtractor(model.Name, model.Preprocessing.Name, model.Hash,
            found.Generated.File.Statistics.Dimensions), found.Scores, found.Warnings);
    }

    public void Dispose() => model.Dispose();

    private string[] PromptsOf(GradedSource pictures) => [.. Enumerable.Range(0, pictures.Count).Select(i => prompts.Count == 1 ? prompts[0]
        : TakesTurns ? prompts[i % prompts.Count]
        : pictures.LabelOf(i) is >= 0 and var label && label < prompts.Count ? prompts[label]
        : throw new PlaygroundException($"There are {prompts.Count} prompts, and "
        + $"picture {i} is of class {pictures.ClassOf(i) ?? "none"}: give one prompt for each class, or one for all."))];
}
