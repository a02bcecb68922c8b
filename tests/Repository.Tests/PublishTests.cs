using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using Playground.Core.Tests;

namespace Playground.RepositoryTests;

/// <summary>What the Dockerfile does first, in a tree where nothing was built before.</summary>
public sealed partial class PublishTests
{
    [Fact]
    [Trait("Category", "long")]
    public async Task A_clean_tree_can_be_published_and_what_comes_of_it_serves_compressed_pages()
    {
        var folder = Directory.CreateTempSubdirectory("publish-").FullName;
        try
        {
            var (tree, output) = (Path.Combine(folder, "tree"), Path.Combine(folder, "out"));
            Copy(tree);
            var (code, said) = await RunAsync(tree, "publish", "Playground.Server", "-c", "Release", "-o", output, "--nologo",
                "-p:DebugType=none", "-nodeReuse:false");
            Assert.True(code == 0, said);
            Assert.All(["mnist", "emoji"], m => Assert.True(File.Exists(Path.Combine(output, "models", m, "model_index.json")), m));
            await ServesAsync(output, Path.Combine(folder, "data"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // With what the set-up fetches.
    private static void Copy(string tree)
    {
        foreach (var path in SourceFiles.List())
        {
            var target = Path.Combine(tree, path);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(Path.Combine(Repository.Root, path), target);
        }
        Directory.CreateSymbolicLink(Path.Combine(tree, "node_modules"), Path.Combine(Repository.Root, "node_modules"));
    }

    private static async Task<(int Code, string Said)> RunAsync(string folder, params string[] arguments)
    {
        using var dotnet = Process.Start(new ProcessStartInfo("dotnet", arguments)
        { WorkingDirectory = folder, RedirectStandardOutput = true })!;
        var said = await dotnet.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await dotnet.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (dotnet.ExitCode, said);
    }

    private static async Task ServesAsync(string folder, string data)
    {
        var info = new ProcessStartInfo("dotnet", ["Playground.Server.dll", "--urls", "http://127.0.0.1:0"])
        { WorkingDirectory = folder, RedirectStandardOutput = true };
        info.Environment["Playground__Data"] = data;
        using var server = Process.Start(info)!;
        try
        {
            using var http = new HttpClient(new HttpClientHandler { AutomaticDecompression = DecompressionMethods.None })
            { BaseAddress = await AddressAsync(server) };
            var page = await http.GetStringAsync("/", TestContext.Current.CancellationToken);
            var styles = Stylesheet().Matches(page).Select(m => m.Groups[1].Value).ToList();
            Assert.NotEmpty(styles);
            foreach (var style in styles)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, style) { Headers = { { "Accept-Encoding", "br" } } };
                using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
                Assert.Equal((style, HttpStatusCode.OK, "br"),
                    (style, response.StatusCode, response.Content.Headers.ContentEncoding.SingleOrDefault()));
            }
        }
        finally
        {
            server.Kill();
            await server.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static async Task<Uri> AddressAsync(Process server)
    {
        while (await server.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (Listening().Match(line) is not { Success: true } match) continue;
            _ = server.StandardOutput.ReadToEndAsync(CancellationToken.None);
            return new Uri(match.Groups[1].Value);
        }
        throw new InvalidOperationException($"The server ended with code {server.ExitCode} before it listened.");
    }

    [GeneratedRegex("<link rel=\"stylesheet\" href=\"([^\"]+)\"")]
    private static partial Regex Stylesheet();

    [GeneratedRegex("Now listening on: (http://.*)")]
    private static partial Regex Listening();
}
