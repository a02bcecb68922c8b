using System.Globalization;
using Playground.Client.Contracts;
using Playground.Core.Generation;
using Playground.Core.Samplers;

namespace Playground.Server.Evaluations;

/// <summary>One combination of an evaluation.</summary>
/// <param name="Index">0-based, in the order in which they run.</param>
/// <param name="Title">Such as "DDIM, 50 steps, guidance 2".</param>
/// <param name="Request">What is sampled; its count and seed are those of the whole combination. Null where pictures are graded.</param>
internal sealed record PlannedCell(int Index, string Title, SamplingRequest? Request);

/// <summary>The combinations that a request asks for: its samplers, then its numbers of steps, then its guidance scales.</summary>
internal static class EvaluationPlan
{
    /// <summary>Pictures of one request to the engine: few enough that others' requests share the passes.</summary>
    public const int Batch = 50;

    /// <param name="request">What was asked for.</param>
    /// <param name="drawsText">Whether the model draws what the prompts say.</param>
    public static IReadOnlyList<PlannedCell> Cells(EvaluationRequest request, bool drawsText)
    {
        if (request.Model is null) return [new PlannedCell(0, "the pictures given", null)];
        var requests =
            from sampler in request.Samplers
            from steps in request.Steps
            from guidance in request.Guidance
            select new SamplingRequest
            {
                Sampler = sampler,
                Steps = steps,
                Guidance = guidance,
                Prompts = drawsText ? request.Prompts : [],
                Count = request.Count,
                Seed = request.Seed,
                Precision = request.Precision
            };
        return [.. requests.Select((r, i) => new PlannedCell(i, TitleOf(r), r))];
    }

    private static string TitleOf(SamplingRequest r)
        => string.Create(CultureInfo.InvariantCulture,
            $"{SamplerCatalog.Get(r.Sampler).Title}, {r.Steps} {(r.Steps == 1 ? "step" : "steps")}")
                + (r.Guidance == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $", guidance {r.Guidance:0.##}"));
}
