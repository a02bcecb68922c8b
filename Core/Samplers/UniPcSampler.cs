using static TorchSharp.torch;

namespace Playground.Core.Samplers;

/// <summary>
/// UniPC in its x₀ form, or its ε form (Zhao et al. 2023, algorithms 5 and 6, and 1 and 2): each model call first corrects the x that it
/// was made at (UniC), then
/// predicts the next (UniP). The history holds the corrected x before, then what was predicted at the steps before.
/// </summary>
internal sealed class UniPcSampler(SamplerSettings s) : ExponentialSampler(s, SigmaLists.Multistep(s, endsWithCurve: true))
{
    public override bool NeedsNoise(int index) => false;

    public override SamplerStep Step(int index, Tensor x, Tensor prediction, IReadOnlyList<Tensor> history, Tensor? noise)
    {
        var (x0, m) = Estimate(index, x, prediction);
        IReadOnlyList<Tensor> past = [.. history.Skip(1)];
        var corrected = history.Count == 0 || Settings.Uncorrected.Contains(index - 1)
            ? x
            : Update(index - 1, history[0], past, OrderAt(index - 1, past.Count), m);
        past = [m, .. past.Take(Settings.Order - 1)];
        var previous = Update(index, corrected, past, OrderAt(index, past.Count), null);
        return new SamplerStep(previous, x0, [corrected, .. past]);
    }

    private int OrderAt(int index, int known)
    {
        var most = Settings.LowerOrderFinal || Sigma[^1] == 0 ? Math.Min(Settings.Order, Timesteps.Count - index) : Settings.Order;
        return Math.Min(most, known);
    }

    // From λ_index to the next: UniP, or UniC where the x₀ at the far end is known.
    private Tensor Update(int index, Tensor x, IReadOnlyList<Tensor> m, int order, Tensor? far)
    {
        var h = Lambda[index + 1] - Lambda[index];
        // Over ε, α and σ change places and h its sign.
        var (hh, alpha, ratio) = Settings.OverNoise
            ? (h, Sigma[index + 1], Alpha[index + 1] / Alpha[index])
            : (-h, Alpha[index + 1], Sigma[index + 1] / Sigma[index]);
        var phi1 = (float)ExpMinus1(hh);
        var result = x * ratio - m[0] * (alpha * phi1);
        if (h == 0 || (order == 1 && far is null)) return result;

        var b = Settings.SolverType == "bh1" ? hh : phi1;
        float[] r = [.. Enumerable.Range(1, order - 1).Select(i => (Lambda[index - i] - Lambda[index]) / h)];
        var rho = Weights(r, hh, b, far is not null);
        for (var i = 0; i < r.Length; i++) result -= (m[i + 1] - m[0]) / r[i] * (alpha * b * rho[i]);
        return far is null ? result : result - (far - m[0]) * (alpha * b * rho[^1]);
    }

    // ρ: Σ_k r_k^(i−1)·ρ_k = i!·φ_(i+1)(−h)/B(h) for i = 1…; order 1 of UniC and order 2 of UniP take ½ (eq. 10, section 3.4)
    private static float[] Weights(float[] r, double hh, float b, bool corrects)
    {
        var n = corrects ? r.Length + 1 : r.Length;
        if (n == 1) return [0.5f];
        double[] points = corrects ? [.. r.Select(v => (double)v), 1] : [.. r.Select(v => (double)v)];
        var (a, y) = (new double[n, n], new double[n]);
        var factorial = 1.0;
        var phi = ExpMinus1(hh) / hh - 1;
        for (var i = 0; i < n; i++)
        {
            for (var k = 0; k < n; k++) a[i, k] = Math.Pow(points[k], i);
            y[i] = phi * factorial / b;
            factorial *= i + 2;
            phi = phi / hh - 1 / factorial;
        }
        return [.. Solve(a, y).Select(v => (float)v)];
    }

    // Gauss–Jordan with pivoting; n is at most 3.
    private static double[] Solve(double[,] a, double[] y)
    {
        var n = y.Length;
        for (var c = 0; c < n; c++)
        {
            var pivot = Enumerable.Range(c, n - c).MaxBy(i => Math.Abs(a[i, c]));
            for (var k = 0; k < n; k++) (a[c, k], a[pivot, k]) = (a[pivot, k], a[c, k]);
            (y[c], y[pivot]) = (y[pivot], y[c]);
            for (var i = 0; i < n; i++)
            {
                if (i == c) continue;
                var f = a[i, c] / a[c, c];
                for (var k = c; k < n; k++) a[i, k] -= f * a[c, k];
                y[i] -= f * y[c];
            }
        }
        return [.. y.Select((v, i) => v / a[i, i])];
    }

    // eˣ − 1 without the loss of digits near 0.
    private static double ExpMinus1(double x) => Math.Abs(x) < 1e-5 ? x + x * x / 2 : Math.Exp(x) - 1;
}
