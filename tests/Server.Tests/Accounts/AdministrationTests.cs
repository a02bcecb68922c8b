using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Playground.Client.Contracts;
using Playground.Core;
using Playground.Server.Accounts;
using Playground.Server.Hosting;

namespace Playground.Server.Tests.Accounts;

/// <summary>Invitations, roles, keys and quotas.</summary>
public sealed class AdministrationTests(AccountServer server) : IClassFixture<AccountServer>
{
    private const string Sample = """{"model":"tiny","steps":1,"count":1}""";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private AccountAdministration Administration => server.Services.GetRequiredService<AccountAdministration>();

    [Fact]
    public async Task The_first_administrator_has_what_was_made_before_there_were_accounts()
        => Assert.Equal(LoopbackOwner.Local, (await server.FindAsync("ada")).Id);

    [Fact]
    public async Task An_invitation_works_once()
    {
        var invitations = server.Services.GetRequiredService<Invitations>();
        var (_, link) = await invitations.CreateAsync("ada", AccountRole.Viewer, "", 1, Ct);
        using var first = server.Visit();
        (await first.SubmitAsync(link, "invitation", Form("once-one"))).Dispose();
        Assert.True(first.HasSession);
        using var second = server.Visit();
        using var gone = await second.Http.GetAsync(link, Ct);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    public async Task Two_who_use_one_invitation_at_once_get_one_account()
    {
        var (_, link) = await server.Services.GetRequiredService<Invitations>().CreateAsync("ada", AccountRole.Viewer, "", 1, Ct);
        Visitor[] visitors = [server.Visit(), server.Visit(), server.Visit()];
        await Task.WhenAll(visitors.Select(async (v, i) => (await v.SubmitAsync(link, "invitation", Form($"race-{i}"))).Dispose()));
        Assert.Single(visitors, v => v.HasSession);
        Assert.Single(await Administration.ListAsync(Ct), a => a.Name.StartsWith("race-", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("short", "short word", "must have at least 12")]
    [InlineData("common", "Password1234!", "among the first that others would try")]
    [InlineData("rows", "qwertyuiop12345", "among the first that others would try")]
    [InlineData("repeats", "abcabcabcabcabc", "among the first that others would try")]
    [InlineData("namename", "namename-namename1", "among the first that others would try")]
    [InlineData("markup<script>", "four unrelated words", "A name has letters, digits")]
    [InlineData("ADA", "four unrelated words", "Somebody has that name already")]
    [InlineData("", "four unrelated words", "it must have 1 to 64")]
    public async Task A_name_or_a_password_that_cannot_be_used_is_refused_and_the_invitation_stays(string name, string password,
        string problem)
    {
        var invitations = server.Services.GetRequiredService<Invitations>();
        var (_, link) = await invitations.CreateAsync("ada", AccountRole.Viewer, "", 1, Ct);
        using var visitor = server.Visit();
        using var refused = await visitor.SubmitAsync(link, "invitation", new() { ["Form.Name"] = name, ["Form.Password"] = password });
        Assert.Contains(problem, WebUtility.HtmlDecode(await refused.Content.ReadAsStringAsync(Ct)), StringComparison.Ordinal);
        Assert.NotNull(await invitations.FindAsync(link[Invitations.Path.Length..], Ct));
    }

    [Fact]
    public async Task Unknown_used_revoked_expired_and_malformed_invitations_are_answered_alike()
    {
        var invitations = server.Services.GetRequiredService<Invitations>();
        var (id, revoked) = await invitations.CreateAsync("ada", AccountRole.Viewer, "", 1, Ct);
        Assert.True(await invitations.RevokeAsync(id, Ct));
        using var visitor = server.Visit();
        var pages = new HashSet<string>();
        foreach (var link in new[] { revoked, $"{Invitations.Path}{Secret.New()}",
            $"{Invitations.Path}x", $"{Invitations.Path}%20%22%3Cb" })
        {
            using var gone = await visitor.Http.GetAsync(link, Ct);
            Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
            pages.Add(System.Text.RegularExpressions.Regex.Replace(await gone.Content.ReadAsStringAsync(Ct),
                "nonce=\"[^\"]+\"|<!--Blazor.*?-->", ""));
        }
        Assert.Single(pages);
    }

    [Fact]
    public async Task An_invitation_from_the_page_gives_its_role_and_only_administrators_have_the_page()
    {
        var (viewer, _) = await server.NewAsync(AccountRole.Viewer);
        using var refused = await viewer.Http.GetAsync("/users", Ct);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);

        using var made = await server.Administrator.SubmitAsync("/users", "invite",
            new() { ["Invite.Role"] = AccountRole.Member, ["Invite.Note"] = "Bo", ["Invite.Days"] = "7" });
        var link = System.Text.RegularExpressions.Regex.Match(await made.Content.ReadAsStringAsync(Ct),
            "/invitations/[A-Za-z0-9_-]{43}").Value;
        using var visitor = server.Visit();
        (await visitor.SubmitAsync(link, "invitation", Form("bo"))).Dispose();
        Assert.Equal(AccountRole.Member, (await server.FindAsync("bo")).Role);
    }

    [Fact]
    public async Task A_viewer_creates_nothing_neither_over_http_nor_in_process_until_the_role_changes()
    {
        var (visitor, name) = await server.NewAsync(AccountRole.Viewer);
        using var refused = await visitor.Http.SampleAsync(Sample);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        var account = await server.FindAsync(name);
        var state = new AccountState(account.Id, account.Name, account.Role, "", false);
        var sampling = server.Services.GetRequiredService<ISampling>();
        using (Caller.Enter(new(AccountStates.IdentityOf(state, "test", AccountRole.PermissionsOf(AccountRole.Viewer)))))
        {
            var e = await Assert.ThrowsAsync<RequestException>(async () => await sampling.StartAsync(
                new SampleRequest { Model = "tiny" }, Ct));
            Assert.Equal(403, e.Status);
        }
        Assert.Equal(401, (await Assert.ThrowsAsync<RequestException>(async () => await sampling.GetModelsAsync(Ct))).Status);

        await Administration.SetRoleAsync(account.Id, AccountRole.Member, Ct);
        using var taken = await visitor.Http.SampleAsync(Sample);
        Assert.Equal(HttpStatusCode.Accepted, taken.StatusCode);
    }

    [Fact]
    public async Task The_last_administrator_can_neither_be_deleted_nor_locked_nor_made_less()
    {
        var id = (await server.FindAsync("ada")).Id;
        await AssertLastAsync(() => Administration.SetRoleAsync(id, AccountRole.Member, Ct));
        await AssertLastAsync(() => Administration.SetDisabledAsync(id, true, Ct));
        using var deleted = await server.Administrator.SubmitAsync("/account", "delete",
            new() { ["Delete.Password"] = RunningServer.PasswordOf("ada") });
        Assert.Contains("is the last administrator", WebUtility.HtmlDecode(await deleted.Content.ReadAsStringAsync(Ct)),
            StringComparison.Ordinal);
        Assert.True(server.Administrator.HasSession);
        Assert.NotNull(await server.FindAsync("ada"));

        static async Task AssertLastAsync(Func<Task> change)
            => Assert.Contains("is the last administrator", (await Assert.ThrowsAsync<RequestException>(change)).Message,
                StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_account_that_its_owner_deletes_is_gone_with_its_keys_and_sessions()
    {
        var (visitor, name) = await server.NewAsync();
        var key = await server.KeyAsync(name, Permission.View);
        using var deleted = await visitor.SubmitAsync("/account", "delete", new() { ["Delete.Password"] = RunningServer.PasswordOf(name) });
        Assert.Equal(HttpStatusCode.Redirect, deleted.StatusCode);
        using var byKey = await GetAsync("/api/v1/account", key);
        Assert.Equal(HttpStatusCode.Unauthorized, byKey.StatusCode);
        Assert.DoesNotContain(await Administration.ListAsync(Ct), a => a.Name == name);
    }

    [Fact]
    public async Task A_key_is_shown_once_does_what_its_scope_allows_and_can_be_revoked()
    {
        var (visitor, _) = await server.NewAsync();
        using var made = await visitor.SubmitAsync("/account", "key",
            new() { ["Key.Name"] = "ci", ["Key.Scope"] = "View", ["Key.Days"] = "30" });
        var key = System.Text.RegularExpressions.Regex.Match(await made.Content.ReadAsStringAsync(Ct), "pgk_[A-Za-z0-9_-]{43}").Value;
        Assert.NotEmpty(key);
        Assert.DoesNotContain(key, await visitor.PageAsync("/account"), StringComparison.Ordinal);

        using var own = await GetAsync("/api/v1/account", key);
        Assert.Equal(HttpStatusCode.OK, own.StatusCode);
        using var refused = await SampleAsync(key);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        using var page = await GetAsync("/account", key);
        Assert.Equal(HttpStatusCode.Forbidden, page.StatusCode);

        var id = (string)(await own.ReadAsync())["keys"]![0]!["id"]!;
        (await visitor.SubmitAsync("/account", $"revoke-{id}", [])).Dispose();
        using var gone = await GetAsync("/api/v1/account", key);
        Assert.Equal(HttpStatusCode.Unauthorized, gone.StatusCode);
    }

    [Fact]
    public async Task A_key_that_may_create_acts_for_its_account_and_never_administers()
    {
        var (visitor, name) = await server.NewAsync();
        using var started = await SampleAsync(await server.KeyAsync(name, Permission.Create));
        Assert.Equal(HttpStatusCode.Accepted, started.StatusCode);
        var job = (string)(await started.ReadAsync())["id"]!;
        using var seen = await visitor.Http.GetAsync($"/api/v1/jobs/{job}", Ct);
        Assert.Equal(HttpStatusCode.OK, seen.StatusCode);

        var administrators = await server.KeyAsync("ada", Permission.Create);
        using var request = new HttpRequestMessage(HttpMethod.Delete, "/api/v1/models/none");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", administrators);
        using var refused = await server.Visit().Http.SendAsync(request, Ct);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        await Assert.ThrowsAsync<RequestException>(() => server.KeyAsync("ada", Permission.Administer));
    }

    [Theory]
    [InlineData("", 30, "must have 1 to 64")]
    [InlineData("a\u0007b", 30, "all printable")]
    [InlineData("key", 0, "must be 1 to 366")]
    [InlineData("key", -1, "must be 1 to 366")]
    [InlineData("key", 100000, "must be 1 to 366")]
    public async Task A_key_of_nonsense_is_refused(string name, int days, string problem)
    {
        var keys = server.Services.GetRequiredService<ApiKeys>();
        var e = await Assert.ThrowsAsync<RequestException>(() => keys.CreateAsync(LoopbackOwner.Local, name, Permission.View, days, Ct));
        Assert.Contains(problem, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Locking_an_account_ends_its_hub_connections_sessions_and_keys_at_once()
    {
        var (visitor, name) = await server.NewAsync();
        var key = await server.KeyAsync(name, Permission.View);
        using var hub = await HubClient.ConnectAsync(server.Address, ("Cookie", visitor.Session!));
        await Administration.SetDisabledAsync((await server.FindAsync(name)).Id, true, Ct);
        await Assert.ThrowsAnyAsync<Exception>(() => hub.ReadStreamAsync());
        using var session = await visitor.Http.GetAsync("/api/v1/account", Ct);
        using var byKey = await GetAsync("/api/v1/account", key);
        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized), (session.StatusCode, byKey.StatusCode));
    }

    [Fact]
    public async Task More_jobs_than_the_quota_may_not_wait_and_an_administrator_can_raise_it()
    {
        var (visitor, name) = await server.NewAsync();
        var id = (await server.FindAsync(name)).Id;
        await Administration.SetLimitsAsync(id, new AccountLimits { QueuedJobs = 1, Bytes = 0, TrainingHours = 0 }, Ct);
        var quota = await server.Services.GetRequiredService<IQuotas>().OfAsync(id, Ct);
        Assert.Equal(new Quota(1, 0, 0), quota);
        using var begin = new HttpRequestMessage(HttpMethod.Post, "/api/v1/uploads");
        begin.Headers.Add("Tus-Resumable", "1.0.0");
        begin.Headers.Add("Upload-Length", "3");
        using var upload = await visitor.Http.SendAsync(begin, Ct);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, upload.StatusCode);

        await Administration.SetLimitsAsync(id, new AccountLimits(), Ct);
        Assert.Equal(3, (await server.Services.GetRequiredService<IQuotas>().OfAsync(id, Ct))!.QueuedJobs);
        await Assert.ThrowsAsync<RequestException>(() => Administration.SetLimitsAsync(id, new AccountLimits { QueuedJobs = 0 }, Ct));
        await Assert.ThrowsAsync<RequestException>(() => Administration.SetLimitsAsync(id, new AccountLimits { TrainingHours = -1 }, Ct));
    }

    [Fact]
    public async Task Deletions_and_invitations_are_in_the_audit_log()
    {
        var (visitor, name) = await server.NewAsync();
        using var made = await visitor.Http.PostAsJsonAsync("/api/v1/datasets", new { name = "to go" }, Ct);
        var id = (string)(await made.ReadAsync())["id"]!;
        (await visitor.Http.DeleteAsync($"/api/v1/datasets/{id}", Ct)).Dispose();
        using var none = await visitor.Http.DeleteAsync("/api/v1/datasets/none", Ct);
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
        var page = await server.Administrator.PageAsync("/audit");
        Assert.Contains(">Deleted data set<", page, StringComparison.Ordinal);
        Assert.Contains(id, page, StringComparison.Ordinal);
        Assert.Contains(">Accepted invitation<", page, StringComparison.Ordinal);
        Assert.Contains(name, page, StringComparison.Ordinal);
        Assert.DoesNotContain(">none<", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Neither_keys_nor_invitations_are_in_the_database()
    {
        var (_, name) = await server.NewAsync();
        var key = await server.KeyAsync(name, Permission.View);
        var (_, link) = await server.Services.GetRequiredService<Invitations>().CreateAsync("ada", AccountRole.Viewer, "", 1, Ct);
        foreach (var file in Directory.GetFiles(server.Data, "playground.db*"))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(stream, System.Text.Encoding.Latin1);
            var content = await reader.ReadToEndAsync(Ct);
            Assert.DoesNotContain(key[8..], content, StringComparison.Ordinal);
            Assert.DoesNotContain(link[Invitations.Path.Length..], content, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Deleting_an_account_or_changing_its_password_asks_for_the_password()
    {
        var (visitor, name) = await server.NewAsync();
        using var deleted = await visitor.SubmitAsync("/account", "delete", new() { ["Delete.Password"] = "not the password" });
        Assert.Contains("That is not your password.", await deleted.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        using var changed = await visitor.SubmitAsync("/account", "password", new()
        { ["Password.Current"] = "not the password", ["Password.New"] = "another four unrelated words" });
        Assert.Contains("That is not your password.", await changed.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        using var again = server.Visit();
        (await again.SignInAsync(name, RunningServer.PasswordOf(name))).Dispose();
        Assert.True(again.HasSession);
    }

    private static Dictionary<string, string> Form(string name)
        => new() { ["Form.Name"] = name, ["Form.Password"] = RunningServer.PasswordOf(name) };

    private async Task<HttpResponseMessage> GetAsync(string path, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return await server.Visit().Http.SendAsync(request, Ct);
    }

    private Task<HttpResponseMessage> SampleAsync(string key)
    {
        var http = server.Visit().Http;
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return http.SampleAsync(Sample);
    }
}
