using Playground.Evaluation.Features.Torch;

namespace Playground.Evaluation.Features.Inception;

/// <summary>Hands out the tensors that a network asks for by name and shape, and tells at the end what did not fit.</summary>
internal sealed class WeightTable(IReadOnlyDictionary<string, TorchTensor> weights)
{
    private const int Listed = 10;
    private readonly List<string> _missing = [], _misshapen = [];

    /// <summary>What was asked for, with its shape.</summary>
    public Dictionary<string, long[]> Asked { get; } = [];

    /// <summary>The tensor's values; zeros where it is missing or of another shape, which <see cref="Check"/> will tell.</summary>
    public float[] Take(string name, params long[] shape)
    {
        Asked[name] = shape;
        if (!weights.TryGetValue(name, out var tensor)) _missing.Add(name);
        else if (!tensor.Shape.SequenceEqual(shape))
            _misshapen.Add($"{name} [{string.Join(", ", tensor.Shape)}] instead of [{string.Join(", ", shape)}]");
        else return tensor.Values;
        return new float[shape.Aggregate(1L, (a, b) => a * b)];
    }

    /// <exception cref="WeightsException">Tensors are missing, misshapen or left over (the counters of batch norms may be); they are
    /// listed.</exception>
    public void Check(string expected)
    {
        string[] extra = [.. weights.Keys.Where(
            k => !Asked.ContainsKey(k) && !k.EndsWith(".num_batches_tracked", StringComparison.Ordinal))];
        string[] problems = [.. new[] { List("missing", _missing), List("of the wrong shape", _misshapen),
            List("not part of it", extra) }.OfType<string>()];
        if (problems.Length > 0) throw new WeightsException($"its tensors are not those of {expected}: {string.Join("; ", problems)}");
    }

    private static string? List(string what, IReadOnlyCollection<string> names) => names.Count == 0
        ? null
        : $"{names.Count} {what} ({string.Join(", ",
            names.Take(Listed))}{(names.Count > Listed ? $" and {names.Count - Listed} more" : "")})";
}
