using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Playground.Client.Contracts;
using Playground.Core;
using Playground.Server.Accounts;
using Playground.Server.Hosting;
using Playground.Server.Tests.Datasets;

namespace Playground.Server.Tests.Accounts;

/// <summary>A server that is never too busy to be asked, and whoever may come to it.</summary>
public sealed class MatrixServer : RunningServer
{
    private readonly Dictionary<string, string> _ids = [];

    public Dictionary<string, (Visitor Visitor, string? Key, string? Origin)> Callers { get; } = [];

    protected override IEnumerable<string> Settings => [.. base.Settings, "--Playground:Limits:Burst=1000000"];

    public string Job => _ids["jobs"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        var admin = await JoinAsync(AccountRole.Administrator, "root-of-all");
        var owner = await JoinAsync(AccountRole.Member, "owner");
        var keys = Services.GetRequiredService<ApiKeys>();
        var account = (string)(await owner.Http.GetFromJsonAsync<System.Text.Json.Nodes.JsonNode>("/api/v1/account",
            Ct))!["account"]!["id"]!;
        var (id, key) = await keys.CreateAsync(account, "revoked", Permission.Create, 1, Ct);
        Assert.True(await keys.RevokeAsync(account, id, Ct));
        Callers["nobody"] = (Visit(), null, null);
        Callers["revoked key"] = (Visit(), key, null);
        Callers["foreign origin"] = (owner, null, "http://evil.example");
        Callers["viewer"] = (await JoinAsync(AccountRole.Viewer, "viewer"), null, null);
        Callers["other member"] = (await JoinAsync(AccountRole.Member, "other"), null, null);
        Callers["administrator"] = (admin, null, null);
        Callers["owner"] = (owner, null, null);
        await OwnAsync(owner.Http, owner.Session!);
    }

    /// <summary>The address with what the owner has in it.</summary>
    public string Fill(string pattern)
    {
        var area = pattern.Split('/', StringSplitOptions.RemoveEmptyEntries) is ["api", "v1", var name, ..] ? name : "";
        return Regex.Replace(pattern, @"\{\*{0,2}(\w+)[^}]*\}", match => match.Groups[1].Value.ToLowerInvariant() switch
        {
            "id" => _ids.GetValueOrDefault(area, new string('0', 32)),
            "name" => area == "models" ? "tiny" : "0",
            "step" or "version" => "1",
            "number" => "0",
            _ => "x",
        });
    }

    private async Task OwnAsync(HttpClient http, string session)
    {
        using var picture = await http.PostAsync("/api/v1/pictures", new ByteArrayContent(TestPicture.Png(1, 8, 8, channels: 1)), Ct);
        _ids["pictures"] = (string)(await picture.ReadAsync())["id"]!;
        using var dataset = await http.PostAsJsonAsync("/api/v1/datasets", new { name = "mine" }, Ct);
        _ids["datasets"] = (string)(await dataset.ReadAsync())["id"]!;
        using var begin = new HttpRequestMessage(HttpMethod.Post, "/api/v1/uploads");
        begin.Headers.Add("Tus-Resumable", "1.0.0");
        begin.Headers.Add("Upload-Length", "3");
        using var upload = await http.SendAsync(begin, Ct);
        _ids["uploads"] = upload.Headers.Location!.ToString().Split('/')[^1];
        _ids["jobs"] = await http.StartAsync("""{"model":"tiny","steps":1,"count":1}""");
        using var hub = await HubClient.ConnectAsync(Address, ("Cookie", session));
        await hub.WatchAsync($"""["{_ids["jobs"]}", 0]""");
        var (items, _) = await hub.ReadStreamAsync();
        Assert.Equal("succeeded", (string)items[^1]["job"]!["status"]!);
    }
}

