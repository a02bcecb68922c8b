namespace Playground.Core.Checkpoints;

/// <summary>Brings the names of a published file to those that diffusers uses now.</summary>
internal static class WeightNames
{
    private const string Fourier = "time_proj.weight";

    // Random Fourier features are saved under two names, as one tensor.
    private const string FourierTwin = "time_proj.W";

    // torch.compile's, DistributedDataParallel's, FullyShardedDataParallel's, and those of checkpoints that hold more than one network.
    private static readonly string[] s_wrappers = ["_orig_mod.", "module.", "_fsdp_wrapped_module.", "model.", "unet."];

    // Attention's names before diffusers 0.15.
    private static readonly (string Old, string New)[] s_attention =
        [(".query.", ".to_q."), (".key.", ".to_k."), (".value.", ".to_v."), (".proj_attn.", ".to_out.0.")];

    /// <exception cref="PlaygroundException">A tensor is there under its old name and its new one.</exception>
    public static Dictionary<string, T> Current<T>(IEnumerable<KeyValuePair<string, T>> tensors, string file)
    {
        var all = Unwrapped(tensors.ToDictionary());
        var current = new Dictionary<string, T>(all.Count);
        foreach (var (name, value) in all)
        {
            if (name == FourierTwin && all.ContainsKey(Fourier)) continue;
            var now = name == FourierTwin ? Fourier
                : s_attention.Aggregate(name, (n, a) => n.Replace(a.Old, a.New, StringComparison.Ordinal));
            if (!current.TryAdd(now, value))
                throw new PlaygroundException(
                    $"'{file}' holds '{now}' twice, once under the name that it had before diffusers 0.15. Keep one of them.");
        }
        return current;
    }

    // torch.compile and distributed training save what they wrap under a prefix that all names share.
    private static Dictionary<string, T> Unwrapped<T>(Dictionary<string, T> tensors)
    {
        while (tensors.Count > 0
            && s_wrappers.FirstOrDefault(w => tensors.Keys.All(k => k.StartsWith(w, StringComparison.Ordinal))) is { } wrapper)
            tensors = tensors.ToDictionary(t => t.Key[wrapper.Length..], t => t.Value);
        return tensors;
    }

    /// <summary>With the second name of the Fourier features, which diffusers asks for.</summary>
    public static IReadOnlyDictionary<string, T> Saved<T>(IReadOnlyDictionary<string, T> weights, bool fourier)
        => fourier && weights.TryGetValue(Fourier, out var value) ? new Dictionary<string, T>(weights) { [FourierTwin] = value } : weights;
}
