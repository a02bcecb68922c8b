using System.Net;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Playground.Server.Uploads;

namespace Playground.Server.Tests.Datasets;

[Collection(Servers.Datasets)]
public sealed class UploadTests(DatasetServer server)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_server_says_what_its_tus_can_do()
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, "/api/v1/uploads");
        using var response = await server.Http.SendAsync(request, Ct);
        Assert.Equal("1.0.0", response.Headers.GetValues("Tus-Version").Single());
        Assert.Contains("creation", response.Headers.GetValues("Tus-Extension").Single(), StringComparison.Ordinal);
        Assert.Equal($"{256 << 20}", response.Headers.GetValues("Tus-Max-Size").Single());
    }

    [Fact]
    public async Task An_upload_in_parts_is_whole_and_cannot_be_changed_afterwards()
    {
        var file = RandomNumberGenerator.GetBytes(3_000_000);
        var upload = await server.Tus.BeginAsync(file.Length);
        for (var at = 0; at < file.Length; at += 1_000_000)
        {
            using var part = await server.Tus.PatchAsync(upload, at, file[at..(at + 1_000_000)]);
            Assert.Equal(HttpStatusCode.NoContent, part.StatusCode);
            Assert.True(part.Headers.Contains("Upload-Expires"));
        }
        Assert.Equal(file.Length, await server.Tus.OffsetAsync(upload));
        var view = await (await server.Http.GetAsync(upload, Ct)).ReadAsync();
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(file)), (string)view["sha256"]!);
        using var more = await server.Tus.PatchAsync(upload, file.Length, [1]);
        Assert.Equal(HttpStatusCode.Conflict, more.StatusCode);
        Assert.Contains("complete and cannot be changed", (string)(await more.ReadAsync())["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sixty_four_megabytes_broken_off_ten_times_arrive_whole_and_memory_stays_flat()
    {
        var file = RandomNumberGenerator.GetBytes(64 << 20);
        var upload = await server.Tus.BeginAsync(file.Length);
        var random = new Random(5);
        var before = server.ResidentBytes;
        var peak = 0L;
        var offset = 0L;
        for (var broken = 0; broken < 10; broken++)
        {
            var part = random.Next(1, (file.Length - (int)offset) / 4);
            await TusClient.BreakOffAsync(server.Address, upload, offset, file.Length - offset, file.AsMemory((int)offset, part));
            var now = await UnlockedOffsetAsync(upload);
            Assert.InRange(now, offset, offset + part);
            offset = now;
            peak = Math.Max(peak, server.ResidentBytes);
        }
        using var rest = await server.Tus.PatchAsync(upload, offset, file[(int)offset..]);
        Assert.Equal(HttpStatusCode.NoContent, rest.StatusCode);
        peak = Math.Max(peak, server.ResidentBytes);
        var view = await (await server.Http.GetAsync(upload, Ct)).ReadAsync();
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(file)), (string)view["sha256"]!);
        Assert.True(peak - before < 32 << 20, $"The server's memory grew by {(peak - before) >> 20} MiB.");
    }

    // The server notices a moment later that the sender is gone; until then a writer is refused.
    private async Task<long> UnlockedOffsetAsync(string upload)
    {
        while (true)
        {
            var offset = await server.Tus.OffsetAsync(upload);
            using var empty = await server.Tus.PatchAsync(upload, offset, []);
            if (empty.StatusCode == HttpStatusCode.NoContent) return offset;
            Assert.True(empty.StatusCode is HttpStatusCode.Locked or HttpStatusCode.Conflict, $"{empty.StatusCode}");
            await Task.Delay(20, Ct);
        }
    }

    [Fact]
    public async Task What_arrived_before_a_crash_is_there_after_it()
    {
        var file = RandomNumberGenerator.GetBytes(2_000_000);
        var upload = await server.Tus.BeginAsync(file.Length);
        using (var first = await server.Tus.PatchAsync(upload, 0, file[..700_000]))
            Assert.Equal(HttpStatusCode.NoContent, first.StatusCode);
        await server.RestartAsync();
        Assert.Equal(700_000, await server.Tus.OffsetAsync(upload));
        using (var second = await server.Tus.PatchAsync(upload, 700_000, file[700_000..]))
            Assert.Equal(HttpStatusCode.NoContent, second.StatusCode);
        var view = await (await server.Http.GetAsync(upload, Ct)).ReadAsync();
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(file)), (string)view["sha256"]!);
    }

    [Fact]
    public async Task An_upload_whose_last_byte_came_right_before_a_crash_is_complete_after_it()
    {
        var upload = await server.Tus.BeginAsync(5);
        await File.WriteAllBytesAsync(Path.Combine(server.Data, "uploads", upload.Split('/')[^1]), "whole"u8.ToArray(), Ct);
        Assert.Equal(5, await server.Tus.OffsetAsync(upload));
        var view = await (await server.Http.GetAsync(upload, Ct)).ReadAsync();
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData("whole"u8)), (string)view["sha256"]!);
    }

    [Fact]
    public async Task Of_two_writers_at_once_one_is_locked_out()
    {
        var upload = await server.Tus.BeginAsync(1000);
        var slow = new SlowContent(new byte[1000]);
        var first = server.Tus.PatchAsync(upload, 0, slow);
        await slow.Started;
        while (await server.Tus.OffsetAsync(upload) == 0) await Task.Delay(20, Ct);
        using var second = await server.Tus.PatchAsync(upload, 500, new byte[500]);
        Assert.Equal(HttpStatusCode.Locked, second.StatusCode);
        Assert.Equal("application/problem+json", second.Content.Headers.ContentType!.MediaType);
        slow.Release();
        using var done = await first;
        Assert.Equal(HttpStatusCode.NoContent, done.StatusCode);
    }

    [Fact]
    public async Task A_strangers_upload_is_as_good_as_none()
    {
        var upload = await server.Tus.BeginAsync(10);
        var id = upload.Split('/')[^1];
        await server.ChangeRowsAsync((db, ct) => db.Set<Upload>().Where(u => u.Id == id)
            .ExecuteUpdateAsync(set => set.SetProperty(u => u.Owner, "stranger"), ct));
        foreach (var address in new[] { upload, "/api/v1/uploads/none", "/api/v1/uploads/..%2f..%2fetc" })
        {
            using var patch = await server.Tus.PatchAsync(address, 0, new byte[10]);
            using var head = await server.Tus.SendAsync(HttpMethod.Head, address);
            using var delete = await server.Tus.SendAsync(HttpMethod.Delete, address);
            Assert.Equal([HttpStatusCode.NotFound, HttpStatusCode.NotFound, HttpStatusCode.NotFound],
                new[] { patch.StatusCode, head.StatusCode, delete.StatusCode });
        }
    }

    [Fact]
    public async Task A_part_whose_checksum_differs_is_dropped()
    {
        var bytes = "hello tus"u8.ToArray();
        var upload = await server.Tus.BeginAsync(bytes.Length);
        using var bad = await server.Tus.PatchAsync(upload, 0, bytes, $"sha1 {Convert.ToBase64String(SHA1.HashData("other"u8))}");
        Assert.Equal(460, (int)bad.StatusCode);
        Assert.Equal(0, await server.Tus.OffsetAsync(upload));
        using var good = await server.Tus.PatchAsync(upload, 0, bytes, $"sha1 {Convert.ToBase64String(SHA1.HashData(bytes))}");
        Assert.Equal(HttpStatusCode.NoContent, good.StatusCode);
        var view = await (await server.Http.GetAsync(upload, Ct)).ReadAsync();
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), (string)view["sha256"]!);
    }

    [Fact]
    public async Task An_upload_that_is_broken_off_for_good_leaves_nothing()
    {
        var used = await server.UsedAsync();
        var upload = await server.Tus.BeginAsync(1000);
        using (var part = await server.Tus.PatchAsync(upload, 0, new byte[500])) Assert.Equal(HttpStatusCode.NoContent, part.StatusCode);
        using (var delete = await server.Tus.SendAsync(HttpMethod.Delete, upload))
            Assert.Equal(HttpStatusCode.NoContent, delete.StatusCode);
        using var head = await server.Tus.SendAsync(HttpMethod.Head, upload);
        Assert.Equal(HttpStatusCode.NotFound, head.StatusCode);
        Assert.Equal(used, await server.UsedAsync());
        Assert.False(File.Exists(Path.Combine(server.Data, "uploads", upload.Split('/')[^1])));
    }

    [Theory]
    [InlineData(257L << 20, HttpStatusCode.RequestEntityTooLarge, "at most 256 MiB")]
    [InlineData(-1, HttpStatusCode.BadRequest, "whole number")]
    public async Task A_length_out_of_range_is_refused(long length, HttpStatusCode expected, string detail)
    {
        using var response = await server.Tus.CreateAsync(length);
        Assert.Equal(expected, response.StatusCode);
        Assert.Contains(detail, (string)(await response.ReadAsync())["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_wrong_offset_version_or_kind_of_body_is_refused_and_nothing_is_taken()
    {
        var upload = await server.Tus.BeginAsync(10);
        using (var wrong = await server.Tus.PatchAsync(upload, 5, new byte[5])) Assert.Equal(HttpStatusCode.Conflict, wrong.StatusCode);
        using (var many = await server.Tus.PatchAsync(upload, 0, new byte[11]))
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, many.StatusCode);
        using (var request = new HttpRequestMessage(HttpMethod.Patch, upload) { Content = new ByteArrayContent(new byte[10]) })
        using (var versionless = await server.Http.SendAsync(request, Ct))
            Assert.Equal(HttpStatusCode.PreconditionFailed, versionless.StatusCode);
        using (var request = new HttpRequestMessage(HttpMethod.Patch, upload)
        { Content = new ByteArrayContent(new byte[10]), Headers = { { "Tus-Resumable", "1.0.0" }, { "Upload-Offset", "0" } } })
        using (var untyped = await server.Http.SendAsync(request, Ct))
            Assert.Equal(HttpStatusCode.UnsupportedMediaType, untyped.StatusCode);
        Assert.Equal(0, await server.Tus.OffsetAsync(upload));
    }

    [Theory]
    [InlineData("filename !!!")]
    [InlineData("filename YQ==,filename YQ==")]
    [InlineData("filename Li4vLi4vZXRjL3Bhc3N3ZA==")]
    public async Task Metadata_that_cannot_be_read_or_names_a_file_elsewhere_is_refused(string metadata)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/uploads")
        { Headers = { { "Tus-Resumable", "1.0.0" }, { "Upload-Length", "1" } } };
        request.Headers.TryAddWithoutValidation("Upload-Metadata", metadata);
        using var response = await server.Http.SendAsync(request, Ct);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    /// <summary>Sends half of its bytes at once, and the rest when told.</summary>
    private sealed class SlowContent(byte[] bytes) : HttpContent
    {
        private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Started => _started.Task;

        public void Release() => _release.SetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(bytes.AsMemory(0, bytes.Length / 2));
            await stream.FlushAsync();
            _started.SetResult();
            await _release.Task;
            await stream.WriteAsync(bytes.AsMemory(bytes.Length / 2));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = bytes.Length;
            return true;
        }
    }
}
