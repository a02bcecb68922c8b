using Playground.Client.Contracts;
using Playground.Core.Engine;
using Playground.Core.Generation;
using Playground.Server.Hosting;
using Playground.Server.Jobs;
using Playground.Server.Models;
using Playground.Server.Sampling.Frames;
using Playground.Server.Sampling.History;
using Playground.Server.Sampling.Recipes;
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
        services.AddValidatedOptions<FrameOptions>(FrameOptions.Section);
        services.AddSingleton<RunPins>();
        services.AddSingleton<FrameFolder>();
        services.AddSingleton<FrameBudget>();
        services.AddSingleton<FrameRecorder>();
        services.AddSingleton<IRunFrames, StoredFrames>();
        services.AddSingleton<FrameExport>();
        services.AddSingleton<RunThumbnails>();
        services.AddContract<IRunHistory, RunHistory>();
        services.AddSingleton<RecipeReader>();
        services.AddSingleton<IJobHandler, SamplingHandler>();
    }
}
