using Playground.Server.Tests.Storage;

namespace Playground.Server.Tests;

/// <summary>Settings that a server cannot start with: exit code 1 and a sentence that names the setting, not a trace.</summary>
public sealed class StartTests
{
    [Theory]
    [InlineData("Playground__Libtorch", "/nowhere/lib", "Playground:Libtorch is '/nowhere/lib', which holds no libtorch.so.")]
    [InlineData("Playground__TrainingShare", "7", "TrainingShare must be between 0.05 and 1.")]
    [InlineData("Playground__Datasets__MaxSide", "0", "MaxSide must be between 1 and 65535.")]
    [InlineData("Playground__Uploads__Expiry", "00:00:00", "Expiry must be between 00:00:01 and 3650.00:00:00.")]
    public async Task A_setting_that_cannot_be_used_ends_the_start(string name, string value, string sentence)
    {
        await using var server = new StorageServer { Settings = { [name] = value } };
        Assert.Equal(1, await server.RunAsync());
        Assert.Contains(sentence, server.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", server.Log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://0.0.0.0:0")]
    [InlineData("http://*:0")]
    [InlineData("http://[::]:0")]
    [InlineData("http://127.0.0.1:0;http://+:0")]
    public async Task A_server_that_others_can_reach_starts_with_accounts_or_not_at_all(string urls)
    {
        await using var server = new StorageServer { Urls = urls };
        Assert.Equal(1, await server.RunAsync());
        Assert.Contains("where others can reach it, and has no accounts. Set Playground:Accounts=true, or Playground:Open=true", server.Log,
            StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", server.Log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Playground__Open", "true", "/play")]
    [InlineData("Playground__Accounts", "true", "/sign-in")]
    public async Task A_server_that_others_can_reach_starts_when_told_how(string setting, string value, string page)
    {
        await using var server = new StorageServer { Urls = "http://0.0.0.0:0", Settings = { [setting] = value } };
        await server.StartAsync();
        await server.AnswersAsync(page);
    }

    [Theory]
    [InlineData("Playground__Hosts__0", "http://x/", "Playground:Hosts has 'http://x/', which is not the name of a host.")]
    [InlineData("Playground__Proxies__0", "proxy", "Playground:Proxies has 'proxy', which is neither an IP address nor a network")]
    [InlineData("Playground__Accounts", "perhaps", "Playground:Accounts")]
    public async Task A_setting_of_who_may_come_that_cannot_be_used_ends_the_start(string name, string value, string sentence)
    {
        await using var server = new StorageServer { Settings = { [name] = value } };
        Assert.Equal(1, await server.RunAsync());
        Assert.Contains(sentence, server.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_start_with_accounts_prints_a_link_that_makes_the_administrator_and_sessions_outlast_a_restart()
    {
        await using var server = new StorageServer { Settings = { ["Playground__Accounts"] = "true" } };
        await server.StartAsync();
        var line = await server.LineAsync("No administrator yet.");
        var link = new Uri(line.Split("to create one: ")[1]);
        Assert.Equal("localhost", link.Host);
        using var visitor = new Accounts.Visitor(server.Http.BaseAddress!);
        (await visitor.SubmitAsync(link.AbsolutePath, "invitation",
            new() { ["Form.Name"] = "ada", ["Form.Password"] = "four unrelated words" })).Dispose();
        Assert.True(visitor.HasSession);

        await server.KillAsync();
        await server.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/account");
        request.Headers.Add("Cookie", visitor.Session);
        using var again = await server.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(System.Net.HttpStatusCode.OK, again.StatusCode);
        Assert.Single(server.Log.Split('\n'), l => l.Contains("No administrator yet", StringComparison.Ordinal));
        // Only its hash is kept, and only the server's account reads the keys.
        Assert.DoesNotContain(link.AbsolutePath.Split('/')[^1], System.Text.Encoding.Latin1.GetString(
            await File.ReadAllBytesAsync(Path.Combine(server.Data, "playground.db"), TestContext.Current.CancellationToken)),
            StringComparison.Ordinal);
        if (OperatingSystem.IsWindows()) return;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(Path.Combine(server.Data, "keys")));
    }
}
