using Microsoft.Extensions.DependencyInjection.Extensions;
using Playground.Client.Contracts;
using Playground.Core.Engine;
using Playground.Server.Hosting;
using Playground.Server.Storage;

namespace Playground.Server.Jobs;

/// <summary>Jobs in the host's container: the line, what runs, and the one thread of the device.</summary>
internal static class JobServices
{
    public static void AddJobs(this IServiceCollection services)
    {
        services.AddValidatedOptions<JobOptions>(JobOptions.Section);
        services.AddSingleton<JobStore>();
        services.AddSingleton<IBlobReferences>(s => s.GetRequiredService<JobStore>());
        services.AddSingleton<JobBoard>();
        services.TryAddSingleton<IQuotas, NoQuotas>();
        services.AddContract<IJobs, JobQueue>();
        services.AddSingleton(_ => new DeviceThread("device"));
        services.AddHostedService<JobRunner>();
        services.AddHostedService<JobSweeper>();
    }
}
