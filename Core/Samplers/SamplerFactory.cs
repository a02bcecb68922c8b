using Playground.Core.Checkpoints;
using Playground.Core.Schedules;

namespace Playground.Core.Samplers;

/// <summary>Makes samplers by name.</summary>
public static class SamplerFactory
{
    /// <param name="name">One of <see cref="SamplerCatalog.Names"/>.</param>
    /// <param name="config">The model's scheduler: β, T and the parameterization; the rest only where it is of the sampler's own
    /// kind.</param>
    /// <param name="steps">n, at least 1.</param>
    /// <param name="options">What is to differ from the sampler's defaults; null: nothing.</param>
    /// <exception cref="PlaygroundException">A name or value is not known, or the settings do not go together; the message says what
    /// does.</exception>
    public static ISampler Create(string name, SchedulerConfig config, int steps, SamplerOptions? options = null)
    {
        var sampler = SamplerCatalog.Get(name);
        if (SamplerCatalog.Problems(name, options ?? SamplerOptions.Default, steps, config.NumTrainTimesteps) is [var problem, ..])
            throw new PlaygroundException(problem.Message);
        if (steps < 1) throw new PlaygroundException($"steps is {steps}; it must be at least 1.");
        var settings = SamplerSettings.Resolve(sampler, config, steps, options ?? SamplerOptions.Default);
        return name switch
        {
            "ddpm" => new DdpmSampler(settings),
            "ddim" => new DdimSampler(settings),
            "euler" => new EulerSampler(settings),
            "euler-a" => new EulerAncestralSampler(settings),
            "heun" => new HeunSampler(settings),
            "dpmpp-2m" or "dpmpp-3m" => new DpmSolverSampler(settings),
            "dpmpp-2m-sde" => new DpmSolverSdeSampler(settings),
            "unipc" => new UniPcSampler(settings),
            "pndm" => new PndmSampler(settings),
            _ => new LcmSampler(settings),
        };
    }
}
