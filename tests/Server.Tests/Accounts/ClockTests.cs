using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Playground.Client.Contracts;
using Playground.Server.Accounts;
using Playground.Server.Tests.Gallery;

namespace Playground.Server.Tests.Accounts;

/// <summary>What ends by the clock ends by the server's, at the next request, and a clock that is put right ends nothing else.</summary>
public sealed partial class ClockTests(AccountServer server) : IClassFixture<AccountServer>, IDisposable
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => server.Clock.Ahead = TimeSpan.Zero;

    [Fact]
    public async Task A_link_that_has_expired_is_refused_at_the_next_request_with_all_its_files()
    {
        var (visitor, _) = await server.NewAsync();
        var path = await ShareAsync(visitor, server.Clock.GetUtcNow().AddHours(1));
        using var guest = server.Visit();
        var html = await guest.PageAsync(path);
        var name = Name().Match(html).Groups[1].Value;
        string[] files = [path, $"{path}/{name}", $"{path}/{name}.webp", $"{path}/{name}.png", $"{path}/cover.jpg"];
        var marks = new Dictionary<string, EntityTagHeaderValue?>();
        foreach (var file in files)
        {
            using var found = await guest.Http.GetAsync(file, Ct);
            Assert.Equal(HttpStatusCode.OK, found.StatusCode);
            marks[file] = found.Headers.ETag;
        }

        server.Clock.Ahead = TimeSpan.FromMinutes(59);
        Assert.Contains(name, await guest.PageAsync(path), StringComparison.Ordinal);
        server.Clock.Ahead = TimeSpan.FromMinutes(61);
        foreach (var file in files)
        {
            // A browser that still has it is not told that it is good.
            using var request = new HttpRequestMessage(HttpMethod.Get, file);
            if (marks[file] is { } mark) request.Headers.IfNoneMatch.Add(mark);
            using var refused = await guest.Http.SendAsync(request, Ct);
            Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
        }
        var list = await visitor.Http.GetAsJsonAsync("/api/v1/shares");
        Assert.True((bool)list.AsArray().Single()!["expired"]!);
    }

    [Theory]
    [InlineData(9)]
    [InlineData(-8)]
    [InlineData(0)]
    public async Task An_expiry_in_any_time_zone_is_the_same_moment_in_UTC(int offset)
    {
        var (visitor, _) = await server.NewAsync();
        var moment = new DateTimeOffset(DateTime.UtcNow.Year + 1, 3, 29, 1, 30, 0, TimeSpan.Zero);
        var path = await ShareAsync(visitor, moment.ToOffset(TimeSpan.FromHours(offset)));
        var share = (await visitor.Http.GetAsJsonAsync("/api/v1/shares")).AsArray().Single()!;
        Assert.Equal(moment.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ"), (string)share["expires"]!);
        server.Clock.Ahead = moment - DateTimeOffset.UtcNow - TimeSpan.FromMinutes(1);
        using var guest = server.Visit();
        Assert.Equal(HttpStatusCode.OK, (await guest.Http.GetAsync(path, Ct)).StatusCode);
        server.Clock.Ahead += TimeSpan.FromMinutes(2);
        Assert.Equal(HttpStatusCode.NotFound, (await guest.Http.GetAsync(path, Ct)).StatusCode);
    }

    [Fact]
    public async Task An_expiry_is_measured_by_the_servers_clock_whatever_the_senders_says()
    {
        var (visitor, _) = await server.NewAsync();
        server.Clock.Ahead = TimeSpan.FromHours(1);
        // In half an hour by the sender's clock, half an hour ago by the server's.
        using var refused = await PostShareAsync(visitor, DateTimeOffset.UtcNow.AddMinutes(30), await SaveAsync(visitor));
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains($"here it is {server.Clock.GetUtcNow():yyyy-MM-dd HH:}", await refused.Content.ReadAsStringAsync(Ct),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(AccountRole.Member)]
    [InlineData(AccountRole.Administrator)]
    public async Task An_invitation_ends_after_its_day_and_one_that_was_used_stays_used_when_the_clock_goes_back(string role)
    {
        // The printed link to the first administrator is one that nobody made.
        var invitations = server.Services.GetRequiredService<Invitations>();
        var by = role == AccountRole.Administrator ? null : "ada";
        var (_, late) = await invitations.CreateAsync(by, role, "", 1, Ct);
        server.Clock.Ahead = TimeSpan.FromHours(23.9);
        using var visitor = server.Visit();
        Assert.Contains("Form.Password", await visitor.PageAsync(late), StringComparison.Ordinal);
        server.Clock.Ahead = TimeSpan.FromHours(24.1);
        Assert.DoesNotContain("Form.Password", await Text(visitor, late), StringComparison.Ordinal);
        Assert.Null(await invitations.FindAsync(late[Invitations.Path.Length..], Ct));

        var (_, link) = await invitations.CreateAsync(by, role, "", 1, Ct);
        var name = $"late-{role}-{Guid.NewGuid():N}"[..24];
        using (await visitor.SubmitAsync(link, "invitation", new()
        {
            ["Form.Name"] = name,
            ["Form.Password"] = RunningServer
            .PasswordOf(name)
        })) Assert.True(visitor.HasSession);
        server.Clock.Ahead = TimeSpan.FromHours(23);
        Assert.Null(await invitations.FindAsync(link[Invitations.Path.Length..], Ct));
        using var other = server.Visit();
        Assert.DoesNotContain("Form.Password", await Text(other, link), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_ends_after_its_day_and_works_when_the_clock_goes_back_an_hour()
    {
        var (_, name) = await server.NewAsync();
        var key = await server.KeyAsync(name, Permission.View);
        Assert.Equal(HttpStatusCode.OK, await AskAsync(key));
        // The moment of its last use is ahead of the clock then.
        server.Clock.Ahead = TimeSpan.FromHours(-1);
        Assert.Equal(HttpStatusCode.OK, await AskAsync(key));
        server.Clock.Ahead = TimeSpan.FromHours(23.9);
        Assert.Equal(HttpStatusCode.OK, await AskAsync(key));
        server.Clock.Ahead = TimeSpan.FromHours(24.1);
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(key));
    }

    [Fact]
    public async Task A_session_outlives_a_clock_that_is_an_hour_off_and_not_its_month()
    {
        var (visitor, _) = await server.NewAsync();
        foreach (var hours in new[] { -1, 1, -1.9, 0 })
        {
            server.Clock.Ahead = TimeSpan.FromHours(hours);
            using var fine = await visitor.Http.GetAsync("/api/v1/account", Ct);
            Assert.Equal(HttpStatusCode.OK, fine.StatusCode);
        }
        server.Clock.Ahead = TimeSpan.FromDays(31);
        using var over = await visitor.Http.GetAsync("/api/v1/account", Ct);
        Assert.NotEqual(HttpStatusCode.OK, over.StatusCode);
    }

    private async Task<string> ShareAsync(Visitor visitor, DateTimeOffset expires)
    {
        using var made = await PostShareAsync(visitor, expires, await SaveAsync(visitor));
        Assert.True(made.IsSuccessStatusCode, await made.Content.ReadAsStringAsync(Ct));
        return (string)(await made.ReadAsync())["path"]!;
    }

    private static Task<HttpResponseMessage> PostShareAsync(Visitor visitor, DateTimeOffset expires, string[] images)
        => visitor.Http.PostAsJsonAsync("/api/v1/shares", new { kind = "selection", images, expires }, Ct);

    private async Task<string[]> SaveAsync(Visitor visitor)
    {
        var run = await visitor.Http.StartAsync("""{"model":"tiny","steps":2,"count":1}""");
        using (var hub = await HubClient.ConnectAsync(server.Address, ("Cookie", visitor.Session!)))
        {
            await hub.WatchAsync($"""["{run}", 0]""");
            Assert.Equal("succeeded", (string)(await hub.ReadStreamAsync()).Items[^1]["job"]!["status"]!);
        }
        return await visitor.Http.SaveAsync(run);
    }

    private async Task<HttpStatusCode> AskAsync(string key)
    {
        using var http = new HttpClient { BaseAddress = server.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var answer = await http.GetAsync("/api/v1/models", Ct);
        return answer.StatusCode;
    }

    private static async Task<string> Text(Visitor visitor, string path)
    {
        using var answer = await visitor.Http.GetAsync(path, Ct);
        return await answer.Content.ReadAsStringAsync(Ct);
    }

    [GeneratedRegex("/s/[^/\"]+/([^/.\"]+)\\.webp")]
    private static partial Regex Name();
}
