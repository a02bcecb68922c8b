namespace Playground.Core.Data;

/// <summary>Orders of n examples that the seed and a number alone decide.</summary>
internal static class ExampleOrder
{
    /// <summary>
    /// 0 to <paramref name="count"/> − 1, shuffled (Fisher–Yates) by the stream of <paramref name="epoch"/>: epochs from 0 on; −1 for a
    /// split.
    /// </summary>
    public static int[] Shuffled(int count, ulong seed, long epoch)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        new Random(HashCode(seed, epoch)).Shuffle(order);
        return order;
    }

    // SplitMix64's finalizer: stable across processes and versions, unlike System.HashCode.
    private static int HashCode(ulong seed, long epoch)
    {
        var z = seed + 0x9E3779B97F4A7C15UL * ((ulong)epoch + 1);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return (int)(z ^ (z >> 31));
    }
}
