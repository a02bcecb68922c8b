using System.Net;
using System.Net.WebSockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Playground.Client.Contracts;
using Playground.Core;
using Playground.Server.Tests.Accounts;
using Playground.Server.Tests.Datasets;

namespace Playground.Server.Tests.Hosting;

/// <summary>A server as it starts without settings: on loopback, without accounts.</summary>
public sealed class LoopbackServer : RunningServer
{
    protected override IEnumerable<string> Settings => [];
}

/// <summary>What pages of other sites, other names and other machines get.</summary>
public sealed class HardeningTests(LoopbackServer server) : IClassFixture<LoopbackServer>
{
    private const string Sample = """{"model":"tiny","steps":1,"count":1}""";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("evil.example")]
    [InlineData("localhost.evil.example")]
    [InlineData("127.0.0.1.nip.io")]
    [InlineData("evil.example:5080")]
    public async Task A_foreign_name_is_not_answered_to(string host)
    {
        using var response = await SendAsync(HttpMethod.Get, "/api/v1/jobs", ("Host", host));
        Assert.Equal(HttpStatusCode.MisdirectedRequest, response.StatusCode);
        Assert.Contains("Playground:Hosts", (string)(await response.ReadAsync())["detail"]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("LOCALHOST:1")]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]:80")]
    [InlineData("192.168.1.7")]
    public async Task Its_own_names_and_addresses_are_answered_to(string host)
    {
        using var response = await SendAsync(HttpMethod.Get, "/api/v1/jobs", ("Host", host));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("POST", "/api/v1/samples", "application/json")]
    [InlineData("POST", "/api/v1/samples", "text/plain")]
    [InlineData("POST", "/api/v1/pictures", "text/plain")]
    [InlineData("POST", "/api/v1/trainings/x/pause", null)]
    [InlineData("POST", "/api/v1/trainings/x/stop", null)]
    [InlineData("POST", "/api/v1/jobs/x/retry", null)]
    [InlineData("DELETE", "/api/v1/jobs/x", null)]
    [InlineData("PATCH", "/api/v1/models/tiny", "application/json")]
    [InlineData("POST", "/_blazor/negotiate", null)]
    [InlineData("GET", "/_blazor", null)]
    [InlineData("POST", "/hubs/frames/negotiate", null)]
    public async Task What_a_page_of_another_site_sends_is_refused(string method, string path, string? type)
    {
        foreach (var (name, value) in new[] { ("Origin", "http://evil.example"), ("Origin", "null"), ("Sec-Fetch-Site", "cross-site"),
            ("Sec-Fetch-Site", "same-site"), ("Origin", $"http://{server.Address.Host}:1") })
        {
            using var response = await SendAsync(new HttpMethod(method), path, (name, value), type);
            Assert.True(response.StatusCode == HttpStatusCode.Forbidden, $"{name}: {value} got {response.StatusCode}");
        }
    }

    [Fact]
    public async Task What_the_servers_own_page_and_what_a_program_sends_is_taken()
    {
        using var page = await SendAsync(HttpMethod.Post, "/api/v1/samples", ("Origin", server.Address.GetLeftPart(UriPartial.Authority)),
            "application/json");
        using var program = await SendAsync(HttpMethod.Post, "/api/v1/samples", ("X-Nothing", "1"), "application/json");
        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.Accepted), (page.StatusCode, program.StatusCode));
    }

    [Fact]
    public async Task A_web_socket_from_another_site_is_refused()
    {
        foreach (var path in new[] { "/hubs/frames", "/_blazor" })
        {
            using var socket = new ClientWebSocket();
            socket.Options.SetRequestHeader("Origin", "http://evil.example");
            var e = await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(
                new UriBuilder(server.Address) { Scheme = "ws", Path = path }.Uri, Ct));
            Assert.Contains("403", e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_page_runs_its_own_scripts_only_and_is_framed_by_nobody()
    {
        var nonces = new HashSet<string>();
        for (var i = 0; i < 2; i++)
        {
            using var response = await SendAsync(HttpMethod.Get, "/play", ("Accept", "text/html"));
            var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
            var nonce = System.Text.RegularExpressions.Regex.Match(policy, "script-src 'self' 'nonce-([^']+)';").Groups[1].Value;
            Assert.True(nonces.Add(nonce), "The nonce came twice.");
            Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
            Assert.Contains("object-src 'none'", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe-eval", policy, StringComparison.Ordinal);
            var html = WebUtility.HtmlDecode(await response.Content.ReadAsStringAsync(Ct));
            foreach (System.Text.RegularExpressions.Match script in System.Text.RegularExpressions.Regex.Matches(html,
                "<script(?![^>]* src=)[^>]*>"))
                Assert.Contains($"nonce=\"{nonce}\"", script.Value, StringComparison.Ordinal);
            Assert.DoesNotMatch(" on[a-z]+=\"", html);
        }
    }

    [Theory]
    [InlineData("/play")]
    [InlineData("/api/v1/jobs")]
    [InlineData("/api/v1/jobs/none")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/nothing")]
    public async Task Every_answer_says_how_it_is_to_be_taken_and_is_kept_nowhere(string path)
    {
        using var response = await SendAsync(HttpMethod.Get, path, ("Accept", "*/*"));
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("same-origin", Assert.Single(response.Headers.GetValues("Referrer-Policy")));
        Assert.Equal("same-origin", Assert.Single(response.Headers.GetValues("Cross-Origin-Resource-Policy")));
        Assert.True(response.Headers.CacheControl!.NoStore);
        Assert.Contains("frame-ancestors 'none'", Assert.Single(response.Headers.GetValues("Content-Security-Policy")),
            StringComparison.Ordinal);
        Assert.False(response.Headers.Contains("Server"));
        if (path.StartsWith("/api", StringComparison.Ordinal))
            Assert.Equal("attachment", response.Content.Headers.ContentDisposition!.DispositionType);
    }

    [Fact]
    public async Task A_picture_that_is_named_by_its_content_is_kept_by_the_browser_alone()
    {
        using var http = server.Visit().Http;
        using var made = await http.PostAsync("/api/v1/pictures", new ByteArrayContent(TestPicture.Png(1)), Ct);
        using var picture = await http.GetAsync($"/api/v1/pictures/{(string)(await made.ReadAsync())["id"]!}.png", Ct);
        Assert.Equal("max-age=31536000, private, immutable", $"{picture.Headers.CacheControl}".Replace("private, max-age=31536000",
            "max-age=31536000, private", StringComparison.Ordinal));
        Assert.Equal("image/png", picture.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task A_program_that_starts_on_loopback_needs_no_account_and_the_pages_of_accounts_are_not_there()
    {
        using var http = server.Visit().Http;
        using var started = await http.SampleAsync(Sample);
        Assert.Equal(HttpStatusCode.Accepted, started.StatusCode);
        foreach (var path in new[] { "/sign-in", "/account", "/users", "/invitations/x", "/api/v1/account" })
        {
            using var missing = await http.GetAsync(path, Ct);
            Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        }
    }

    [Theory]
    [InlineData("/_content/")]
    [InlineData("/_content/Playground.Client/")]
    [InlineData("/appsettings.json")]
    [InlineData("/playground.db")]
    [InlineData("/keys/")]
    [InlineData("/_content/Playground.Client/../appsettings.json")]
    [InlineData("/_content/%2e%2e/%2e%2e/appsettings.json")]
    [InlineData("/.git/config")]
    public async Task No_folder_is_listed_and_no_file_beside_the_pages_is_sent(string path)
    {
        using var response = await SendAsync(HttpMethod.Get, path, ("Accept", "*/*"));
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Theory]
    [InlineData("PUT", "/api/v1/jobs")]
    [InlineData("TRACE", "/api/v1/jobs")]
    [InlineData("CONNECT-ME", "/api/v1/samples")]
    [InlineData("DELETE", "/api/v1/samplers")]
    public async Task Methods_that_an_address_does_not_know_are_refused(string method, string path)
    {
        using var response = await SendAsync(new HttpMethod(method), path, ("Accept", "*/*"));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
    }

    [Fact]
    public async Task No_other_origin_may_read_an_answer()
    {
        using var read = await SendAsync(HttpMethod.Get, "/api/v1/jobs", ("Origin", "http://evil.example"));
        using var preflight = await SendAsync(HttpMethod.Options, "/api/v1/samples", ("Origin", "http://evil.example"));
        foreach (var response in new[] { read, preflight })
            Assert.DoesNotContain(response.Headers, h => h.Key.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase));
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, (string Name, string Value) header,
        string? type = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (type is not null) request.Content = new StringContent(Sample, Encoding.UTF8, type);
        request.Headers.TryAddWithoutValidation(header.Name, header.Value);
        return await server.Visit().Http.SendAsync(request, Ct);
    }
}

/// <summary>A server behind a proxy that ends TLS.</summary>
public sealed class ProxyTests(AccountServer server) : IClassFixture<AccountServer>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("play.example.org", HttpStatusCode.OK)]
    [InlineData("a.lab.example.org", HttpStatusCode.OK)]
    [InlineData("example.org", HttpStatusCode.MisdirectedRequest)]
    [InlineData("lab.example.org.evil.example", HttpStatusCode.MisdirectedRequest)]
    public async Task It_answers_to_the_names_that_it_was_given(string host, HttpStatusCode status)
    {
        using var response = await SendAsync(host, "https", "203.0.113.9");
        Assert.Equal(status, response.StatusCode);
    }

    [Fact]
    public async Task Behind_TLS_browsers_are_told_to_come_by_TLS_and_cookies_are_sent_by_it_alone()
    {
        using var response = await SendAsync("play.example.org", "https", "203.0.113.9");
        Assert.Equal("max-age=31536000", Assert.Single(response.Headers.GetValues("Strict-Transport-Security")));
        Assert.All(response.Headers.GetValues("Set-Cookie"), c =>
        {
            Assert.Contains("secure", c, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("httponly", c, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("samesite", c, StringComparison.OrdinalIgnoreCase);
        });
        using var plain = await SendAsync("play.example.org", "http", "203.0.113.9");
        Assert.False(plain.Headers.Contains("Strict-Transport-Security"));
    }

    [Fact]
    public async Task The_address_that_a_named_proxy_tells_is_the_one_in_the_audit_log()
    {
        var (_, name) = await server.NewAsync();
        using var visitor = server.Visit();
        visitor.Http.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.77");
        (await visitor.SignInAsync(name, RunningServer.PasswordOf(name))).Dispose();
        var lines = await server.Services.GetRequiredService<Playground.Server.Accounts.AuditLog>().ListAsync(null, Ct);
        Assert.Contains(lines, l => l.Action == "sign-in" && l.Actor == name && l.Address == "203.0.113.77");
    }

    private async Task<HttpResponseMessage> SendAsync(string host, string scheme, string from)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/sign-in");
        request.Headers.Host = host;
        request.Headers.Add("X-Forwarded-Proto", scheme);
        request.Headers.Add("X-Forwarded-For", from);
        return await server.Visit().Http.SendAsync(request, Ct);
    }
}

/// <summary>A server that believes no proxy and has little patience.</summary>
public sealed class StrictServer : RunningServer
{
    protected override IEnumerable<string> Settings => ["--Playground:Accounts=true", "--Playground:Limits:Burst=40",
        "--Playground:Limits:PerSecond=1", "--Playground:Limits:SecretsPerMinute=5", "--Playground:Limits:HubCallsPerSecond=1"];
}

/// <summary>Who asks too often is told to wait.</summary>
public sealed class RateLimitTests(StrictServer server) : IClassFixture<StrictServer>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Passwords_can_be_tried_a_few_times_a_minute_and_requests_made_a_few_dozen_at_once()
    {
        // All from one address, so in one order.
        using var member = await server.JoinAsync(AccountRole.Member, "member");
        var key = (await server.Services.GetRequiredService<Playground.Server.Accounts.ApiKeys>().CreateAsync(
            (await server.Services.GetRequiredService<Playground.Server.Accounts.AccountAdministration>().ListAsync(Ct))[0].Id, "k",
            Permission.View, 1, Ct)).Key;
        using var visitor = server.Visit();
        var codes = new List<HttpStatusCode>();
        for (var i = 0; i < 6; i++)
        {
            using var response = await visitor.SignInAsync("member", "not the password");
            codes.Add(response.StatusCode);
            if (response.StatusCode == HttpStatusCode.TooManyRequests) Assert.NotNull(response.Headers.RetryAfter);
        }
        Assert.Equal(HttpStatusCode.TooManyRequests, codes[^1]);
        Assert.Equal(HttpStatusCode.OK, codes[0]);

        // By account, wherever it comes from: the address has used up its own.
        visitor.Http.DefaultRequestHeaders.Authorization = new("Bearer", key);
        var refused = 0;
        for (var i = 0; i < 60; i++)
        {
            using var response = await visitor.Http.GetAsync("/api/v1/samplers", Ct);
            if (response.StatusCode == HttpStatusCode.TooManyRequests) refused++;
            else Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
        Assert.InRange(refused, 1, 40);
    }
}

/// <summary>Hubs have limits of their own.</summary>
public sealed class HubLimitTests(StrictServer server) : IClassFixture<StrictServer>
{
    [Fact]
    public async Task Hub_calls_that_come_too_fast_are_refused()
    {
        using var member = await server.JoinAsync(AccountRole.Member, "hasty");
        using var hub = await HubClient.ConnectAsync(server.Address, ("Cookie", member.Session!));
        var errors = new List<string?>();
        for (var i = 0; i < 12; i++)
        {
            await hub.WatchAsync($"""["{new string('0', 32)}", 0]""");
            errors.Add((await hub.ReadStreamAsync()).Error);
        }
        Assert.Contains("There is no job", errors[0], StringComparison.Ordinal);
        Assert.Contains("Too many calls at once", errors[^1], StringComparison.Ordinal);
    }
}
