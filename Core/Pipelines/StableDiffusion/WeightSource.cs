using Playground.Core.Checkpoints;
using Playground.Core.Engine;
using TorchSharp;
using static TorchSharp.torch;

namespace Playground.Core.Pipelines.StableDiffusion;

/// <summary>One tensor that a network can be given: where it lies, and what has to be done to it.</summary>
/// <param name="Path">The file.</param>
/// <param name="Entry">Its place there.</param>
/// <param name="Change">From the stored tensor to the network's; null for none.</param>
internal sealed record StoredWeight(string Path, SafetensorsEntry Entry, Func<Tensor, Tensor>? Change = null);

/// <summary>The weights of one network under its own names, in one file or several. Nothing is read before <see cref="Assign"/>.</summary>
internal sealed class WeightSource(string title, IReadOnlyDictionary<string, StoredWeight> weights)
{
    private const int MostFaultsNamed = 8;

    // Network, name of a tensor → whether it may be there though the network has no such.
    private static readonly string[] s_ignored = ["position_ids", "text_projection.weight", "logit_scale", "text_projection"];

    public IReadOnlyDictionary<string, StoredWeight> Weights => weights;

    /// <summary>How many bytes it takes up.</summary>
    public long Bytes => weights.Values.DistinctBy(w => (w.Path, w.Entry.Begin)).Sum(w => w.Entry.End - w.Entry.Begin);

    /// <summary>Numbers in all of it.</summary>
    public long Count => weights.Values.DistinctBy(w => (w.Path, w.Entry.Begin)).Sum(w => w.Entry.Count);

    /// <summary>Fills every parameter of the network, in its own type; 1×1 convolutions and linear layers stand for each other.</summary>
    /// <exception cref="PlaygroundException">Tensors are missing, extra or misshapen; nothing has been filled then.</exception>
    public void Assign(nn.Module network)
    {
        using var guard = no_grad();
        var wanted = network.named_parameters().ToDictionary(p => p.name, p => p.parameter);
        Check(wanted.ToDictionary(w => w.Key, w => w.Value.shape));
        foreach (var file in wanted.GroupBy(w => weights[w.Key].Path))
        {
            using var reader = new SafetensorsReader(file.Key);
            foreach (var (name, parameter) in file.OrderBy(w => weights[w.Key].Entry.Begin))
            {
                using var scope = NewDisposeScope();
                var stored = weights[name];
                if (stored.Change is null && reader.ReadInto(parameter, stored.Entry)) continue;
                var value = reader.Read(stored.Entry);
                if (stored.Change is not null) value = stored.Change(value);
                parameter.copy_(value.reshape(parameter.shape));
                reader.Release(stored.Entry);
            }
        }
    }

    /// <summary>Checks all that <see cref="Assign"/> checks and every number, one tensor at a time; nothing is kept in memory.</summary>
    /// <param name="network">Without values.</param>
    /// <param name="visit">Called with each tensor in the network's shape and the file's type; null: nobody.</param>
    /// <param name="ct">Ends it before the next tensor.</param>
    /// <exception cref="PlaygroundException">Tensors are missing, extra or misshapen, or hold NaN or infinity.</exception>
    public void Each(nn.Module network, Action<string, Tensor>? visit, CancellationToken ct)
    {
        using var guard = no_grad();
        var wanted = network.named_parameters().ToDictionary(p => p.name, p => p.parameter.shape);
        Check(wanted);
        foreach (var file in wanted.GroupBy(w => weights[w.Key].Path))
        {
            using var reader = new SafetensorsReader(file.Key);
            foreach (var (name, shape) in file.OrderBy(w => weights[w.Key].Entry.Begin))
            {
                ct.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                var value = reader.Read(weights[name].Entry);
                if (weights[name].Change is { } change) value = change(value);
                if (value.is_floating_point() && !value.isfinite().all().item<bool>())
                    throw new PlaygroundException($"The {title}'s tensor '{name}' holds NaN or infinity, so that images would be black. "
                        + "The file is damaged, or its training diverged; use another copy.");
                visit?.Invoke(name, value.reshape(shape));
                reader.Release(weights[name].Entry);
            }
        }
    }

    private void Check(Dictionary<string, long[]> wanted)
    {
        List<string> faults = [.. wanted.Keys.Except(weights.Keys).Select(n => $"missing {n}")];
        foreach (var (name, stored) in weights)
        {
            if (!wanted.TryGetValue(name, out var shape))
            {
                if (!s_ignored.Any(i => name.EndsWith(i, StringComparison.Ordinal))) faults.Add($"extra {name}");
            }
            else if (stored.Change is null && !Squeezed(stored.Entry.Shape).SequenceEqual(Squeezed(shape)))
            {
                faults.Add($"{name} is [{string.Join(", ", stored.Entry.Shape)}], not [{string.Join(", ", shape)}]");
            }
        }
        if (faults.Count == 0) return;
        var more = faults.Count > MostFaultsNamed ? $"; and {faults.Count - MostFaultsNamed} more" : "";
        throw new PlaygroundException($"The weights of the {title} do not fit its configuration: "
            + $"{string.Join("; ", faults.Take(MostFaultsNamed))}{more}. Use the config.json that was saved with these weights.");
    }

    // A pointwise convolution's weight as a linear layer's.
    private static long[] Squeezed(long[] shape)
    {
        var length = shape.Length;
        while (length > 2 && shape[length - 1] == 1) length--;
        return shape[..length];
    }
}
