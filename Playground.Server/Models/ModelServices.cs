using Playground.Client.Contracts;
using Playground.Server.Hosting;
using Playground.Server.Jobs;

namespace Playground.Server.Models;

/// <summary>Models in the host's container.</summary>
internal static class ModelServices
{
    public static void AddModels(this IServiceCollection services)
    {
        services.AddSingleton<ModelStore>();
        services.AddSingleton<ModelAccess>();
        services.AddSingleton<ModelFolderLock>();
        services.AddSingleton<ModelJobs>();
        services.AddSingleton<ModelImport>();
        services.AddSingleton<ModelUpload>();
        services.AddSingleton<IJobHandler, ModelImportHandler>();
        services.AddContract<IModels, InstalledModels>();
    }
}
