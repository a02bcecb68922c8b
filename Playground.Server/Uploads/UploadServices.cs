using Microsoft.Extensions.DependencyInjection.Extensions;
using Playground.Server.Hosting;

namespace Playground.Server.Uploads;

/// <summary>Uploads in the host's container.</summary>
internal static class UploadServices
{
    public static void AddUploads(this IServiceCollection services)
    {
        services.AddValidatedOptions<UploadOptions>(UploadOptions.Section);
        services.TryAddSingleton<IQuotas, NoQuotas>();
        services.AddSingleton<UploadOwners>();
        services.AddSingleton<UploadStore>();
        services.AddSingleton<UploadFiles>();
        services.AddSingleton<StorageSpace>();
        services.AddHostedService<UploadSweeper>();
    }
}
