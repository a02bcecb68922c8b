using System.Numerics;
using Playground.Client.Contracts;

namespace Playground.Server.Datasets.Inspection;

/// <summary>
/// Groups of pictures that are the same (equal pixels) or nearly so (<see cref="Fingerprint"/>). Two hashes that differ in at most three
/// bits
/// agree in one of their four quarters; so only pictures that share a quarter are compared.
/// </summary>
internal sealed class DuplicateGroups
{
    private const int Quarters = 4;

    // A second or two. Pictures that mostly look alike, such as digits on black, all share a quarter: then each is compared with its
    // neighbours in order only.
    private const long MaxComparisons = 1_000_000_000;
    private const int Neighbours = 500;

    private readonly IReadOnlyList<InspectedPicture> _pictures;
    private readonly int[] _parent;
    private long _comparisons;

    private DuplicateGroups(IReadOnlyList<InspectedPicture> pictures)
        => (_pictures, _parent) = (pictures, [.. Enumerable.Range(0, pictures.Count)]);

    /// <summary>What was found of equal ones, of nearly equal ones (those included), and whether every pair was looked at.</summary>
    public sealed record Found(DatasetDuplicates Exact, DatasetDuplicates Similar, bool IsComplete);

    /// <summary>Sets each picture's group, numbered from 0 in the order of their first pictures.</summary>
    public static Found Mark(IReadOnlyList<InspectedPicture> pictures, CancellationToken ct)
    {
        var groups = new DuplicateGroups(pictures);
        var (exact, distinct) = groups.JoinEqual();
        var isComplete = groups.JoinAlike(distinct, ct);
        return new Found(exact, groups.Number(), isComplete);
    }

    private (DatasetDuplicates, int[] Distinct) JoinEqual()
    {
        var first = new Dictionary<string, int>();
        var groups = 0;
        for (var i = 0; i < _pictures.Count; i++)
        {
            if (first.TryAdd(_pictures[i].Pixels, i)) continue;
            var original = first[_pictures[i].Pixels];
            if (!_pictures[original].IsExact) groups++;
            _pictures[original].IsExact = _pictures[i].IsExact = true;
            Join(original, i);
        }
        return (new DatasetDuplicates(groups, _pictures.Count - first.Count), [.. first.Values]);
    }

    private bool JoinAlike(int[] distinct, CancellationToken ct)
    {
        var isComplete = true;
        for (var quarter = 0; quarter < Quarters; quarter++)
        {
            var shift = 16 * quarter;
            // Rotated, so that the shared quarter leads and the rest sorts those of one quarter by likeness.
            var order = distinct.Select(i => (Key: BitOperations.RotateRight(Hash(i), shift + 16), Index: i)).OrderBy(p => p.Key).ToArray();
            for (var from = 0; from < order.Length;)
            {
                ct.ThrowIfCancellationRequested();
                var to = from;
                while (to < order.Length && order[to].Key >> 48 == order[from].Key >> 48) to++;
                isComplete &= Compare(order.AsSpan(from, to - from), ct);
                from = to;
            }
        }
        return isComplete;
    }

    private bool Compare(ReadOnlySpan<(ulong Key, int Index)> alike, CancellationToken ct)
    {
        var pairs = (long)alike.Length * (alike.Length - 1) / 2;
        var isComplete = _comparisons + pairs <= MaxComparisons;
        var window = isComplete ? alike.Length : Neighbours;
        for (var a = 0; a < alike.Length; a++)
        {
            if ((a & 0xFF) == 0) ct.ThrowIfCancellationRequested();
            var end = Math.Min(alike.Length, a + window);
            for (var b = a + 1; b < end; b++)
                if (BitOperations.PopCount(alike[a].Key ^ alike[b].Key) <= Fingerprint.MaxDistance
                    && _pictures[alike[a].Index].Fingerprint.IsLike(_pictures[alike[b].Index].Fingerprint))
                    Join(alike[a].Index, alike[b].Index);
            _comparisons += end - a - 1;
        }
        return isComplete;
    }

    private DatasetDuplicates Number()
    {
        var sizes = new int[_parent.Length];
        for (var i = 0; i < _parent.Length; i++) sizes[Root(i)]++;
        var numbers = new Dictionary<int, int>();
        var extra = 0;
        for (var i = 0; i < _parent.Length; i++)
        {
            var root = Root(i);
            if (sizes[root] == 1) continue;
            if (!numbers.TryAdd(root, numbers.Count)) extra++;
            _pictures[i].Group = numbers[root];
        }
        return new DatasetDuplicates(numbers.Count, extra);
    }

    private ulong Hash(int index) => _pictures[index].Fingerprint.DifferenceHash;

    private void Join(int a, int b) => _parent[Root(b)] = Root(a);

    private int Root(int i)
    {
        while (_parent[i] != i) i = _parent[i] = _parent[_parent[i]];
        return i;
    }
}
