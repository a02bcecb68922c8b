using System.ComponentModel.DataAnnotations;

namespace Playground.Client.Contracts;

/// <summary>What to grade, against what and how, as the page and the HTTP API say it.</summary>
public sealed record EvaluationRequest
{
    /// <summary>Most combinations of sampler, steps and guidance in one evaluation.</summary>
    public const int MaxCells = 60;

    /// <summary>Fewest and most images of a combination.</summary>
    public const int MinCount = 10, MaxCount = 50_000;

    /// <summary>Longest prompt, in characters; CLIP itself reads 75 tokens.</summary>
    public const int MaxPrompt = 2000;

    /// <summary>Most prompts that a model draws from in one evaluation.</summary>
    public const int MaxPrompts = 10_000;

    /// <summary>Name of an installed model, whose samples are graded; null where <see cref="Generated"/> is given.</summary>
    public string? Model { get; init; }

    /// <summary>Pictures to grade in place of a model's: the id of one of <see cref="EvaluationChoices.References"/>.</summary>
    public string? Generated { get; init; }

    /// <summary>What real pictures look like: the id of one of <see cref="EvaluationChoices.References"/>.</summary>
    public string Reference { get; init; } = "";

    /// <summary>Samplers to compare; every one is run with every number of steps and every guidance.</summary>
    public IReadOnlyList<string> Samplers { get; init; } = ["ddim"];

    /// <summary>Numbers of denoising steps to compare.</summary>
    public IReadOnlyList<int> Steps { get; init; } = [50];

    /// <summary>Guidance scales to compare; 1 is off.</summary>
    public IReadOnlyList<double> Guidance { get; init; } = [1];

    /// <summary>Pictures of each combination, 10 to 50,000, with the classes in turn.</summary>
    [Range(MinCount, MaxCount)]
    public int Count { get; init; } = 1000;

    /// <summary>Seed of the first image; each next has one more. The same for every combination.</summary>
    public long Seed { get; init; }

    /// <summary><c>f32</c> or <c>bf16</c>.</summary>
    public string Precision { get; init; } = "f32";

    /// <summary>
    /// Name of one of <see cref="EvaluationChoices.Extractors"/>; null: the reference's <see cref="ReferenceView.Features"/>.
    /// </summary>
    public string? Features { get; init; }

    /// <summary>One of the extractor's preprocessings; null: its first.</summary>
    public string? Preprocessing { get; init; }

    /// <summary>
    /// One of <see cref="EvaluationChoices.Clip"/>, for CMMD and, with <see cref="Prompts"/>, CLIP score; null for neither.
    /// </summary>
    public string? Clip { get; init; }

    /// <summary>
    /// What CLIP compares the pictures with: one prompt for all, or one for each class in order; empty for CMMD alone. Of a model that
    /// reads
    /// text, what it draws, in turn, with CLIP or without; empty for as many captions of the reference as images are drawn. Without CLIP
    /// the report then has how often the nearest image of the reference has the prompt as its caption.
    /// </summary>
    public IReadOnlyList<string> Prompts { get; init; } = [];
}
