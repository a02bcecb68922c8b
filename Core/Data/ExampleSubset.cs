using System.Globalization;
using static TorchSharp.torch;

namespace Playground.Core.Data;

/// <summary>Some of the examples, under new indices.</summary>
internal sealed class ExampleSubset(IExamples inner, int[] indices) : IExamples
{
    public string Name => inner.Name;

    public int Count => indices.Length;

    public IReadOnlyList<long> Shape => inner.Shape;

    public int? Classes => inner.Classes;

    public (Tensor X0, Tensor Labels) Read(IReadOnlyList<int> at) => inner.Read([.. at.Select(i => indices[i])]);

    /// <summary>Holds a random <paramref name="share"/> of the examples out, rounded up; the seed alone decides which.</summary>
    /// <exception cref="PlaygroundException">Nothing would be left to train on.</exception>
    public static (IExamples Training, IExamples HeldOut) Split(IExamples data, double share, ulong seed)
    {
        var held = (int)Math.Ceiling(data.Count * share);
        if (held >= data.Count)
            throw new PlaygroundException(string.Create(CultureInfo.InvariantCulture,
                $"validation is {share}, and there are {data.Count} examples, so that none is left to train on; give a smaller share or "
                    + $"more examples."));
        var order = ExampleOrder.Shuffled(data.Count, seed, -1);
        return (new ExampleSubset(data, [.. order[held..].Order()]), new ExampleSubset(data, order[..held]));
    }
}
