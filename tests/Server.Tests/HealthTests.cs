using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Playground.Core.Tests;
using Playground.Server.Hosting;
using Playground.Server.Storage;
using Playground.Server.Tests.Storage;

namespace Playground.Server.Tests;

[Collection(Servers.Plain)]
public sealed class HealthTests(ServerProcess server) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = server.Address };
    private readonly string _folder = Directory.CreateTempSubdirectory("health-").FullName;

    public void Dispose()
    {
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    public async Task A_server_that_works_is_live_and_ready(string path)
    {
        using var answer = await _http.GetAsync(path, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("Healthy", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.True(answer.Headers.CacheControl!.NoStore);
    }

    [Fact]
    public async Task A_database_that_does_not_answer_makes_the_server_unready()
    {
        using var host = StorageHost.Build(_folder, "Host=127.0.0.1;Port=1;Database=playground", []);
        Assert.True(await StorageStartup.OpenAsync(host.Services, TestContext.Current.CancellationToken));
        var check = new DatabaseHealthCheck(host.Services.GetRequiredService<Database>());
        var asked = () => check.CheckHealthAsync(new HealthCheckContext(), TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<StorageUnavailableException>(asked);
    }

    [Fact]
    public async Task The_program_asks_a_server_how_it_is()
    {
        Assert.Equal((0, ""), await ProbeAsync(new Uri(server.Address, "/health/ready").ToString()));

        var (code, error) = await ProbeAsync(new Uri(server.Address, "/api/v1/jobs/none").ToString());
        Assert.Equal(1, code);
        Assert.Contains("/api/v1/jobs/none answered 404", error, StringComparison.Ordinal);

        (code, error) = await ProbeAsync("http://127.0.0.1:1/health/live");
        Assert.Equal(1, code);
        Assert.StartsWith("http://127.0.0.1:1/health/live did not answer: ", error, StringComparison.Ordinal);

        var usage = (2, "--health takes one address, such as http://127.0.0.1:8080/health/ready.");
        Assert.Equal(usage, await ProbeAsync("localhost"));
        Assert.Equal(usage, await ProbeAsync("file:///etc/passwd"));
    }

    private static async Task<(int Code, string Error)> ProbeAsync(string address)
    {
        string[] arguments = [Path.Combine(AppContext.BaseDirectory, "Playground.Server.dll"), "--health", address];
        using var probe = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardError = true })!;
        var error = await probe.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await probe.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (probe.ExitCode, error.Trim());
    }
}
