using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;
using Playground.Client.Contracts;
using Playground.Server.Hosting;

namespace Playground.Server.Shares;

/// <summary>Sharing by link in the host's container.</summary>
internal static class ShareServices
{
    /// <summary>Limits of requests to shared pages.</summary>
    public const string Pages = "shared-pages";

    /// <summary>Limits of passwords for them.</summary>
    public const string Passwords = "share-passwords";

    private static readonly TimeSpan s_window = TimeSpan.FromMinutes(1);

    public static void AddShares(this IServiceCollection services)
    {
        services.AddValidatedOptions<ShareOptions>(ShareOptions.Section);
        services.AddDataProtection();
        services.AddSingleton<IPasswordHasher<ShareRow>, PasswordHasher<ShareRow>>();
        services.AddSingleton<ShareStore>();
        services.AddSingleton<ShareContents>();
        services.AddSingleton<ShareFiles>();
        services.AddSingleton<ShareGate>();
        services.AddContract<IShares, ShareService>();
        services.AddContract<IRecipes, KeptRecipes>();
        services.AddRateLimiter(_ => { });
        services.AddOptions<RateLimiterOptions>().Configure<IOptions<ShareOptions>>((limiter, shares) =>
        {
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.OnRejected ??= SayWhenAsync;
            limiter.AddPolicy(Pages, http => LimitOf(http, Pages, shares.Value.RequestsPerMinute));
            limiter.AddPolicy(Passwords, http => LimitOf(http, Passwords, shares.Value.PasswordsPerMinute));
        });
    }

    private static RateLimitPartition<string> LimitOf(HttpContext http, string policy, int most)
        => RateLimitPartition.GetFixedWindowLimiter($"{policy} {NetworkOf(http.Connection.RemoteIpAddress)}",
            _ => new FixedWindowRateLimiterOptions { PermitLimit = most, Window = s_window });

    // Whoever has one IPv6 address has its whole /64.
    private static string NetworkOf(IPAddress? address) => address switch
    {
        null => "",
        { IsIPv4MappedToIPv6: true } => address.MapToIPv4().ToString(),
        { AddressFamily: AddressFamily.InterNetworkV6 } => Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8)),
        _ => address.ToString(),
    };

    private static ValueTask SayWhenAsync(OnRejectedContext rejected, CancellationToken ct)
    {
        if (rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait))
            rejected.HttpContext.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return ValueTask.CompletedTask;
    }
}
