using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Playground.Client.Contracts;
using Playground.Server.Hosting;
using Playground.Server.Storage;

namespace Playground.Server.Accounts;

/// <summary>How a request says whose it is: by nothing where there are no accounts, by an API key, or by a session's cookie.</summary>
internal static class Schemes
{
    public const string Local = "Local", Key = "Key", Any = "Playground";

    private static readonly TimeSpan s_idle = TimeSpan.FromDays(14);

    public static void AddSchemes(this IServiceCollection services)
    {
        services.AddAuthentication(o => (o.DefaultScheme, o.DefaultSignInScheme) = (Any, IdentityConstants.ApplicationScheme))
            .AddPolicyScheme(Any, null, o => o.ForwardDefaultSelector = Choose)
            .AddScheme<AuthenticationSchemeOptions, LocalHandler>(Local, null)
            .AddScheme<AuthenticationSchemeOptions, KeyHandler>(Key, null)
            .AddCookie(IdentityConstants.ApplicationScheme, o =>
            {
                Configure(o.Cookie, "playground");
                (o.ExpireTimeSpan, o.SlidingExpiration) = (s_idle, true);
                o.LoginPath = "/sign-in";
                o.ReturnUrlParameter = "returnUrl";
                o.Events.OnValidatePrincipal = ValidateAsync;
                o.Events.OnRedirectToLogin = context => Challenge(context, StatusCodes.Status401Unauthorized);
                o.Events.OnRedirectToAccessDenied = context =>
                {
                    context.Response.StatusCode = StatusCodes.Status403Forbidden;
                    return Task.CompletedTask;
                };
            })
            // Between the two halves of a passkey's ceremony.
            .AddCookie(IdentityConstants.TwoFactorUserIdScheme, o =>
            {
                Configure(o.Cookie, "playground-passkey");
                (o.Cookie.SameSite, o.ExpireTimeSpan) = (SameSiteMode.Strict, TimeSpan.FromMinutes(5));
            });
    }

    private static void Configure(CookieBuilder cookie, string name)
    {
        (cookie.Name, cookie.HttpOnly, cookie.IsEssential) = (name, true, true);
        // Lax: a link from elsewhere opens the page that it names. Nothing that changes something follows a link.
        (cookie.SameSite, cookie.SecurePolicy) = (SameSiteMode.Lax, CookieSecurePolicy.SameAsRequest);
    }

    private static string Choose(HttpContext http)
    {
        if (!http.RequestServices.GetRequiredService<IOptions<AccessOptions>>().Value.Accounts) return Local;
        return http.Request.Headers.ContainsKey("Authorization") ? Key : IdentityConstants.ApplicationScheme;
    }

    private static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        var http = context.HttpContext;
        try
        {
            if (await http.RequestServices.GetRequiredService<AccountStates>().RefreshAsync(context.Principal!, http.RequestAborted)
                is { } principal)
            {
                context.ReplacePrincipal(principal);
                return;
            }
        }
        catch (StorageUnavailableException) when (http.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null)
        {
            // Scripts and styles, and whether the server lives, need no account.
            context.Principal = null;
            return;
        }
        context.RejectPrincipal();
        await http.SignOutAsync(IdentityConstants.ApplicationScheme);
    }

    // People are sent to the page where they can sign in; programs and scripts are told.
    private static Task Challenge(RedirectContext<CookieAuthenticationOptions> context, int status)
    {
        if (PageAnswers.IsForPeople(context.Request)) context.Response.Redirect(context.RedirectUri);
        else context.Response.StatusCode = status;
        return Task.CompletedTask;
    }
}

/// <summary>Without accounts, whoever asks is the server's one owner.</summary>
internal sealed class LocalHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    private static readonly ClaimsPrincipal s_owner = new(AccountStates.IdentityOf(
        new AccountState(LoopbackOwner.Local, LoopbackOwner.Local, AccountRole.Administrator, "", false), Schemes.Local,
        AccountRole.PermissionsOf(AccountRole.Administrator)));

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        => Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(s_owner, Schemes.Local)));
}

/// <summary>An API key: <c>Authorization: Bearer KEY</c>.</summary>
internal sealed class KeyHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder,
    ApiKeys keys) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    private const string Bearer = "Bearer ";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)) return AuthenticateResult.Fail("There is no API key.");
        return await keys.FindAsync(header[Bearer.Length..].Trim(), Context.RequestAborted) is { } principal
            ? AuthenticateResult.Success(new AuthenticationTicket(principal, Schemes.Key))
            : AuthenticateResult.Fail("There is no such API key, or it has expired or been revoked.");
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers.WWWAuthenticate = "Bearer";
        return Task.CompletedTask;
    }
}
