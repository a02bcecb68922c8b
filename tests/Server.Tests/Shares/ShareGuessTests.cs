using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using Playground.Core.Tests;
using Playground.Server.Shares;
using Playground.Server.Tests.Gallery;

namespace Playground.Server.Tests.Shares;

/// <summary>What somebody learns who tries tokens.</summary>
public sealed class ShareGuessTests(ServerProcess server) : IClassFixture<ServerProcess>
{
    private const int Rounds = 150;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Unknown_revoked_expired_and_malformed_tokens_get_one_answer_after_one_time()
    {
        using var http = new HttpClient { BaseAddress = server.Address };
        var run = await server.RunAsync(http, """{"model":"tiny","steps":1,"count":1,"seed":3}""");
        var (_, revokedId, revoked) = await ShareAsync(http, run);
        var (_, expiredId, expired) = await ShareAsync(http, run);
        (await http.DeleteAsync($"/api/v1/shares/{revokedId}", Ct)).EnsureSuccessStatusCode();
        await server.ChangeRowsAsync(async (db, ct) =>
        {
            var row = (await db.Set<ShareRow>().FindAsync([expiredId], ct))!;
            db.Entry(row).Property(s => s.Expires).CurrentValue = DateTimeOffset.UtcNow.AddHours(-1);
            await db.SaveChangesAsync(ct);
        });
        string[] tokens = [ShareToken.Draw(), revoked, expired, "short", new string('x', 500), "%3Cb%3E", "..%2F..%2Fetc"];
        foreach (var ending in new[] { "", "/cover.jpg", $"/{new string('A', 22)}.png", $"/{new string('A', 22)}/3", "/a/b/c" })
        {
            var answers = new HashSet<string>();
            foreach (var token in tokens)
            {
                using var response = await http.GetAsync($"/s/{token}{ending}", Ct);
                var headers = response.Headers.Concat(response.Content.Headers).Where(h => h.Key != "Date").OrderBy(h => h.Key)
                    .Select(h => $"{h.Key}: {string.Join(", ", h.Value)}");
                answers.Add($"{(int)response.StatusCode}\n{string.Join("\n", headers)}\n{await response.Content.ReadAsStringAsync(Ct)}");
            }
            Assert.StartsWith("404", Assert.Single(answers), StringComparison.Ordinal);
        }

        var times = tokens[..4].ToDictionary(t => t, _ => new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var (token, taken) in times)
            {
                var since = Stopwatch.GetTimestamp();
                using var response = await http.GetAsync($"/s/{token}", Ct);
                taken.Add(Stopwatch.GetElapsedTime(since).TotalMilliseconds);
            }
        }
        var medians = times.Values.Select(t => t.Order().ElementAt(Rounds / 2)).ToList();
        Assert.True(medians.Max() < 1.5 * medians.Min(), $"medians in ms: {string.Join(", ", medians.Select(m => $"{m:0.00}"))}");
    }

    [Fact]
    public async Task A_cookie_of_another_share_or_server_opens_nothing()
    {
        using var http = new HttpClient(new HttpClientHandler { UseCookies = false, AllowAutoRedirect = false })
        { BaseAddress = server.Address };
        var run = await server.RunAsync(http, """{"model":"tiny","steps":1,"count":1,"seed":4}""");
        var (first, _, _) = await ShareAsync(http, run, "one");
        var (second, _, _) = await ShareAsync(http, run, "two");
        using var opened = await http.PostAsync(first, new FormUrlEncodedContent([new("password", "one")]), Ct);
        var cookie = opened.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
        foreach (var (path, sent, opens) in new[] { (first, cookie, true), (second, cookie, false), (first, "share=CfDJ8abc", false),
            (first, $"share={new string('x', 5000)}", false) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "Cookie", sent } } };
            using var page = await http.SendAsync(request, Ct);
            Assert.Equal(!opens, (await page.Content.ReadAsStringAsync(Ct)).Contains("type=\"password\"", StringComparison.Ordinal));
        }
    }

    private static async Task<(string Path, string Id, string Token)> ShareAsync(HttpClient http, string run, string? password = null)
    {
        using var response = await http.PostAsJsonAsync("/api/v1/shares", new { kind = "run", target = run, password }, Ct);
        response.EnsureSuccessStatusCode();
        var made = await response.ReadAsync();
        var path = (string)made["path"]!;
        return (path, (string)made["share"]!["id"]!, path[3..]);
    }
}

/// <summary>A server that takes few requests to shared pages.</summary>
public sealed class StrictShares : ServerProcess
{
    protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
    {
        ["Playground__Shares__RequestsPerMinute"] = "20",
        ["Playground__Shares__PasswordsPerMinute"] = "3",
    };
}

public sealed class ShareRateTests(StrictShares server) : IClassFixture<StrictShares>
{
    [Fact]
    public async Task Whoever_asks_too_often_is_told_to_wait_and_others_pages_are_open()
    {
        var ct = TestContext.Current.CancellationToken;
        using var http = new HttpClient { BaseAddress = server.Address };
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 25; i++)
        {
            using var response = await http.GetAsync($"/s/{ShareToken.Draw()}", ct);
            answers.Add(response.StatusCode);
            if (response.StatusCode == HttpStatusCode.TooManyRequests) Assert.NotNull(response.Headers.RetryAfter);
        }
        Assert.Contains(HttpStatusCode.TooManyRequests, answers);
        Assert.Equal(HttpStatusCode.NotFound, answers[0]);
        for (var i = 0; i < 5; i++)
        {
            using var response = await http.PostAsync($"/s/{ShareToken.Draw()}", new FormUrlEncodedContent([new("password", "x")]), ct);
            answers.Add(response.StatusCode);
        }
        Assert.Equal(HttpStatusCode.TooManyRequests, answers[^1]);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/api/v1/shares", ct)).StatusCode);
    }
}
