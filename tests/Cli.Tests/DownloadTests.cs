using System.Security.Cryptography;
using System.Text;
using Playground.Cli.Downloads;
using Playground.Core;

namespace Playground.Cli.Tests;

public sealed class DownloadTests : IAsyncDisposable
{
    private readonly FileServer _server = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("download-").FullName;
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    private readonly byte[] _contents = new byte[300_000];

    public DownloadTests()
    {
        new Random(1).NextBytes(_contents);
        _server.Files["weights.pth"] = _contents;
    }

    private PublishedFile File => new("weights.pth", _contents.Length, Convert.ToHexStringLower(SHA256.HashData(_contents)));

    [Fact]
    public async Task A_file_is_fetched_checked_and_named_when_it_is_whole_and_not_fetched_again()
    {
        var told = new List<(long There, long? Whole)>();
        var result = await FetchAsync(File, (there, whole) => told.Add((there, whole)));
        Assert.Equal(new DownloadResult(true, $"SHA-256 {File.Sha256}"), result);
        Assert.Equal(_contents, ReadTarget());
        Assert.Equal(["weights.pth"], Names());
        Assert.Equal((0, _contents.Length), told[0]);
        Assert.Equal((_contents.Length, _contents.Length), told[^1]);
        Assert.False((await FetchAsync(File)).Fetched);
        Assert.Single(_server.Requests);
    }

    [Fact]
    public async Task A_transfer_that_breaks_off_goes_on_from_where_it_was()
    {
        _server.Breaks.Enqueue(100_000);
        _server.Breaks.Enqueue(50_000);
        await FetchAsync(File);
        Assert.Equal(_contents, ReadTarget());
        Assert.Equal(["weights.pth 0", "weights.pth 100000", "weights.pth 150000"], _server.Requests);
    }

