using static TorchSharp.torch;

namespace Playground.Core.Samplers;

/// <summary>
/// DPM-Solver++ multistep, orders 1 to 3 (Lu et al. 2022b, algorithm 2; the third order as in Lu et al. 2022a, appendix D).
/// </summary>
internal sealed class DpmSolverSampler(SamplerSettings s) : ExponentialSampler(s, SigmaLists.Multistep(s))
{
    public override bool NeedsNoise(int index) => false;

    public override SamplerStep Step(int index, Tensor x, Tensor prediction, IReadOnlyList<Tensor> history, Tensor? noise)
    {
        var (x0, m0) = Estimate(index, x, prediction);
        var order = DpmSolverOrder.At(Settings, index, Timesteps.Count, Sigma[index + 1], history.Count);
        var h = Lambda[index + 1] - Lambda[index];
        // Over ε, α and σ change places and h its sign (Lu et al. 2022a, eq. 3.7 and appendix D).
        var (sign, from, to) = Settings.OverNoise ? (1, Alpha[index], Alpha[index + 1]) : (-1, Sigma[index], Sigma[index + 1]);
        var scale = Settings.OverNoise ? Sigma[index + 1] : Alpha[index + 1];
        var phi1 = MathF.Exp(sign * h) - 1;
        var previous = x * (to / from) - m0 * (scale * phi1);
        if (order > 1 && h != 0)
        {
            // D1 and D2: divided differences of what was predicted at λ_s0, λ_s1, λ_s2
            var r0 = (Lambda[index] - Lambda[index - 1]) / h;
            var d1 = (m0 - history[0]) * (1 / r0);
            if (order == 2)
            {
                previous = Settings.SolverType == "heun"
                    ? previous - d1 * (sign * scale * (phi1 / h - sign))
                    : previous - d1 * (0.5f * (scale * phi1));
            }
            else
            {
                var r1 = (Lambda[index - 1] - Lambda[index - 2]) / h;
                var d11 = (history[0] - history[1]) * (1 / r1);
                var d2 = (d1 - d11) * (1 / (r0 + r1));
                d1 += (d1 - d11) * (r0 / (r0 + r1));
                previous = previous - d1 * (sign * scale * (phi1 / h - sign)) - d2 * (scale * ((phi1 - sign * h) / (h * h) - 0.5f));
            }
        }
        return new SamplerStep(previous, x0, [.. history.Prepend(m0).Take(Settings.Order - 1)]);
    }
}
