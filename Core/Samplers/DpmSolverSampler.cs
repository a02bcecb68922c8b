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
        var m0 = Original(index, x, prediction);
        var order = DpmSolverOrder.At(Settings, index, Timesteps.Count, Sigma[index + 1], history.Count);
        var h = Lambda[index + 1] - Lambda[index];
        var phi1 = MathF.Exp(-h) - 1;
        var previous = x * (Sigma[index + 1] / Sigma[index]) - m0 * (Alpha[index + 1] * phi1);
        if (order > 1 && h != 0)
        {
            // D1 and D2: divided differences of the x₀ predicted at λ_s0, λ_s1, λ_s2
            var r0 = (Lambda[index] - Lambda[index - 1]) / h;
            var d1 = (m0 - history[0]) * (1 / r0);
            if (order == 2)
            {
                previous = Settings.SolverType == "heun"
                    ? previous + d1 * (Alpha[index + 1] * (phi1 / h + 1))
                    : previous - d1 * (0.5f * (Alpha[index + 1] * phi1));
            }
            else
            {
                var r1 = (Lambda[index - 1] - Lambda[index - 2]) / h;
                var d11 = (history[0] - history[1]) * (1 / r1);
                var d2 = (d1 - d11) * (1 / (r0 + r1));
                d1 += (d1 - d11) * (r0 / (r0 + r1));
                previous = previous + d1 * (Alpha[index + 1] * (phi1 / h + 1)) - d2 * (Alpha[index + 1] * ((phi1 + h) / (h * h) - 0.5f));
            }
        }
        return new SamplerStep(previous, m0, [.. history.Prepend(m0).Take(Settings.Order - 1)]);
    }
}
