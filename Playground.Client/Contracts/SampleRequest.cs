using System.Text.Json.Nodes;

namespace Playground.Client.Contracts;

/// <summary>What to sample, as the page and the HTTP API say it.</summary>
public sealed record SampleRequest
{
    /// <summary>Name of an installed model.</summary>
    public string Model { get; init; } = "mnist";

    /// <summary>Name of a sampler.</summary>
    public string Sampler { get; init; } = "ddim";

    /// <summary>What is to differ from the sampler's defaults, such as <c>{"karrasSigmas": true}</c>.</summary>
    public JsonObject? Options { get; init; }

    /// <summary>Denoising steps, 1 to the model's trained timesteps.</summary>
    public int Steps { get; init; } = 50;

    /// <summary>DDIM's η, 0 to 1.</summary>
    public double Eta { get; init; }

    /// <summary>Classes, cycled over the pictures; empty: all in turn.</summary>
    public IReadOnlyList<int> Classes { get; init; } = [];

    /// <summary>Classifier-free guidance, 0 to 20; 1: off.</summary>
    public double Guidance { get; init; } = 1;

    /// <summary>Pictures, 1 to 64.</summary>
    public int Count { get; init; } = 16;

    /// <summary>Seed of the first picture; the next has one more.</summary>
    public long Seed { get; init; }

    /// <summary><c>f32</c> or <c>bf16</c>.</summary>
    public string Precision { get; init; } = "f32";
}
