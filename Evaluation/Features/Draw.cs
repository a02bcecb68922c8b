namespace Playground.Evaluation.Features;

/// <summary>Seeded choices: the same seed and counts give the same pictures.</summary>
internal static class Draw
{
    /// <summary><paramref name="count"/> different numbers of 0..<paramref name="n"/>−1, in random order (Fisher and Yates).</summary>
    public static int[] Subset(int n, int count, Random random)
    {
        var all = Enumerable.Range(0, n).ToArray();
        for (var i = 0; i < count; i++)
        {
            var j = random.Next(i, n);
            (all[i], all[j]) = (all[j], all[i]);
        }
        return all[..count];
    }

    /// <summary>How often each of <paramref name="n"/> pictures is drawn in n draws with replacement.</summary>
    public static int[] Resample(int n, Random random)
    {
        var counts = new int[n];
        for (var i = 0; i < n; i++) counts[random.Next(n)]++;
        return counts;
    }
}
