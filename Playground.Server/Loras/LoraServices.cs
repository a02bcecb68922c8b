using Playground.Client.Contracts;
using Playground.Server.Hosting;

namespace Playground.Server.Loras;

/// <summary>LoRAs in the host's container.</summary>
internal static class LoraServices
{
    public static void AddLoras(this IServiceCollection services)
    {
        services.AddSingleton<LoraStore>();
        services.AddContract<ILoras, InstalledLoras>();
    }
}
