using Playground.Core.Schedules;
using static TorchSharp.torch;

namespace Playground.Core.Samplers;

/// <summary>
/// F-PNDM (Liu et al. 2022, algorithm 2): three Runge–Kutta steps of four calls, then linear multistep over four slopes; without the
/// Runge–Kutta steps (PLMS) the first step is made twice. The history holds: in a Runge–Kutta step, its start, the weighted sum of
/// its slopes so far, then the slopes at the starts of the steps before; afterwards the last three slopes; after PLMS's first call,
/// its slope and its start.
/// </summary>
internal sealed class PndmSampler : ISampler
{
    private const int PrkCalls = 12;

    private readonly float[] _timesteps;
    private readonly float[] _alphaBar, _alphaBarPrev;
    private readonly NoiseLevel[] _levels;
    private readonly Parameterization _parameterization;
    private readonly int _prk;

    public PndmSampler(SamplerSettings s)
    {
        if (!s.SkipPrk && s.Steps < 4) throw new PlaygroundException($"steps is {s.Steps}; pndm needs at least 4, or skipPrkSteps.");
        var visited = TimestepSpacing.Of(s.Spacing, s.Trained, s.Steps, s.Offset);
        var half = s.Trained / s.Steps / 2;
        int[] calls = s.SkipPrk
            ? s.Steps == 1 ? visited : [.. visited[..2], .. visited[1..]]
            : [.. Enumerable.Range(0, 3).SelectMany(
                i => new[] { visited[i], visited[i + 1] + half, visited[i + 1] + half, visited[i + 1] }), .. visited[3..]];
        _prk = s.SkipPrk ? 0 : PrkCalls;
        _timesteps = [.. calls.Select(t => (float)t)];
        _parameterization = s.Parameterization;

        float[] alphas = [.. s.Schedule.AlphasCumprod.Select(a => a == 0 ? 1f / (1 << 24) : a)];
        var end = s.SetAlphaToOne ? 1 : alphas[0];
        // A Runge–Kutta step and PLMS's repeated one start again from where they began.
        int[] starts = [.. calls.Select((t, i) => i < _prk
            ? calls[i / 4 * 4]
            : s.SkipPrk && i == 1 ? s.Stride is { } v ? t + v : calls[0] : t)];
        int[] ends = [.. calls.Select((t, i) => EndOf(i, t))];
        _alphaBar = [.. starts.Select(t => alphas[t])];
        _alphaBarPrev = [.. ends.Select(t => t >= 0 ? alphas[t] : end)];
        _levels = [.. calls.Select(t => NoiseLevel.Of(alphas[t], t > 0 ? alphas[t - 1] : 1))];

        int EndOf(int i, int t)
        {
            if (s.SkipPrk && i == 1) return t;
            if (s.Stride is not { } stride) return i + 1 < calls.Length ? calls[i + 1] : -1;
            return i < _prk ? i % 2 == 0 ? t - half : t : t - stride;
        }
    }

    public IReadOnlyList<float> Timesteps => _timesteps;

    public float InitialNoiseSigma => 1;

    public Tensor ScaleInput(int index, Tensor x) => x;

    public int FirstCall(int step) => _prk == 0
        ? step == 0 ? 0 : step + 1
        : step < PrkCalls / 4 ? 4 * step : step + PrkCalls - PrkCalls / 4;

    public Marginal MarginalAt(int index)
        => index < _levels.Length ? new(_levels[index].Alpha, _levels[index].Sigma)
            : new(MathF.Sqrt(_alphaBarPrev[^1]), MathF.Sqrt(1 - _alphaBarPrev[^1]));

    public bool NeedsNoise(int index) => false;

    public SamplerStep Step(int index, Tensor x, Tensor prediction, IReadOnlyList<Tensor> history, Tensor? noise)
    {
        var mean = OriginalEstimate.Mean(x, prediction);
        var x0 = _parameterization.Original(x, mean, _levels[index]);
        // ε and v are combined as they are, and v turned into ε afterwards, as diffusers does.
        var slope = _parameterization == Parameterization.VPrediction ? mean : _parameterization.Noise(x, mean, _levels[index]);
        return index < _prk ? RungeKutta(index, x, slope, x0, history) : Multistep(index, x, slope, x0, history);
    }

    // Slopes weighted ⅙, ⅓, ⅓, ⅙ (eq. 13)
    private SamplerStep RungeKutta(int index, Tensor x, Tensor slope, Tensor x0, IReadOnlyList<Tensor> history)
    {
        var part = index % 4;
        if (part == 0) return new SamplerStep(Transfer(index, x, slope), x0, [x, slope / 6, slope, .. history]);
        if (history.Count < 3)
            throw new ArgumentException("The later calls of a Runge–Kutta step need the history of the first.", nameof(history));
        var (start, sum) = (history[0], history[1] + slope / (part == 3 ? 6 : 3));
        return part == 3
            ? new SamplerStep(Transfer(index, start, sum), x0, [.. history.Skip(2)])
            : new SamplerStep(Transfer(index, start, slope), x0, [start, sum, .. history.Skip(2)]);
    }

    // Adams–Bashforth over the slopes at hand (eq. 12)
    private SamplerStep Multistep(int index, Tensor x, Tensor slope, Tensor x0, IReadOnlyList<Tensor> history)
    {
        if (_prk == 0 && index == 0) return new SamplerStep(Transfer(index, x, slope), x0, [slope, x]);
        if (_prk == 0 && index == 1 && history is [var first, var start])
            return new SamplerStep(Transfer(index, start, (slope + first) / 2), x0, [first]);
        var combined = history.Count switch
        {
            0 => slope,
            1 => (slope * 3 - history[0]) / 2,
            2 => (slope * 23 - history[0] * 16 + history[1] * 5) / 12,
            _ => (slope * 55 - history[0] * 59 + history[1] * 37 - history[2] * 9) / 24,
        };
        return new SamplerStep(Transfer(index, x, combined), x0, [slope, .. history.Take(2)]);
    }

    // φ(x, ε, t, p): the step of DDIM (eq. 9 and 11)
    private Tensor Transfer(int index, Tensor x, Tensor slope)
    {
        var (alphaBar, prev) = (_alphaBar[index], _alphaBarPrev[index]);
        var eps = _parameterization == Parameterization.VPrediction ? slope * MathF.Sqrt(alphaBar) + x * MathF.Sqrt(1 - alphaBar) : slope;
        var denominator = alphaBar * MathF.Sqrt(1 - prev) + MathF.Sqrt(alphaBar * (1 - alphaBar) * prev);
        return x * MathF.Sqrt(prev / alphaBar) - eps * (prev - alphaBar) / denominator;
    }
}
