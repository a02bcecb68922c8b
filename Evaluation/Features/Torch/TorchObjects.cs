namespace Playground.Evaluation.Features.Torch;

/// <summary>The few classes and functions that a file of weights may name, and what they stand for.</summary>
internal static class TorchObjects
{
    private const long MaxElements = 1 << 28;
    private static readonly HashSet<string> s_functions = ["collections.OrderedDict", "torch._utils._rebuild_tensor_v2",
        "torch._utils._rebuild_tensor", "torch._utils._rebuild_parameter"];

    /// <exception cref="WeightsException">Anything that tensors do not need; it is named.</exception>
    public static PickleReader.Global Allow(string module, string name)
        => s_functions.Contains($"{module}.{name}") || (module == "torch" && StorageReference.IsKnown(name))
            ? new PickleReader.Global(module, name)
            : throw new WeightsException($"it asks for {module}.{name}, and weights are made of tensors alone; nothing of it was run");

    /// <summary>What a call makes.</summary>
    public static object Call(PickleReader.Global function, object?[] arguments) => (function.Name, arguments) switch
    {
        ("OrderedDict", []) => new Dictionary<string, object?>(),
        ("OrderedDict", [List<object?> items]) => items.ToDictionary(Key, item => Pair(item)[1]), // as Python 2 wrote it
        ("_rebuild_tensor_v2" or "_rebuild_tensor", [StorageReference storage, long offset, object?[] shape, object?[] stride, ..]) =>
            Tensor(storage, offset, shape, stride),
        ("_rebuild_parameter", [TensorReference tensor, ..]) => tensor,
        _ => throw new WeightsException($"it calls {function.Module}.{function.Name} with arguments that make no tensor"),
    };

    /// <summary>The storage that a persistent id names: ("storage", type, key, device, elements, …).</summary>
    public static StorageReference Storage(object? id)
        => id is object?[] and ["storage", PickleReader.Global { Module: "torch" } type, string key, string, long count, ..]
            && count is >= 0 and <= MaxElements
        ? new StorageReference(type.Name, key, count)
        : throw new WeightsException("it names a storage of no known type, or of more than 2^28 elements");

    private static TensorReference Tensor(StorageReference storage, long offset, object?[] shape, object?[] stride)
    {
        long[] sizes = [.. shape.Select(Size)], steps = [.. stride.Select(Size)];
        // Sizes and steps lie within 2^28, and there are at most eight of each: the products below could overflow only past the check.
        if (sizes.Length != steps.Length || sizes.Length > 8 || sizes.Aggregate(1L, (a, b) => Math.Min(a * b, 1L << 32)) > MaxElements)
            throw new WeightsException(
                $"it holds a tensor of shape [{string.Join(", ", sizes)}] with strides [{string.Join(", ", steps)}]");
        var last = offset + sizes.Zip(steps, (n, step) => (n - 1) * step).Sum();
        if (offset < 0 || (!sizes.Contains(0) && last >= storage.Count))
            throw new WeightsException(
                $"it holds a tensor of shape [{string.Join(", ", sizes)}] that reaches past its storage of {storage.Count:N0} elements");
        return new TensorReference(storage, offset, sizes, steps);
    }

    private static string Key(object? item) => Pair(item)[0] as string ?? throw PickleReader.Damaged();

    private static object?[] Pair(object? item) => item switch
    {
        List<object?> { Count: 2 } list => [.. list],
        object?[] { Length: 2 } tuple => tuple,
        _ => throw PickleReader.Damaged(),
    };

    private static long Size(object? value) => value is long and >= 0 and <= MaxElements ? (long)value : throw PickleReader.Damaged();
}
