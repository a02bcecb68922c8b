using System.Diagnostics;
using System.Net;
using System.Runtime.Versioning;
using Microsoft.Data.Sqlite;

namespace Playground.Server.Tests.Storage;

/// <summary>What the server does when its file or its disk fails: each for real.</summary>
[UnsupportedOSPlatform("windows")]
[Trait("Category", "long")]
[Collection(Servers.Alone)]
public sealed class SqliteTroubleTests : IAsyncLifetime
{
    private readonly StorageServer _server = new();
    private string? _mounted;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string DatabaseFile => Path.Combine(_server.Data, "playground.db");

    public ValueTask InitializeAsync() => default;

    public async ValueTask DisposeAsync()
    {
        await _server.KillAsync();
        if (_mounted is not null)
        {
            using var unmount = Process.Start("umount", [_mounted]);
            await unmount.WaitForExitAsync(CancellationToken.None);
        }
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task The_data_folder_and_its_database_are_the_servers_own()
    {
        await _server.StartAsync();
        await _server.Http.StartAsync("""{"model":"tiny","steps":1,"count":1}""");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_server.Data));
        foreach (var file in new[] { "playground.db", "playground.db-wal", "playground.db-shm" })
            Assert.Equal((file, UnixFileMode.UserRead | UnixFileMode.UserWrite),
                (file, File.GetUnixFileMode(Path.Combine(_server.Data, file))));

