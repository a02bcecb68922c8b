using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;

namespace Playground.Server.Shares;

/// <summary>What came of a password.</summary>
public enum PasswordAnswer
{
    /// <summary>It is right; the browser has a cookie that says so.</summary>
    Right,

    /// <summary>It is wrong.</summary>
    Wrong,

    /// <summary>Too many were wrong: none is looked at for a while.</summary>
    Locked,
}

/// <summary>Who may see a share that has a password: those whose browser has a cookie that this server made for it.</summary>
internal sealed class ShareGate(ShareStore store, IPasswordHasher<ShareRow> hasher, IDataProtectionProvider protection)
{
    private const string Cookie = "share";
    private static readonly TimeSpan s_lasts = TimeSpan.FromHours(12);
    private readonly ITimeLimitedDataProtector _protector = protection.CreateProtector("Playground.Shares").ToTimeLimitedDataProtector();

    public bool IsOpen(HttpRequest request, ShareRow share)
    {
        if (share.PasswordHash is null) return true;
        if (request.Cookies[Cookie] is not { Length: < 4096 } cookie) return false;
        try
        {
            return _protector.Unprotect(cookie) == StampOf(share);
        }
        catch (CryptographicException)
        {
            // Another server's, an old one, or none at all.
            return false;
        }
    }

    public async Task<PasswordAnswer> TryAsync(HttpContext http, string token, ShareRow share, string password, CancellationToken ct)
    {
        if (share.PasswordHash is null) return PasswordAnswer.Right;
        if (!await store.TryAsync(share.Id, ct)) return PasswordAnswer.Locked;
        if (hasher.VerifyHashedPassword(share, share.PasswordHash, password) == PasswordVerificationResult.Failed)
            return PasswordAnswer.Wrong;
        await store.SucceedAsync(share.Id, ct);
        http.Response.Cookies.Append(Cookie, _protector.Protect(StampOf(share), s_lasts), new CookieOptions
        {
            Path = $"/s/{token}",
            HttpOnly = true,
            Secure = http.Request.IsHttps,
            SameSite = SameSiteMode.Lax,
            MaxAge = s_lasts,
            IsEssential = true,
        });
        return PasswordAnswer.Right;
    }

    // Another password is another share.
    private static string StampOf(ShareRow share) => $"{share.Id} {share.PasswordHash}";
}
