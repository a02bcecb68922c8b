using Playground.Core;
using Playground.Core.Data.Sets;
using Playground.Core.Text;
using Playground.Evaluation.Metrics;
using Playground.Evaluation.Statistics;

namespace Playground.Evaluation.Clip;

/// <summary>What CLIP found.</summary>
/// <param name="Scores">CLIP score in both conventions, and CMMD, as far as there is something to compare with.</param>
/// <param name="Generated">The generated pictures' embeddings.</param>
/// <param name="Real">The real ones'; null where there are none.</param>
/// <param name="Warnings">What of the prompts was not used, in sentences.</param>
public sealed record ClipFindings(IReadOnlyList<MetricScore> Scores, CollectedFeatures Generated, CollectedFeatures? Real,
    IReadOnlyList<Remark> Warnings);

/// <summary>CLIP score against prompts, and CMMD against real pictures.</summary>
/// <param name="model">Stays its holder's.</param>
/// <param name="prompts">Gives the prompt of each picture of a source, unreadable ones included, and how many prompts were left over, as
/// <see cref="PromptFile.For"/> does; null for CMMD alone.</param>
public sealed class ClipComparison(ClipModel model, Func<IPictureSet, (IReadOnlyList<string> Prompts, int Unused)>? prompts)
{
    private const int Batch = 256;
    private (IPictureSet Pictures, CollectedFeatures Features)? _reference;

    public ClipModel Model => model;

    /// <param name="real">Null for the CLIP score alone.</param>
    /// <param name="generated">The pictures that the prompts belong to.</param>
    /// <param name="options">Seed and progress.</param>
    /// <param name="cache">Keeps the real pictures' embeddings; null to embed them anew.</param>
    /// <param name="generatedCache">Keeps the generated pictures'; may be the same.</param>
    /// <param name="ct">Ends the work soon.</param>
    /// <exception cref="PlaygroundException">There are neither prompts nor real pictures, prompts are missing, or the model's halves do not
    /// fit.</exception>
    public async Task<ClipFindings> ScoreAsync(IPictureSet? real, IPictureSet generated, MetricOptions options,
        StatisticsCache? cache, StatisticsCache? generatedCache, CancellationToken ct = default)
    {
        if (prompts is null && real is null) throw new PlaygroundException(
            "CLIP needs prompts here: the reference is statistics, so that it has no pictures to compare with.");
        var (texts, unused) = prompts?.Invoke(generated) ?? ([], 0);
        Remark[] warnings = unused == 0 ? []
            : [Remark.Of(RemarkCode.PromptsUnused, $"{unused} prompts belong to no picture and were not used.")];
        using var extractor = new ClipPictureExtractor(model);
        var made = await new FeatureCollector(extractor, generatedCache, options.Seed).CollectAsync(generated, EvaluationStage.Generated,
            options.Progress, ct);
        if (real is not null && _reference?.Pictures != real)
            _reference = (real, await new FeatureCollector(extractor, cache, options.Seed).CollectAsync(real, EvaluationStage.Real,
                options.Progress, ct));
        var reference = real is null ? null : _reference?.Features;
        var scores = await Task.Run(() => Scores(texts, made.File.Sample!, reference?.File.Sample, options, ct), ct);
        return new ClipFindings(scores, made, reference, warnings);
    }

    private List<MetricScore> Scores(IReadOnlyList<string> texts, FeatureSample generated, FeatureSample? real, MetricOptions options,
        CancellationToken ct)
    {
        var scores = new List<MetricScore>();
        if (texts.Count > 0)
        {
            ClipPrompt[] used = [.. generated.Indices.Select(i => model.Tokenize(texts[i]))];
            scores.AddRange(SampleScores.Clip(ClipScore.Of(generated.Features, Embed(used, options, ct)), used.Count(p => p.Truncated),
                options));
        }
        if (real is not null) scores.Add(SampleScores.Cmmd(real.Features.AtMost(SampleScores.MostNeighbours, options.Random("cmmd-real")),
            generated.Features.AtMost(SampleScores.MostNeighbours, options.Random("cmmd-generated")), options, ct));
        return scores;
    }

    private FeatureMatrix Embed(ClipPrompt[] prompts, MetricOptions options, CancellationToken ct)
    {
        var values = new List<float>();
        for (var from = 0; from < prompts.Length; from += Batch)
        {
            values.AddRange(model.EmbedTexts(prompts[from..Math.Min(from + Batch, prompts.Length)], ct).Values);
            options.Progress?.Invoke(
                new EvaluationProgress(EvaluationStage.Prompts, Math.Min(from + Batch, prompts.Length), prompts.Length));
        }
        return new FeatureMatrix(prompts.Length, values.Count / prompts.Length, [.. values]);
    }
}
