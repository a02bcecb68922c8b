using Playground.Client.Contracts;
using Playground.Server.Datasets.Imports;
using Playground.Server.Datasets.Versions;
using Playground.Server.Uploads;

namespace Playground.Server.Datasets;

/// <summary>Uploads and data sets in the host's container.</summary>
internal static class DatasetServices
{
    public static void AddDatasets(this IServiceCollection services)
    {
        services.AddSingleton<UploadStore>();
        services.AddSingleton<UploadFiles>();
        services.AddSingleton<StorageSpace>();
        services.AddHostedService<UploadSweeper>();
        services.AddSingleton<DatasetFiles>();
        services.AddSingleton<DatasetStore>();
        services.AddSingleton<PictureStore>();
        services.AddSingleton<DatasetBoard>();
        services.AddSingleton<AddressDownload>();
        services.AddSingleton<DatasetImport>();
        services.AddSingleton<VersionPacking>();
        services.AddSingleton<Thumbnails>();
        services.AddSingleton<IDatasets, DatasetService>();
        services.AddHostedService<DatasetWorker>();
    }
}
