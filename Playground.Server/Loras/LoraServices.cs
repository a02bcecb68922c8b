using Playground.Client.Contracts;

namespace Playground.Server.Loras;

/// <summary>LoRAs in the host's container.</summary>
internal static class LoraServices
{
    public static void AddLoras(this IServiceCollection services)
    {
        services.AddSingleton<LoraStore>();
        services.AddSingleton<ILoras, InstalledLoras>();
    }
}
