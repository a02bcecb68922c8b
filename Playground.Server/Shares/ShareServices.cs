using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;
using Playground.Client.Contracts;
using Playground.Server.Hosting;
using Playground.Server.Hosting.Security;

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
        services.AddSingleton<IPasswordHasher<ShareRow>, PasswordHasher<ShareRow>>();
        services.AddSingleton<ShareStore>();
        services.AddSingleton<ShareContents>();
        services.AddSingleton<ShareFiles>();
        services.AddSingleton<ShareGate>();
        services.AddContract<IShares, ShareService>();
        services.AddContract<IRecipes, KeptRecipes>();
        services.AddOptions<RateLimiterOptions>().Configure<IOptions<ShareOptions>>((limiter, shares) =>
        {
            limiter.AddPolicy(Pages, http => LimitOf(http, Pages, shares.Value.RequestsPerMinute));
            limiter.AddPolicy(Passwords, http => LimitOf(http, Passwords, shares.Value.PasswordsPerMinute));
        });
    }

    private static RateLimitPartition<string> LimitOf(HttpContext http, string policy, int most)
        => RateLimitPartition.GetFixedWindowLimiter($"{policy} {RateLimits.AddressOf(http)}",
            _ => new FixedWindowRateLimiterOptions { PermitLimit = most, Window = s_window });
}
