using Playground.Server.Sampling.Frames;

namespace Playground.Server.Tests.Sampling;

/// <summary>The file of a run's frames: what is cut off or damaged costs the frames from there on, and no others.</summary>
public sealed class FrameFileTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public async Task What_was_written_is_read_again_with_its_timestep_and_sigma()
    {
        var written = await WriteAsync(frames: 3, ends: true);
        var content = FrameFile.Scan(_path)!;
        Assert.Equal((50, 2, true), (content.Steps, content.Dropped, content.IsEnded));
        Assert.Equal(written, content.Entries);
        Assert.Equal([0.5f, null, 2.5f], content.Entries.Select(e => e.Frame.Sigma));
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(Noisy(i), FrameFile.Read(_path, content.Entries[i], FrameSide.Noisy));
            Assert.Equal(Clean(i), FrameFile.Read(_path, content.Entries[i], FrameSide.Clean));
        }
    }

    [Fact]
    public async Task A_file_cut_off_anywhere_is_read_up_to_its_last_whole_frame()
    {
        var written = await WriteAsync(frames: 3, ends: true);
        var whole = await File.ReadAllBytesAsync(_path, TestContext.Current.CancellationToken);
        for (var length = 0; length < whole.Length; length++)
        {
            await File.WriteAllBytesAsync(_path, whole[..length], TestContext.Current.CancellationToken);
            var content = FrameFile.Scan(_path);
            if (length < FrameFile.HeadSize) Assert.Null(content);
            else Assert.Equal(written.Where(e => e.End <= length), content!.Entries);
        }
    }

    [Fact]
    public async Task A_file_whose_end_was_never_written_to_the_disk_is_read_up_to_where_its_bytes_are_right()
    {
        var written = await WriteAsync(frames: 3, ends: false);
        var bytes = await File.ReadAllBytesAsync(_path, TestContext.Current.CancellationToken);
        // A crash may leave the length and not the content.
        bytes.AsSpan((int)written[2].End - 5).Clear();
        await File.WriteAllBytesAsync(_path, bytes, TestContext.Current.CancellationToken);
        Assert.Equal(written[..2], FrameFile.Scan(_path)!.Entries);
    }

    [Fact]
    public async Task A_damaged_image_is_not_given_out_and_the_others_are()
    {
        var written = await WriteAsync(frames: 2, ends: true);
        var bytes = await File.ReadAllBytesAsync(_path, TestContext.Current.CancellationToken);
        bytes[(int)written[0].Offset + FrameFile.RecordSize] ^= 1;
        await File.WriteAllBytesAsync(_path, bytes, TestContext.Current.CancellationToken);
        Assert.Null(FrameFile.Read(_path, written[0], FrameSide.Noisy));
        Assert.Equal(Clean(0), FrameFile.Read(_path, written[0], FrameSide.Clean));
        Assert.Equal(Noisy(1), FrameFile.Read(_path, written[1], FrameSide.Noisy));
    }

    [Fact]
    public async Task What_is_no_such_file_has_no_frames()
    {
        await File.WriteAllTextAsync(_path, "PGFRAMES, or so it says", TestContext.Current.CancellationToken);
        Assert.Null(FrameFile.Scan(_path));
        Assert.Null(FrameFile.Scan(_path + ".none"));
    }

    private async Task<FrameEntry[]> WriteAsync(int frames, bool ends)
    {
        var ct = TestContext.Current.CancellationToken;
        await using var file = File.Create(_path);
        await FrameFile.WriteHeadAsync(file, 50, ct);
        var entries = new List<FrameEntry>();
        for (var i = 0; i < frames; i++)
            entries.Add(await FrameFile.AppendAsync(file, new KeptFrame(i + 1, 900 - i, i == 1 ? null : i + 0.5f, 4, 8, 8), Noisy(i),
                Clean(i),
                ct));
        if (ends) await FrameFile.WriteEndAsync(file, dropped: 2, ct);
        return [.. entries];
    }

    private static byte[] Noisy(int i) => [.. Enumerable.Range(0, 40 + i).Select(b => (byte)(b * 7 + i))];

    private static byte[] Clean(int i) => [.. Enumerable.Range(0, 25 + i).Select(b => (byte)(b * 3 + 1 + i))];
}