/// <summary>Every endpoint and every hub method, asked by everybody: what each is answered.</summary>
public sealed class MatrixTests(MatrixServer server) : IClassFixture<MatrixServer>
{
    // What is the owner's, and there: the owner gets it, and for everybody else it is not there.
    private static readonly HashSet<string> s_owned = ["/api/v1/jobs/{id}", "/api/v1/jobs/{id}/history", "/api/v1/jobs/{id}/{name}.png",
        "/api/v1/jobs/{id}/images.zip", "/api/v1/datasets/{id}", "/api/v1/pictures/{id}", "/api/v1/pictures/{id}.png",
        "/api/v1/uploads/{id}"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_endpoint_answers_everybody_as_its_policy_and_the_owner_say()
    {
        var unexpected = new List<string>();
        var asked = 0;
        // What deletes comes last.
        foreach (var (endpoint, method) in Requests()
            .OrderBy(r => r.Method switch { "GET" or "HEAD" or "OPTIONS" => 0, "DELETE" => 2, _ => 1 }))
        {
            var pattern = "/" + endpoint.RoutePattern.RawText!.TrimStart('/');
            foreach (var (who, caller) in server.Callers)
            {
                using var response = await AskAsync(method, server.Fill(pattern), TypeOf(endpoint), caller);
                asked++;
                var status = (int)response.StatusCode;
                if (!IsExpected(endpoint, pattern, method, who, status, response))
                    unexpected.Add($"{method} {pattern} by {who}: {status}");
            }
        }
        Assert.True(asked > 400, $"Only {asked} requests were made.");
        Assert.True(unexpected.Count == 0, string.Join('\n', unexpected));
    }

    [Theory]
    [InlineData("nobody", null)]
    [InlineData("revoked key", null)]
    [InlineData("foreign origin", null)]
    [InlineData("viewer", false)]
    [InlineData("other member", false)]
    [InlineData("administrator", false)]
    [InlineData("owner", true)]
    public async Task A_hub_lets_the_owner_watch_and_nobody_else(string who, bool? sees)
    {
        var (visitor, key, origin) = server.Callers[who];
        List<(string, string)> headers = [];
        if (visitor.Session is { } session) headers.Add(("Cookie", session));
        if (key is not null) headers.Add(("Authorization", $"Bearer {key}"));
        if (origin is not null) headers.Add(("Origin", origin));
        if (sees is null)
        {
            var refused = await Assert.ThrowsAsync<WebSocketException>(() => HubClient.ConnectAsync(server.Address, [.. headers]));
            Assert.Contains(origin is null ? "401" : "403", refused.Message, StringComparison.Ordinal);
            return;
        }
        using var hub = await HubClient.ConnectAsync(server.Address, [.. headers]);
        await hub.WatchAsync($"""["{server.Job}", 0]""");
        var (items, error) = await hub.ReadStreamAsync();
        Assert.Equal(sees.Value, items.Count > 0);
        Assert.Equal(sees.Value, error is null);
    }

    private IEnumerable<(RouteEndpoint Endpoint, string Method)> Requests()
    {
        foreach (var endpoint in server.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>())
        {
            var pattern = endpoint.RoutePattern.RawText ?? "";
            var methods = endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [];
            if (endpoint.Metadata.GetMetadata<ComponentTypeMetadata>() is not null) yield return (endpoint, "GET");
            // Files that came with the program are for everybody.
            else if (endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null && (Path.HasExtension(pattern)
                || pattern.Contains("_content", StringComparison.Ordinal) || pattern.Contains("_framework", StringComparison.Ordinal)))
                continue;
            else if (methods.Count == 0) yield return (endpoint, pattern.EndsWith("negotiate", StringComparison.Ordinal) ? "POST" : "GET");
            else foreach (var method in methods) yield return (endpoint, method);
        }
    }

    private static bool IsExpected(RouteEndpoint endpoint, string pattern, string method, string who, int status,
        HttpResponseMessage response)
    {
        if (status >= 500) return false;
        var changes = method is not ("GET" or "HEAD" or "OPTIONS");
        var isHub = pattern.StartsWith("/hubs", StringComparison.Ordinal) || pattern.StartsWith("/_blazor", StringComparison.Ordinal);
        if (who == "foreign origin" && (changes || isHub)) return status == 403;
        if (endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null) return status is not (401 or 403) || pattern.Contains("sign-in",
            StringComparison.Ordinal);
        var policies = endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>().Select(a => a.Policy).ToList();
        var isPage = endpoint.Metadata.GetMetadata<ComponentTypeMetadata>() is not null;
        var isGone = status == 302 && response.Headers.Location!.ToString().Contains("/sign-in?returnUrl=", StringComparison.Ordinal);
        return who switch
        {
            "nobody" => isPage || !pattern.StartsWith("/api", StringComparison.Ordinal) ? isGone || status == 401 : status == 401,
            "revoked key" => status == 401,
            "viewer" when policies.Contains(Policies.Create) || policies.Contains(Policies.Administer) => status == 403,
            // What is sent may be refused before anybody looks for what it is for.
            "viewer" or "other member" or "administrator" when s_owned.Contains(pattern) && method is "POST" or "PATCH"
                => status is 404 or 400 or 405 or 415,
            "viewer" or "other member" or "administrator" when s_owned.Contains(pattern) => status == 404,
            "other member" or "owner" or "foreign origin" when policies.Contains(Policies.Administer) => status == 403,
            "owner" or "foreign origin" when s_owned.Contains(pattern) && method == "GET" => status == 200,
            _ => status is not (401 or 403 or 302),
        };
    }

    // One that the endpoint takes: otherwise it is refused by its type before anything else.
    private static string TypeOf(RouteEndpoint endpoint)
        => endpoint.Metadata.GetMetadata<Microsoft.AspNetCore.Http.Metadata.IAcceptsMetadata>()?.ContentTypes is { Count: > 0 } types
            && !types.Contains("application/json") ? types[0] : "application/json";

    private static async Task<HttpResponseMessage> AskAsync(string method, string path, string type,
        (Visitor Visitor, string? Key, string? Origin) caller)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (method is "POST" or "PATCH" or "PUT") request.Content = new StringContent("{}", Encoding.UTF8, type);
        if (caller.Key is not null) request.Headers.Authorization = new("Bearer", caller.Key);
        if (caller.Origin is not null) request.Headers.Add("Origin", caller.Origin);
        if (path.StartsWith("/api/v1/uploads", StringComparison.Ordinal)) request.Headers.Add("Tus-Resumable", "1.0.0");
        return await caller.Visitor.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Ct);
    }
}
