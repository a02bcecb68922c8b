using Playground.Core.Schedules;

namespace Playground.Core.Samplers;

/// <summary>The σ-lists of the samplers that step over σ = √((1−ᾱ)/ᾱ).</summary>
internal static class SigmaLists
{
    /// <summary>As Euler and Heun take them: fractional timesteps, and Karras' σ between the first and the last of them.</summary>
    public static SigmaSchedule Fractional(SamplerSettings s)
    {
        var all = SigmaSchedule.Of(s.Schedule);
        var timesteps = TimestepSpacing.Fractional(s.Spacing, s.Trained, s.Steps, s.Offset);
        var sigmas = s.LogLinear
            ? SigmaSchedule.Exponential(all[0], all[^1], s.Steps + 1)
            : SigmaSchedule.Interpolate(all, timesteps);
        if (Curve(s, sigmas[^1], sigmas[0], s.Steps) is { } curve)
        {
            float[] logs = [.. all.Select(v => MathF.Log(v))];
            (sigmas, timesteps) = (curve, [.. curve.Select(v => (float)SigmaSchedule.TimestepOf(v, logs))]);
        }
        // σ of Gaussian noise levels, as models of continuous time are told it (Karras et al. 2022, table 1).
        if (s.Continuous) timesteps = [.. sigmas.Select(v => 0.25f * MathF.Log((float)v))];
        return Ended(timesteps, sigmas, s.EndsAtZero ? 0 : all[0]);
    }

    /// <summary>As DPM-Solver and UniPC take them: whole timesteps, and Karras' σ over the whole schedule.</summary>
    public static SigmaSchedule Multistep(SamplerSettings s, bool endsWithCurve = false)
    {
        var all = SigmaSchedule.Of(s.Schedule);
        var last = s.Trained - all.Count(v => -MathF.Log(v) < s.LambdaMin);
        int[] timesteps = TimestepSpacing.Multistep(s.Spacing, s.Trained, s.Steps, s.Offset, last);
        if (Curve(s, all[0], all[^1], s.Steps) is not { } curve)
            return Ended([.. timesteps.Select(t => (float)t)], [.. timesteps.Select(t => (double)all[t])], s.EndsAtZero ? 0 : all[0]);
        float[] logs = [.. all.Select(v => MathF.Log(v))];
        return Ended([.. curve.Select(v => (float)Math.Round(SigmaSchedule.TimestepOf(v, logs)))], curve,
            s.EndsAtZero ? 0 : endsWithCurve ? curve[^1] : all[0]);
    }

    /// <summary>ᾱ of the timestep before a fractional one: σ in between, 0 before the first.</summary>
    public static float AlphaBarBefore(NoiseSchedule schedule, float t)
    {
        t = Math.Clamp(t, 0, schedule.Length - 1);
        var floor = (int)t;
        var before = Before(floor);
        if (t > floor) before += (Before(floor + 1) - before) * (t - floor);
        return 1 / (before * before + 1);

        float Before(int i) => i == 0 ? 0 : MathF.Sqrt((1 - schedule.AlphasCumprod[i - 1]) / schedule.AlphasCumprod[i - 1]);
    }

    private static double[]? Curve(SamplerSettings s, double sigmaMin, double sigmaMax, int n)
    {
        var (min, max) = (s.SigmaMin ?? sigmaMin, s.SigmaMax ?? sigmaMax);
        if (s is { Karras: false, Exponential: false }) return null;
        if (!(min < max) && n > 1)
            throw new PlaygroundException(FormattableString.Invariant($"sigma_min {min:g4} must be below sigma_max {max:g4}."));
        return s.Karras ? SigmaSchedule.Karras(min, max, n) : SigmaSchedule.Exponential(min, max, n);
    }

    private static SigmaSchedule Ended(float[] timesteps, IEnumerable<double> sigmas, double last)
        => new(timesteps, [.. sigmas.Append(last).Select(v => (float)v)]);
}