        // One that others could read since before is closed to them.
        await _server.KillAsync();
        File.SetUnixFileMode(DatabaseFile, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        await _server.StartAsync();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(DatabaseFile));
    }

    [Fact]
    public async Task A_file_that_another_program_locks_holds_up_who_writes_and_nobody_else()
    {
        await _server.StartAsync();
        var id = await _server.Http.StartAsync("""{"model":"tiny","sampler":"ddpm","steps":300,"count":2}""");
        await _server.WaitAsync(id, j => (int)j["step"]! > 0);
        await using (var other = await OpenAsync())
        {
            await ExecuteAsync(other, "BEGIN IMMEDIATE");
            var writing = Enumerable.Range(0, 12)
                .Select(_ => _server.ProblemAsync(http => http.SampleAsync("""{"model":"tiny","steps":1,"count":1}"""))).ToList();
            var began = Stopwatch.GetTimestamp();
            for (var i = 0; i < 50; i++) await _server.GetAsync("/api/v1/jobs");
            Assert.InRange(Stopwatch.GetElapsedTime(began).TotalSeconds, 0, 4);
            var answers = await Task.WhenAll(writing);
            // One of them waited for the lock; the others did not wait as long again, one after another.
            Assert.InRange(Stopwatch.GetElapsedTime(began).TotalSeconds, 0, 30);
            foreach (var (status, detail, retryAfter) in answers)
            {
                Assert.Equal((HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(5)), (status, retryAfter));
                Assert.Contains("Try again in a few seconds.", detail, StringComparison.Ordinal);
            }
            Assert.Contains("'database is locked'. End the program that holds its lock", _server.Log, StringComparison.Ordinal);
            await _server.WaitAsync(id, j => (string?)j["activity"] == "waiting for the database");
        }
        Assert.Equal("succeeded", (string)(await _server.EndAsync(id))["status"]!);
        await _server.LineAsync("The database is back");
    }

    [Fact]
    public async Task A_file_that_is_locked_at_the_start_is_waited_for()
    {
        Directory.CreateDirectory(_server.Data);
        await using (var other = await OpenAsync())
        {
            await ExecuteAsync(other, "BEGIN EXCLUSIVE");
            await _server.StartAsync();
            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await _server.ProblemAsync(http => http.GetAsync("/api/v1/jobs", Ct))).Status);
        }
        await _server.LineAsync("The database is back");
        await _server.AnswersAsync("/api/v1/jobs");
    }

    [Fact]
    public async Task On_a_full_disk_requests_get_507_jobs_wait_and_room_lets_them_go_on()
    {
        await MountAsync();
        await _server.StartAsync();
        var id = await _server.Http.StartAsync("""{"model":"tiny","sampler":"ddpm","steps":200,"count":2}""");
        await _server.WaitAsync(id, j => (int)j["step"]! > 0);
        var filler = Path.Combine(_server.Data, "filler");
        Fill(filler);
        var (status, detail, retryAfter) = await FullAsync();
        Assert.Equal((HttpStatusCode.InsufficientStorage, TimeSpan.FromSeconds(60)), (status, retryAfter));
        Assert.Equal(
            "The server's disk is full. Delete what you no longer need, or ask whoever runs the server to make room; then try again.",
            detail);
        var (picture, words, _) = await _server.ProblemAsync(
            http => http.PostAsync("/api/v1/pictures", new ByteArrayContent(Datasets.TestPicture.Png(3, 256, 256)), Ct));
        Assert.Equal((HttpStatusCode.InsufficientStorage, detail), (picture, words));
        await _server.WaitAsync(id, j => (string?)j["activity"] is "waiting for disk space" or "waiting for the database");
        await _server.GetAsync("/api/v1/jobs");
        Assert.DoesNotContain(_server.Data, detail, StringComparison.Ordinal);

        File.Delete(filler);
        await _server.LineAsync("The database is back");
        Assert.Equal("succeeded", (string)(await _server.EndAsync(id))["status"]!);
        Assert.Equal("succeeded",
            (string)(await _server.EndAsync(await _server.Http.StartAsync("""{"model":"tiny","steps":2,"count":1}""")))["status"]!);

        async Task<(HttpStatusCode, string, TimeSpan?)> FullAsync()
        {
            // What the file has room for still goes in.
            while (true)
            {
                using var response = await _server.Http.SampleAsync("""{"model":"tiny","steps":1,"count":1}""");
                if (response.StatusCode != HttpStatusCode.Accepted)
                    return (response.StatusCode, (string)(await response.ReadAsync())["detail"]!, response.Headers.RetryAfter?.Delta);
            }
        }
    }

    [Fact]
    public async Task A_disk_that_is_full_at_the_start_is_waited_for()
    {
        await MountAsync();
        var filler = Path.Combine(_server.Data, "filler");
        Fill(filler);
        await _server.StartAsync();
        Assert.Equal(HttpStatusCode.InsufficientStorage, (await _server.ProblemAsync(http => http.GetAsync("/api/v1/jobs", Ct))).Status);
        Assert.Contains("Make room on its disk.", _server.Log, StringComparison.Ordinal);
        File.Delete(filler);
        await _server.LineAsync("The database is back");
        await _server.AnswersAsync("/api/v1/jobs");
    }

    [Fact]
    public async Task A_data_folder_that_may_only_be_read_ends_the_start_with_a_sentence()
    {
        // Permissions do not bind an administrator, but what is mounted for reading does.
        if (Environment.IsPrivilegedProcess) await MountAsync("ro");
        else Directory.CreateDirectory(_server.Data, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Assert.Equal(1, await _server.RunAsync());
        Assert.Contains($"The server cannot start. {DatabaseFile}: ", _server.Log, StringComparison.Ordinal);
        Assert.Contains("Make the folder and its files writable for the account that runs the server, or set Playground:Data to another "
            + "folder.", _server.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", _server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_server_on_one_data_folder_refuses_to_start_and_the_first_goes_on()
    {
        await _server.StartAsync();
        await using var second = new StorageServer { Data = _server.Data };
        Assert.Equal(1, await second.RunAsync());
        Assert.Contains("Stop the other server, or set Playground:Data to another folder.", second.Log, StringComparison.Ordinal);
        await _server.GetAsync("/api/v1/jobs");
        // The lock goes with the process, however it ends.
        await _server.KillAsync();
        await second.StartAsync();
        await second.GetAsync("/api/v1/jobs");
    }

    [Fact]
    public async Task A_connection_string_that_cannot_be_read_ends_the_start_with_an_example_and_without_its_words()
    {
        _server.Connection = "Host=db;Pasword=s3cret";
        Assert.Equal(1, await _server.RunAsync());
        Assert.Contains("ConnectionStrings:Playground cannot be read. Write it as 'Host=127.0.0.1;Database=playground;", _server.Log,
            StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", _server.Log, StringComparison.Ordinal);
    }

    private async Task<SqliteConnection> OpenAsync()
    {
        var connection = new SqliteConnection($"Data Source={DatabaseFile};Pooling=False");
        await connection.OpenAsync(Ct);
        return connection;
    }

    private static async Task ExecuteAsync(SqliteConnection connection, string sql)
    {
        await using var command = new SqliteCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Ct);
    }

    // A disk of four megabytes, seen by the tests and their servers.
    private async Task MountAsync(string mode = "rw")
    {
        Directory.CreateDirectory(_server.Data);
        using var mount = Process.Start(new ProcessStartInfo("mount",
            ["-t", "tmpfs", "-o", $"size=4m,mode=700,{mode}", "tmpfs", _server.Data])
        { RedirectStandardError = true })!;
        await mount.WaitForExitAsync(Ct);
        Assert.SkipUnless(mount.ExitCode == 0, "A small disk can only be mounted by an administrator.");
        _mounted = _server.Data;
    }

    private static void Fill(string path)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        foreach (var size in new[] { 1 << 16, 1 << 12, 1 })
        {
            try
            {
                while (true) file.Write(new byte[size]);
            }
            catch (IOException)
            {
                // Full, to the byte in the end.
            }
        }
    }
}
