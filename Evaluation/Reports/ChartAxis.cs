using System.Globalization;

namespace Playground.Evaluation.Reports;

/// <summary>An axis: where values fall, and which round ones are marked.</summary>
/// <param name="Low">Least value shown.</param>
/// <param name="High">Greatest value shown, above <paramref name="Low"/>.</param>
/// <param name="Ticks">Round values between them, ascending.</param>
/// <param name="Log">Whether distances are ratios.</param>
internal sealed record ChartAxis(double Low, double High, IReadOnlyList<double> Ticks, bool Log)
{
    private const int Marks = 5;

    /// <summary>From 0 or the least value to a round one above the greatest.</summary>
    public static ChartAxis Linear(IReadOnlyCollection<double> values, bool fromZero)
    {
        var (low, high) = (fromZero ? Math.Min(0, values.Min()) : values.Min(), values.Max());
        if (high <= low) high = low + Math.Max(1, Math.Abs(low));
        var step = RoundStep((high - low) / Marks);
        (low, high) = (Math.Floor(low / step) * step, Math.Ceiling(high / step) * step);
        return new ChartAxis(low, high,
            [.. Enumerable.Range(0, (int)Math.Round((high - low) / step) + 1).Select(i => Math.Round(low + i * step, 10))], false);
    }

    /// <summary>Powers of ten and, where these are few, their doubles and halves.</summary>
    public static ChartAxis Logarithmic(IReadOnlyCollection<double> values)
    {
        var (low, high) = (values.Min(), values.Max());
        if (high <= low) (low, high) = (low / 2, high * 2);
        var (first, last) = ((int)Math.Floor(Math.Log10(low)), (int)Math.Ceiling(Math.Log10(high)));
        double[] factors = last - first <= 3 ? [1, 2, 5] : [1];
        var ticks = Enumerable.Range(first, last - first + 1).SelectMany(e => factors.Select(f => f * Math.Pow(10, e)))
            .Where(t => t >= low * 0.999 && t <= high * 1.001).ToList();
        return new ChartAxis(low, high, ticks, true);
    }

    /// <summary>Where a value lies, 0 at the low end to 1 at the high end.</summary>
    public double Place(double value) => Log ? Math.Log(value / Low) / Math.Log(High / Low) : (value - Low) / (High - Low);

    public static string Label(double tick) => tick != 0 && (Math.Abs(tick) >= 1e6 || Math.Abs(tick) < 1e-3)
        ? tick.ToString("0.#e0", CultureInfo.InvariantCulture)
        : tick.ToString("#,0.####", CultureInfo.InvariantCulture);

    // 1, 2 or 5 times a power of ten.
    private static double RoundStep(double step)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(step)));
        var lead = step / power;
        return power * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10);
    }
}
