using System.Text.Json.Serialization;

namespace Playground.Core.Training;

/// <summary>
/// Running means of the loss over about the last 100 steps, or the last tenth of a shorter run: over all timesteps, and over each quarter
/// of them.
/// </summary>
internal sealed class RunningLoss(int timesteps)
{
    public const int Quarters = 4;
    private readonly RunningMean _all = new();
    private readonly RunningMean[] _quarters = [.. Enumerable.Range(0, Quarters).Select(_ => new RunningMean())];

    /// <summary>Over all timesteps; NaN before the first step.</summary>
    public double Value => _all.Value ?? double.NaN;

    /// <summary>Over each quarter, the least noisy first; null while no timestep of it was drawn.</summary>
    public IReadOnlyList<double?> ByQuarter => [.. _quarters.Select(q => q.Value)];

    /// <summary>One step's losses and their timesteps. Returns their mean.</summary>
    public double Add(float[] losses, long[] t)
    {
        var mean = losses.Average(l => (double)l);
        _all.Add(mean);
        foreach (var quarter in losses.Zip(t).GroupBy(p => p.Second * Quarters / timesteps))
            _quarters[quarter.Key].Add(quarter.Average(p => (double)p.First));
        return mean;
    }

    /// <summary>All of its state.</summary>
    public IReadOnlyList<RunningMean> State
    {
        get => [_all, .. _quarters];
        init
        {
            if (value.Count == 1 + Quarters) (_all, _quarters) = (value[0], [.. value.Skip(1)]);
        }
    }
}

/// <summary>
/// An exponential mean that has no bias from its start, and forgets the start too: a loss falls steeply in its first steps, and a mean that
/// keeps them shows several times what the model loses now. The window is the last tenth of all values, up to 100 of them.
/// </summary>
internal sealed class RunningMean
{
    private const double Pace = 0.01;

    // Polynomial decay (Shamir and Zhang 2013): the i-th of n values weighs about (i/n)^9. A correction by 1 - 0.99^n, as Adam's, takes the
    // bias towards zero away, but weighs the first of 100 values still at a third of the last.
    private const double Forgetting = 10;

    [JsonPropertyName("count"), JsonInclude] public int Count { get; private set; }

    [JsonPropertyName("value"), JsonInclude] public double? Value { get; private set; }

    public void Add(double value)
    {
        Count++;
        Value = Value is { } before ? before + (value - before) * Math.Max(Pace, Forgetting / (Count - 1 + Forgetting)) : value;
    }
}
