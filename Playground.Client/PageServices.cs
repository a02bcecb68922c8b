using Microsoft.Extensions.DependencyInjection;
using Playground.Client.Layout;
using Playground.Client.Pages.Sampling;

namespace Playground.Client;

/// <summary>What the pages need besides the contracts.</summary>
public static class PageServices
{
    /// <summary>Adds it.</summary>
    public static IServiceCollection AddPages(this IServiceCollection services) =>
        services.AddScoped<PlayMemory>().AddSingleton<StopAnnouncement>();
}
