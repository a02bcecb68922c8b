using System.Globalization;

namespace Playground.Server.Hosting;

/// <summary>The header <c>Prefer: wait=SECONDS</c> (RFC 7240, 4.3): how long a request may take before it is answered with 202.</summary>
internal static class PreferredWait
{
    private const string Name = "wait=";
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(10);

    /// <summary>Null where the request does not say it; ten minutes at most.</summary>
    public static TimeSpan? Of(HttpRequest request)
    {
        var wait = request.Headers.GetCommaSeparatedValues("Prefer").Select(p => p.Split(';')[0].Trim())
            .FirstOrDefault(p => p.StartsWith(Name, StringComparison.OrdinalIgnoreCase));
        if (wait is null || !int.TryParse(wait[Name.Length..].Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            return null;
        return seconds < s_longest.TotalSeconds ? TimeSpan.FromSeconds(seconds) : s_longest;
    }
}
