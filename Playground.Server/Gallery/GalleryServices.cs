using Playground.Client.Contracts;
using Playground.Server.Hosting;
using Playground.Server.Storage;

namespace Playground.Server.Gallery;

/// <summary>The gallery in the host's container.</summary>
internal static class GalleryServices
{
    public static void AddGallery(this IServiceCollection services)
    {
        services.AddValidatedOptions<GalleryOptions>(GalleryOptions.Section);
        services.AddSingleton<GalleryStore>();
        services.AddSingleton<IBlobReferences>(s => s.GetRequiredService<GalleryStore>());
        services.AddSingleton<GalleryThumbnails>();
        services.AddSingleton<GalleryDownloads>();
        services.AddContract<IGallery, GalleryService>();
        services.AddSingleton<ImageFrames>();
        services.AddHostedService<GallerySweeper>();
    }
}
