using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Playground.Client.Contracts;
using Playground.Core;
using Playground.Server.Accounts;
using Playground.Server.Hosting;

namespace Playground.Server.Tests.Accounts;

/// <summary>Signing in, and what is tried instead.</summary>
public sealed class SignInTests(AccountServer server) : IClassFixture<AccountServer>
{
    private const string Wrong = "The name or the password is wrong, or the account is locked.";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_session_begins_with_the_password_and_ends_with_the_sign_out()
    {
        var (visitor, name) = await server.NewAsync();
        using var out_ = await visitor.SubmitAsync("/account", null, [], "/sign-out");
        Assert.Equal(HttpStatusCode.Redirect, out_.StatusCode);
        Assert.False(visitor.HasSession);
        using var closed = await visitor.Http.GetAsync("/play", Ct);
        Assert.Equal("/sign-in?returnUrl=%2Fplay", closed.Headers.Location!.PathAndQuery);

        using var again = await visitor.SubmitAsync("/sign-in?returnUrl=%2Fmodels", "sign-in",
            new() { ["Form.Name"] = name, ["Form.Password"] = RunningServer.PasswordOf(name) });
        Assert.Equal("/models", again.Headers.Location!.IsAbsoluteUri
            ? again.Headers.Location.PathAndQuery
            : again.Headers.Location.ToString());
        Assert.Contains(name, await visitor.PageAsync("/account"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("https://evil.example")]
    [InlineData("javascript:alert(1)")]
    public async Task Signing_in_leads_to_no_other_server(string target)
    {
        var (_, name) = await server.NewAsync();
        using var visitor = server.Visit();
        using var response = await visitor.SubmitAsync($"/sign-in?returnUrl={Uri.EscapeDataString(target)}", "sign-in",
            new() { ["Form.Name"] = name, ["Form.Password"] = RunningServer.PasswordOf(name) });
        Assert.DoesNotContain("evil", response.Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.True(visitor.HasSession);
    }

    [Fact]
    public async Task A_wrong_password_an_unknown_name_and_a_locked_account_are_answered_alike()
    {
        var (_, wrong) = await server.NewAsync();
        var (_, locked) = await server.NewAsync();
        await server.Services.GetRequiredService<AccountAdministration>().SetDisabledAsync((await server.FindAsync(locked)).Id, true, Ct);
        using var visitor = server.Visit();
        var pages = new List<string>();
        foreach (var (name, password) in new[] { (wrong, "something else entirely"), ("nobody-at-all", "something else entirely"),
            (locked, RunningServer.PasswordOf(locked)) })
        {
            using var response = await visitor.SignInAsync(name, password);
            Assert.False(visitor.HasSession);
            pages.Add(WebUtility.HtmlDecode(await response.Content.ReadAsStringAsync(Ct)).Replace(name, "NAME", StringComparison.Ordinal));
        }
        Assert.All(pages, p => Assert.Contains(Wrong, p, StringComparison.Ordinal));
        // But for what is random in every page.
        Assert.Single(pages.Select(p => System.Text.RegularExpressions.Regex.Replace(p,
            "(value|nonce)=\"[A-Za-z0-9_/+=-]{16,}\"|<!--Blazor.*?-->", ""))
            .Distinct());
    }

    [Fact]
    public async Task An_unknown_name_takes_as_long_as_a_wrong_password()
    {
        var (_, name) = await server.NewAsync();
        using var visitor = server.Visit();
        await TimeAsync(visitor, "warm");
        var unknown = Math.Min(await TimeAsync(visitor, "nobody-1"), await TimeAsync(visitor, "nobody-2"));
        var known = Math.Min(await TimeAsync(visitor, name), await TimeAsync(visitor, name));
        Assert.InRange(unknown / known, 0.4, 2.5);
    }

    [Fact]
    public async Task Wrong_passwords_lock_the_account_for_a_while_and_the_right_one_does_not_open_it()
    {
        var (_, name) = await server.NewAsync();
        using var visitor = server.Visit();
        for (var i = 0; i < 3; i++) (await visitor.SignInAsync(name, $"something else {i}")).Dispose();
        using var right = await visitor.SignInAsync(name, RunningServer.PasswordOf(name));
        Assert.False(visitor.HasSession);
        Assert.Contains(Wrong, await right.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_of_a_megabyte_is_refused_before_it_is_read()
    {
        using var visitor = server.Visit();
        // The answer comes before the body has been sent.
        visitor.Http.DefaultRequestHeaders.ExpectContinue = true;
        var watch = Stopwatch.StartNew();
        using var response = await visitor.SignInAsync("ada", new string('x', 1 << 20));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Contains("at most 64 KiB", await response.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
        Assert.False(visitor.HasSession);
    }

    [Fact]
    public async Task A_cookie_from_another_server_is_worth_nothing()
    {
        var other = new RunningServer();
        await other.InitializeAsync();
        try
        {
            using var theirs = await other.JoinAsync(AccountRole.Administrator, "ada");
            using var http = new HttpClient(new HttpClientHandler { UseCookies = false, AllowAutoRedirect = false })
            { BaseAddress = server.Address };
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/account");
            request.Headers.Add("Cookie", theirs.Session);
            using var response = await http.SendAsync(request, Ct);
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        }
        finally
        {
            await other.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_new_password_ends_all_other_sessions_and_not_the_callers()
    {
        var (visitor, name) = await server.NewAsync();
        using var elsewhere = server.Visit();
        (await elsewhere.SignInAsync(name, RunningServer.PasswordOf(name))).Dispose();
        using var open = await elsewhere.Http.GetAsync("/api/v1/account", Ct);
        Assert.Equal(HttpStatusCode.OK, open.StatusCode);

        using var changed = await visitor.SubmitAsync("/account", "password", new()
        { ["Password.Current"] = RunningServer.PasswordOf(name), ["Password.New"] = "another four unrelated words" });
        Assert.Contains("Password changed.", await changed.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        using var stays = await visitor.Http.GetAsync("/api/v1/account", Ct);
        using var ended = await elsewhere.Http.GetAsync("/api/v1/account", Ct);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized), (stays.StatusCode, ended.StatusCode));
    }

    [Fact]
    public async Task A_session_ends_with_its_account_and_after_thirty_days_and_bears_a_clock_that_is_an_hour_off()
    {
        var (_, name) = await server.NewAsync();
        var id = (await server.FindAsync(name)).Id;
        var states = server.Services.GetRequiredService<AccountStates>();
        var state = (await states.FindAsync(id, Ct))!;
        Assert.NotNull(await AtAsync(TimeSpan.FromHours(1)));
        Assert.NotNull(await AtAsync(TimeSpan.FromDays(-29)));
        Assert.Null(await AtAsync(TimeSpan.FromDays(-31)));
        Assert.Null(await AtAsync(TimeSpan.FromDays(1)));
        await server.Services.GetRequiredService<AccountAdministration>().SetDisabledAsync(id, true, Ct);
        Assert.Null(await AtAsync(TimeSpan.Zero));

        Task<System.Security.Claims.ClaimsPrincipal?> AtAsync(TimeSpan since) => states.RefreshAsync(new(
            AccountStates.SessionOf(state, (DateTimeOffset.UtcNow + since).ToUnixTimeSeconds())), Ct);
    }

    [Fact]
    public async Task A_form_without_its_token_does_nothing()
    {
        var (visitor, name) = await server.NewAsync();
        using var response = await visitor.Http.PostAsync("/account", new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["_handler"] = "password",
            ["Password.Current"] = RunningServer.PasswordOf(name),
            ["Password.New"] = "another four unrelated words",
        }), Ct);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        using var out_ = await visitor.Http.PostAsync("/sign-out", new FormUrlEncodedContent([]), Ct);
        Assert.Equal(HttpStatusCode.BadRequest, out_.StatusCode);
        Assert.True(visitor.HasSession);
    }

    [Fact]
    public async Task Garbage_instead_of_a_passkey_is_refused_with_a_sentence()
    {
        var (visitor, _) = await server.NewAsync();
        foreach (var body in new[] { "{}", "[]", "1", "null", "{\"id\":\"x\",\"response\":{}}", "{\"id\":{\"id\":[]}}" })
        {
            using var assertion = await PostAsync(server.Visit(), "/api/v1/sign-in/passkey", body);
            Assert.True(assertion.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.BadRequest,
                $"{body}: {assertion.StatusCode}");
            using var attestation = await PostAsync(visitor, "/api/v1/account/passkeys", $$"""{"credential":{{body}}}""");
            Assert.Equal(HttpStatusCode.BadRequest, attestation.StatusCode);
        }
    }

    [Fact]
    public async Task Sign_ins_good_and_bad_are_in_the_audit_log_and_no_password_is()
    {
        var (_, name) = await server.NewAsync();
        using var visitor = server.Visit();
        (await visitor.SignInAsync(name, "a-wrong-password-that-is-secret")).Dispose();
        (await visitor.SignInAsync("my-password-in-the-wrong-field", "x")).Dispose();
        var lines = await server.Services.GetRequiredService<AuditLog>().ListAsync(null, Ct);
        Assert.Contains(lines, l => l is { Action: "sign-in" } && l.Actor == name && l.Address is not null);
        Assert.Contains(lines, l => l is { Action: "sign-in.failed" } && l.Target == name);
        Assert.DoesNotContain("secret", string.Join('\n', lines), StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-field", string.Join('\n', lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Password_managers_know_the_fields()
    {
        using var visitor = server.Visit();
        var page = await visitor.PageAsync("/sign-in");
        Assert.Contains("autocomplete=\"username webauthn\"", page, StringComparison.Ordinal);
        Assert.Contains("autocomplete=\"current-password\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("onpaste", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task There_is_no_account_that_nobody_made()
    {
        using var visitor = server.Visit();
        foreach (var name in new[] { "admin", "administrator", "root", "local", "playground", "guest" })
        {
            foreach (var password in new[] { "", name, "admin", "password", "playground" })
                (await visitor.SignInAsync(name, password)).Dispose();
            Assert.False(visitor.HasSession);
        }
    }

    [Fact]
    public async Task Each_sign_in_is_another_session()
    {
        var (_, name) = await server.NewAsync();
        using var visitor = server.Visit();
        (await visitor.SignInAsync(name, RunningServer.PasswordOf(name))).Dispose();
        var first = visitor.Session;
        (await visitor.SignInAsync(name, RunningServer.PasswordOf(name))).Dispose();
        Assert.NotNull(first);
        Assert.NotEqual(first, visitor.Session);
    }

    private static async Task<double> TimeAsync(Visitor visitor, string name)
    {
        var watch = Stopwatch.StartNew();
        (await visitor.SignInAsync(name, "something else entirely")).Dispose();
        return watch.Elapsed.TotalMilliseconds;
    }

    private static Task<HttpResponseMessage> PostAsync(Visitor visitor, string path, string body)
        => visitor.Http.PostAsync(path, new StringContent(body, System.Text.Encoding.UTF8, "application/json"), Ct);
}
