using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;

namespace Playground.Client.Contracts;

/// <summary>
/// What to sample, as the page and the HTTP API say it. Pictures are named by the ids that <see cref="PictureView"/> has.
/// </summary>
public sealed record SampleRequest : SamplingSettings
{
    /// <summary>Name of an installed model.</summary>
    public string Model { get; init; } = "mnist";

    /// <summary>What is to differ from the sampler's defaults, such as <c>{"karrasSigmas": true}</c>.</summary>
    public JsonObject? Options { get; init; }

    /// <summary>DDIM's η.</summary>
    [Setting("advanced", "eta"), Range(0d, 1d)]
    public double Eta { get; init; }

    /// <summary>Classes, cycled over the pictures; empty: all in turn.</summary>
    public IReadOnlyList<int> Classes { get; init; } = [];

    /// <summary>Where guidance is on: two numbers in fractions of the trained timesteps, 0 clean, 1 noise; null: everywhere.</summary>
    public IReadOnlyList<double>? GuidanceInterval { get; init; }

    /// <summary>What the images show, for models that read text; (word:1.2) gives a word more weight. At most 20,000 characters, of which
    /// about 75 words are read; the job's warnings name those that are not.</summary>
    public string Prompt { get; init; } = "";

    /// <summary>What guidance leads away from, for models that read text.</summary>
    public string NegativePrompt { get; init; } = "";

    /// <summary>Last layers of the text encoder that are left out, 0 or more; AUTOMATIC1111's "Clip skip" is one more.</summary>
    public int ClipSkip { get; init; }

    /// <summary>LoRAs that are applied, one after the other; at most 8.</summary>
    public IReadOnlyList<LoraRequest> Loras { get; init; } = [];

    /// <summary>Pixels, for models that read text: a multiple of 8, up to eight times the model's and 2048; null: the model's.</summary>
    public int? Width { get; init; }

    /// <summary>Pixels, for models that read text: a multiple of 8, up to eight times the model's and 2048; null: the model's.</summary>
    public int? Height { get; init; }

    /// <summary>
    /// Each image's seed, in place of <see cref="SamplingSettings.Seed"/>; empty, or as many as <see cref="SamplingSettings.Count"/>.
    /// </summary>
    public IReadOnlyList<long> Seeds { get; init; } = [];

    /// <summary>Pictures to start from, cycled over those to be made; empty: start from noise.</summary>
    public IReadOnlyList<string> Init { get; init; } = [];

    /// <summary>A picture of what of <see cref="Init"/> is drawn anew: white is, black is kept.</summary>
    public string? Mask { get; init; }

    /// <summary>How often what is drawn under the mask is harmonised with what is kept; null: never.</summary>
    public RepaintRequest? Repaint { get; init; }

    /// <summary>Two pictures, to draw what lies between; null: none.</summary>
    public InterpolateRequest? Interpolate { get; init; }
}

/// <summary>A LoRA and how much of it.</summary>
public sealed record LoraRequest
{
    /// <summary>Name of an installed LoRA.</summary>
    public string Name { get; init; } = "";

    /// <summary>How much of it, −10 to 10; 1: as trained, 0: none.</summary>
    public double Strength { get; init; } = 1;
}

/// <summary>RePaint's jumps.</summary>
public sealed record RepaintRequest
{
    /// <summary>Steps that are noised over and repeated at a time, 1 or more and below the steps that are run.</summary>
    [Range(1, int.MaxValue)]
    public int JumpLength { get; init; } = 1;

    /// <summary>How often they are made, 1 to 20; 1: once.</summary>
    [Range(1, 20)]
    public int Resamples { get; init; } = 1;
}

/// <summary>From one picture to another, by way of the noise that DDIM, run backwards, finds for each.</summary>
public sealed record InterpolateRequest
{
    /// <summary>The picture that the first one made is like.</summary>
    public string From { get; init; } = "";

    /// <summary>The picture that the last one made is like.</summary>
    public string To { get; init; } = "";

    /// <summary>Model calls per step on the way to noise, 1 to 20: more come closer to the pictures.</summary>
    [Range(1, 20)]
    public int InversionCalls { get; init; } = 3;
}
