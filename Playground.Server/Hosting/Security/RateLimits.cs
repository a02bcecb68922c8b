using System.Net.Sockets;
using System.Security.Claims;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Options;

namespace Playground.Server.Hosting.Security;

/// <summary>
/// Limits by account, or by address where nobody has signed in. Secrets can be tried by an address a few times a minute, whoever asks.
/// </summary>
internal static class RateLimits
{
    /// <summary>On an endpoint whose address or body is, or carries, a secret that somebody may guess.</summary>
    public const string Secrets = "secrets";

    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1), s_second = TimeSpan.FromSeconds(1);

    public static void AddRateLimits(this IServiceCollection services)
    {
        services.AddValidatedOptions<LimitOptions>(LimitOptions.Section);
        services.AddSingleton<HubLimits>();
        services.AddRateLimiter(_ => { });
        services.AddOptions<RateLimiterOptions>().Configure<IOptions<LimitOptions>, IOptions<AccessOptions>>((limiter, limits, access) =>
        {
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.OnRejected = RejectAsync;
            limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context => access.Value.Accounts
                ? RateLimitPartition.GetTokenBucketLimiter(KeyOf(context), _ => new TokenBucketRateLimiterOptions
                {
                    TokenLimit = limits.Value.Burst,
                    TokensPerPeriod = limits.Value.PerSecond,
                    ReplenishmentPeriod = s_second,
                })
                : RateLimitPartition.GetNoLimiter(""));
            // Looking at the form is no try.
            limiter.AddPolicy(Secrets, context => access.Value.Accounts && !HttpMethods.IsGet(context.Request.Method)
                ? SecretsOf(context, limits.Value)
                : RateLimitPartition.GetNoLimiter(""));
        });
    }

    /// <summary>As many tries as an address has.</summary>
    public static FixedWindowRateLimiterOptions TriesOf(LimitOptions limits)
        => new() { PermitLimit = limits.SecretsPerMinute, Window = s_minute };

    /// <summary>Whom requests of an address are counted for. Whoever has one IPv6 address has its whole /64.</summary>
    public static string AddressOf(HttpContext context) => context.Connection.RemoteIpAddress switch
    {
        null => "",
        { IsIPv4MappedToIPv6: true } mapped => mapped.MapToIPv4().ToString(),
        { AddressFamily: AddressFamily.InterNetworkV6 } address => Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8)),
        var address => address.ToString(),
    };

    /// <summary>Answers with 429, and when to come again.</summary>
    public static Task RefuseAsync(HttpContext context, TimeSpan wait)
    {
        var seconds = Math.Max(1, Math.Ceiling(wait.TotalSeconds));
        context.Response.Headers.RetryAfter = $"{seconds:0}";
        return Refusal.WriteAsync(context, StatusCodes.Status429TooManyRequests,
            $"Too many requests came from you or your address. Try again in {seconds:0} s.");
    }

    private static RateLimitPartition<string> SecretsOf(HttpContext context, LimitOptions limits)
        => RateLimitPartition.GetFixedWindowLimiter(AddressOf(context), _ => TriesOf(limits));

    private static string KeyOf(HttpContext context)
        => context.User.FindFirstValue(ClaimTypes.NameIdentifier) is { } account ? $"account:{account}" : AddressOf(context);

    private static ValueTask RejectAsync(OnRejectedContext context, CancellationToken ct)
        => new(RefuseAsync(context.HttpContext, context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : s_second));
}

/// <summary>Refuses calls of hub methods that come faster than a person, or a sensible program, makes them.</summary>
internal sealed class HubLimits(IOptions<LimitOptions> limits, IOptions<AccessOptions> access) : IHubFilter, IDisposable
{
    private readonly PartitionedRateLimiter<string> _limiter = PartitionedRateLimiter.Create<string, string>(
        key => RateLimitPartition.GetTokenBucketLimiter(key, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = limits.Value.HubCallsPerSecond * 10,
            TokensPerPeriod = limits.Value.HubCallsPerSecond,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        }));

    public async ValueTask<object?> InvokeMethodAsync(HubInvocationContext invocationContext,
        Func<HubInvocationContext, ValueTask<object?>> next)
    {
        if (!access.Value.Accounts) return await next(invocationContext);
        var key = invocationContext.Context.UserIdentifier ?? invocationContext.Context.ConnectionId;
        using var lease = _limiter.AttemptAcquire(key);
        if (!lease.IsAcquired) throw new HubException("Too many calls at once. Try again in a second.");
        return await next(invocationContext);
    }

    public void Dispose() => _limiter.Dispose();
}