    [Fact]
    public async Task What_kept_breaking_off_is_kept_and_the_next_run_goes_on_from_it()
    {
        for (var i = 0; i < 5; i++) _server.Breaks.Enqueue(10_000);
        var refusal = await Assert.ThrowsAsync<PlaygroundException>(() => FetchAsync(File));
        Assert.Contains("broke off 5 times", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("50,000 bytes are kept; run the command again", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(["weights.pth.part", "weights.pth.part.version"], Names());
        await FetchAsync(File);
        Assert.Equal("weights.pth 50000", _server.Requests[^1]);
        Assert.Equal(_contents, ReadTarget());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_server_without_ranges_or_with_another_version_makes_it_start_again(bool ranges)
    {
        for (var i = 0; i < 5; i++) _server.Breaks.Enqueue(10_000);
        await Assert.ThrowsAsync<PlaygroundException>(() => FetchAsync(File));
        (_server.Ranges, _server.ETag) = (ranges, "\"2\"");
        await FetchAsync(File);
        Assert.Equal("weights.pth 0", _server.Requests[^1]);
        Assert.Equal(_contents, ReadTarget());
    }

    [Fact]
    public async Task A_file_of_another_hash_or_size_is_refused_and_not_kept()
    {
        _server.Files["weights.pth"] = new byte[_contents.Length];
        var wrong = await Assert.ThrowsAsync<PlaygroundException>(() => FetchAsync(File));
        Assert.Contains($"its contents do not have the SHA-256 {File.Sha256}. It was deleted", wrong.Message, StringComparison.Ordinal);
        Assert.Empty(Names());

        _server.Files["weights.pth"] = new byte[10];
        var small = await Assert.ThrowsAsync<PlaygroundException>(() => FetchAsync(File));
        Assert.Contains("has 10 bytes where 300,000 are due", small.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_hash_that_the_hub_tells_is_checked(bool large)
    {
        _server.Redirects = large;
        _server.Headers = _ => large
            ? $"X-Linked-Etag: \"{Convert.ToHexStringLower(SHA256.HashData(_contents))}\"\r\nX-Linked-Size: {_contents.Length}\r\n"
            : "X-Repo-Commit: main\r\n";
        _server.ETag = $"\"{GitBlob(_contents)}\"";
        var file = new PublishedFile("weights.pth");
        Assert.Equal(large ? $"SHA-256 {File.Sha256}" : $"git blob id {GitBlob(_contents)}", (await FetchAsync(file)).Check);
        Assert.False((await FetchAsync(file)).Fetched);

        System.IO.File.WriteAllBytes(Target, new byte[5]);
        _server.Files["weights.pth"] = new byte[_contents.Length];
        Assert.Contains("is not the file that is due", (await Assert.ThrowsAsync<PlaygroundException>(() => FetchAsync(file))).Message,
            StringComparison.Ordinal);
        Assert.Equal(5, ReadTarget().Length);
    }

    [Fact]
    public async Task Where_no_hash_is_known_that_is_said()
        => Assert.Equal("the size alone: the server gives no hash", (await FetchAsync(new PublishedFile("weights.pth"))).Check);

    [Fact]
    public async Task The_command_fetches_all_files_and_says_what_is_next()
    {
        string[] names = ["config.json", "preprocessor_config.json", "tokenizer.json", "vocab.json", "merges.txt", "onnx/text_model.onnx",
            "onnx/vision_model.onnx"];
        foreach (var name in names) _server.Files[name] = Encoding.UTF8.GetBytes(name);
        var run = await Cli.RunAsync("download", "clip-vit-base-patch32", "--to", _folder, "--from", $"{_server.Address}");
        Assert.Equal((0, ""), (run.ExitCode, run.ExitCode == 0 ? "" : run.Error));
        Assert.All(names, name => Assert.Equal(name, System.IO.File.ReadAllText(Path.Combine(_folder, "clip-vit-base-patch32", name))));
        Assert.Contains("Next: ./playground evaluate", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_command_says_in_one_sentence_what_is_wrong()
    {
        var missing = await Cli.RunAsync("download", "fid-inception", "--to", _folder, "--from", $"{_server.Address}");
        Assert.Equal(2, missing.ExitCode);
        Assert.Contains("127.0.0.1 answers 404 Not Found", missing.Error, StringComparison.Ordinal);

        await _server.DisposeAsync();
        var gone = await Cli.RunAsync("download", "fid-inception", "--to", _folder, "--from", $"{_server.Address}");
        Assert.Equal(2, gone.ExitCode);
        var place = Path.Combine(_folder, "fid-inception", "pt_inception-2015-12-05-6726825d.pth");
        Assert.Matches("This machine has no way to 127.0.0.1 \\(Connection refused\\): on another machine, fetch "
            + "http://.*/pt_inception-2015-12-05-6726825d.pth and place it as .*, 95,628,359 bytes, SHA-256 "
            + "6726825d0af5f729cebd5821db510b11b1cfad8faad88a03f1befd49fb9129b2\\.", gone.Error);
        Assert.Contains(place, gone.Error, StringComparison.Ordinal);

        var unsafeAddress = await Cli.RunAsync("download", "fid-inception", "--to", _folder, "--from", "http://192.0.2.1/");
        Assert.Contains("is not fetched: only https is.", unsafeAddress.Error, StringComparison.Ordinal);
        var noAddress = await Cli.RunAsync("download", "fid-inception", "--to", _folder, "--from", "mirror");
        Assert.Contains("--from is 'mirror': it must be a whole address", noAddress.Error, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string Target => Path.Combine(_folder, "weights.pth");

    private Task<DownloadResult> FetchAsync(PublishedFile file, Action<long, long?>? progress = null)
        => new Downloader(_http, TimeSpan.FromMilliseconds(1)).FetchAsync(_server.Address, file, _folder, progress ?? ((_, _) => { }),
            TestContext.Current.CancellationToken);

    private byte[] ReadTarget() => System.IO.File.ReadAllBytes(Target);

    private IEnumerable<string?> Names() => Directory.GetFiles(_folder).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal);

    private static string GitBlob(byte[] contents)
        => Convert.ToHexStringLower(SHA1.HashData([.. Encoding.ASCII.GetBytes($"blob {contents.Length}\0"), .. contents]));
}
