using Playground.Client.Contracts;
using Playground.Server.Datasets.Imports;
using Playground.Server.Datasets.Versions;
using Playground.Server.Hosting;
using Playground.Server.Jobs;
using Playground.Server.Uploads;

namespace Playground.Server.Datasets;

/// <summary>Data sets in the host's container.</summary>
internal static class DatasetServices
{
    public static void AddDatasets(this IServiceCollection services)
    {
        services.AddValidatedOptions<DatasetOptions>(DatasetOptions.Section);
        services.AddSingleton<IUploadOwner, DatasetUploads>();
        services.AddSingleton<DatasetFiles>();
        services.AddSingleton<DatasetStore>();
        services.AddSingleton<PictureStore>();
        services.AddSingleton<AddressDownload>();
        services.AddSingleton<DatasetImport>();
        services.AddSingleton<VersionPacking>();
        services.AddSingleton<Thumbnails>();
        services.AddContract<IDatasets, DatasetService>();
        services.AddSingleton<IJobHandler, DatasetImportHandler>();
        services.AddSingleton<IJobHandler, DatasetVersionHandler>();
    }
}
