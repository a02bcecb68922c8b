using static TorchSharp.torch;

namespace Playground.Core.Samplers;

/// <summary>
/// SDE-DPM-Solver++ multistep, orders 1 and 2 (Lu et al. 2022b, appendix B): the same as the ODE's, with noise put back at each step.
/// </summary>
internal sealed class DpmSolverSdeSampler(SamplerSettings s) : ExponentialSampler(s, SigmaLists.Multistep(s))
{
    public override bool NeedsNoise(int index) => Sigma[index + 1] > 0;

    public override SamplerStep Step(int index, Tensor x, Tensor prediction, IReadOnlyList<Tensor> history, Tensor? noise)
    {
        var (x0, m0) = Estimate(index, x, prediction);
        var order = DpmSolverOrder.At(Settings, index, Timesteps.Count, Sigma[index + 1], history.Count);
        var h = Lambda[index + 1] - Lambda[index];
        var (sigma, alpha, heun) = (Sigma[index + 1], Alpha[index + 1], Settings.SolverType == "heun");
        var phi1 = Settings.OverNoise ? MathF.Exp(h) - 1 : 1 - MathF.Exp(-2 * h);
        var previous = Settings.OverNoise
            ? x * (alpha / Alpha[index]) - m0 * (2 * (sigma * phi1))
            : x * (sigma / Sigma[index] * MathF.Exp(-h)) + m0 * (alpha * phi1);
        if (order > 1 && h != 0)
        {
            var d1 = (m0 - history[0]) * (1 / ((Lambda[index] - Lambda[index - 1]) / h));
            previous += d1 * (Settings.OverNoise
                ? heun ? -2 * (sigma * (phi1 / h - 1)) : -(sigma * phi1)
                : heun ? alpha * (phi1 / (-2 * h) + 1) : 0.5f * (alpha * phi1));
        }
        if (NeedsNoise(index))
        {
            ArgumentNullException.ThrowIfNull(noise);
            previous += noise * (sigma * MathF.Sqrt(Settings.OverNoise ? MathF.Exp(2 * h) - 1 : phi1));
        }
        return new SamplerStep(previous, x0, Settings.Order > 1 ? [m0] : []);
    }
}
