using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Playground.Server.Hosting.Security;

/// <summary>What keeps strangers out, in the host's container and in front of every endpoint.</summary>
internal static class SecurityServices
{
    public static void AddHardening(this IServiceCollection services)
    {
        services.AddHttpContextAccessor();
        services.AddValidatedOptions<AccessOptions>(AccessOptions.Section);
        services.AddSingleton<Caller>();
        services.AddSingleton<ICurrentOwner, CurrentOwner>();
        services.AddPolicies();
        services.AddRateLimits();
        services.AddAntiforgery(o =>
        {
            (o.Cookie.Name, o.Cookie.SameSite) = ("playground-form", SameSiteMode.Strict);
            o.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        });
        services.Configure<KestrelServerOptions>(o => o.AddServerHeader = false);
        services.AddHsts(o => o.MaxAge = TimeSpan.FromDays(365));
        services.AddOptions<ForwardedHeadersOptions>().Configure<IOptions<AccessOptions>>((forwarded, access) =>
        {
            // Not the host: the proxy leaves it as it was asked for.
            forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
            foreach (var proxy in access.Value.Proxies)
            {
                if (IPAddress.TryParse(proxy, out var address)) forwarded.KnownProxies.Add(address);
                else if (System.Net.IPNetwork.TryParse(proxy, out var network)) forwarded.KnownIPNetworks.Add(network);
            }
        });
    }

    /// <summary>What comes before everything else.</summary>
    public static void UseFrontDoor(this WebApplication app)
    {
        // Without a named proxy, an empty list would believe everybody.
        if (app.Services.GetRequiredService<IOptions<AccessOptions>>().Value.Proxies.Count > 0) app.UseForwardedHeaders();
        app.UseSecurityHeaders();
        app.UseHsts();
        app.UseHostNames();
        app.UseSameOrigin();
        app.UseStopRefusal();
    }
}
