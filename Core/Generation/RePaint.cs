namespace Playground.Core.Generation;

/// <summary>
/// How often inpainting goes back to harmonise what it draws with what it keeps (Lugmayr et al. 2022): after every
/// <paramref name="JumpLength"/> steps, as many steps are noised over again and repeated until they were made <paramref name="Resamples"/>
/// times.
/// </summary>
/// <param name="JumpLength">j, 1 or more and below the number of steps.</param>
/// <param name="Resamples">r, 1 to <see cref="MaxResamples"/>; 1 never goes back.</param>
public sealed record RePaint(int JumpLength, int Resamples)
{
    public const int MaxResamples = 20;

    public static RePaint Once { get; } = new(1, 1);

    /// <summary>
    /// The steps in the order in which they are made, 0 the noisiest (the authors' get_schedule_jump, the paper's figure 9). Where a
    /// step does not follow the one before it, x is noised back to where the step begins.
    /// </summary>
    public IReadOnlyList<int> Schedule(int steps)
    {
        var jumps = new Dictionary<int, int>();
        if (Resamples > 1)
            for (var t = 0; t < steps - JumpLength; t += JumpLength) jumps[t] = Resamples - 1;
        var schedule = new List<int>();
        for (var t = steps - 1; t >= 0; t--)
        {
            schedule.Add(steps - 1 - t);
            if (!jumps.TryGetValue(t, out var left) || left == 0) continue;
            jumps[t] = left - 1;
            t += JumpLength;
        }
        return schedule;
    }
}
