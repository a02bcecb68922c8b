using System.Text.Json;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Playground.Client.Contracts;
using Playground.Server.Hosting;
using Playground.Server.Hosting.Security;

namespace Playground.Server.Accounts;

internal static class AccountsApi
{
    private const long MaxBody = 64 << 10;

    /// <summary>A passkey that a browser has made.</summary>
    /// <param name="Credential">What <c>navigator.credentials.create</c> gave, as JSON.</param>
    /// <param name="Name">As its owner calls it.</param>
    internal sealed record NewPasskey(JsonElement Credential, string? Name);

    public static void MapAccounts(this IEndpointRouteBuilder routes)
    {
        // Bodies are JSON, which no form of another site can send, and the origin of each request is checked besides.
        var limited = new RequestSizeLimitAttribute(MaxBody);
        var account = routes.MapGroup("/api/v1/account").WithTags("account").DisableAntiforgery().WithMetadata(limited);
        account.MapGet("/", FindAsync).RequireAuthorization(Policies.View).WithSummary("The account that the session or the key is of.");
        account.MapPost("/passkeys/options", async (AccountService accounts) => Options(await accounts.GetPasskeyCreationAsync()))
            .RequireAuthorization(Policies.Session).ExcludeFromDescription();
        account.MapPost("/passkeys", async (NewPasskey passkey, AccountService accounts) =>
        {
            await accounts.AddPasskeyAsync(passkey.Credential.GetRawText(), passkey.Name);
            return TypedResults.NoContent();
        }).RequireAuthorization(Policies.Session).ExcludeFromDescription();
        var door = routes.MapGroup("/api/v1/sign-in/passkey").WithTags("account").DisableAntiforgery().AllowAnonymous()
            .WithMetadata(limited).RequireRateLimiting(RateLimits.Secrets);
        door.MapPost("/options", async (AccountService accounts) => Options(await accounts.GetPasskeyRequestAsync()))
            .ExcludeFromDescription();
        door.MapPost("/", async (JsonElement credential, AccountService accounts) =>
        {
            await accounts.SignInWithPasskeyAsync(credential.GetRawText());
            return TypedResults.NoContent();
        }).ExcludeFromDescription();
        routes.MapPost("/sign-out", SignOutAsync).RequireAuthorization(Policies.Session).DisableAntiforgery().ExcludeFromDescription();
    }

    private static async Task<Results<Ok<OwnAccount>, ProblemHttpResult>> FindAsync(IAccounts accounts, CancellationToken ct)
        => await accounts.GetOwnAsync(ct) is { } own ? TypedResults.Ok(own)
            : TypedResults.Problem("This server has no accounts.", statusCode: StatusCodes.Status404NotFound);

    private static async Task<RedirectHttpResult> SignOutAsync(HttpContext http, IAntiforgery antiforgery, IAccounts accounts)
    {
        try
        {
            await antiforgery.ValidateRequestAsync(http);
        }
        catch (AntiforgeryValidationException)
        {
            throw RequestException.Invalid("The form has expired. Load the page again, then sign out.");
        }
        await accounts.SignOutAsync(http.RequestAborted);
        return TypedResults.LocalRedirect("/sign-in");
    }

    private static ContentHttpResult Options(string json) => TypedResults.Content(json, "application/json");
}
