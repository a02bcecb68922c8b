using Playground.Client.Contracts;
using Playground.Core.Engine;
using Playground.Core.Generation;
using Playground.Server.Hosting;
using Playground.Server.Jobs;
using Playground.Server.Models;
using Playground.Server.Storage;

namespace Playground.Server.Sampling;

/// <summary>Sampling in the host's container.</summary>
internal static class SamplingServices
{
    public static void AddSampling(this IServiceCollection services)
    {
        services.AddSingleton<SourcePictures>();
        services.AddSingleton<IBlobReferences>(s => s.GetRequiredService<SourcePictures>());
        services.AddContract<IPictures, OwnPictures>();
        services.AddSingleton(s => new SamplingEngine(s.GetRequiredService<DeviceThread>(), s.GetRequiredService<ModelStore>().Load));
        services.AddSingleton<SampleRequestMapper>();
        services.AddSingleton<PromptWarnings>();
        services.AddContract<ISampling, SamplingJobs>();
        services.AddSingleton<IJobHandler, SamplingHandler>();
    }
}
