using System.IO.Compression;
using System.Text;
using Playground.Core.Data.Archives;

namespace Playground.Core.Tests.Data.Archives;

public sealed class ZipDirectoryTests
{
    private static readonly byte[] s_data = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("some text that compresses; ", 200)));

    [Fact]
    public void What_the_frameworks_own_packer_writes_is_read()
    {
        using var zip = new MemoryStream();
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true))
        {
            archive.CreateEntry("folder/");
            using (var entry = archive.CreateEntry("folder/ü.txt", CompressionLevel.Optimal).Open()) entry.Write(s_data);
            using (var entry = archive.CreateEntry("stored", CompressionLevel.NoCompression).Open()) entry.Write(s_data);
        }
        var budget = new ArchiveBudget(new ArchiveLimits());
        var entries = ZipDirectory.Read(zip, budget);
        Assert.Equal([("folder/", ZipEntryKind.Folder), ("folder/ü.txt", ZipEntryKind.File), ("stored", ZipEntryKind.File)],
            entries.Select(e => (e.Name, e.Kind)));
        foreach (var entry in entries.Skip(1)) Assert.Equal(s_data, Read(zip, entry, budget));
    }

    [Fact]
    public void A_zip64_archive_with_a_comment_is_read()
    {
        var forged = new ZipForge();
        for (var i = 0; i < 70_000; i++) forged.Add($"{i}", []);
        byte[] zip = [.. forged.ToArray()[..^2], 5, 0, .. "hello"u8];
        Assert.Equal(70_000, ZipDirectory.Read(new MemoryStream(zip), new ArchiveBudget(new ArchiveLimits())).Count);
    }

    [Theory]
    [InlineData(0, "cut off or damaged")]
    [InlineData(10, "cut off or damaged")]
    [InlineData(-1, "cut off or damaged")]
    [InlineData(-22, "cut off or damaged")]
    [InlineData(-60, "cut off or damaged")]
    public void One_that_is_cut_anywhere_is_refused(int at, string expected)
    {
        var zip = new ZipForge().Add("a", s_data, deflate: true).Add("b", s_data).ToArray();
        var cut = zip[..(at < 0 ? zip.Length + at : at)];
        Assert.Contains(expected, Assert.Throws<ArchiveException>(
            () => ZipDirectory.Read(new MemoryStream(cut), new ArchiveBudget(new ArchiveLimits()))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_flipped_byte_gives_the_same_data_or_a_clear_refusal()
    {
        var zip = new ZipForge().Add("a.txt", s_data, deflate: true).Add("b/c.txt", s_data).ToArray();
        var random = new Random(4);
        for (var round = 0; round < 3000; round++)
        {
            var bad = (byte[])zip.Clone();
            bad[random.Next(bad.Length)] ^= (byte)(1 << random.Next(8));
            var file = new MemoryStream(bad);
            var budget = new ArchiveBudget(new ArchiveLimits());
            try
            {
                foreach (var entry in ZipDirectory.Read(file, budget))
                    if (entry.Kind == ZipEntryKind.File && ZipEntryStream.ProblemOf(entry) is null)
                        Assert.Equal(s_data, Read(file, entry, budget));
            }
            catch (PlaygroundException e)
            {
                Assert.NotEmpty(e.Message);
            }
        }
    }

    [Fact]
    public void An_entry_whose_data_runs_into_the_next_header_is_refused()
    {
        var first = ZipForge.Deflate(s_data);
        // As Fifield's bomb does: the second entry lies within what the first claims as its data.
        var zip = new ZipForge().Add("outer", [.. first, .. new byte[200]])
            .AddOverlapping("inner", ZipForge.Crc(s_data), (uint)first.Length, (uint)s_data.Length, 40).ToArray();
        Assert.Contains("share bytes", Assert.Throws<ArchiveException>(
            () => ZipDirectory.Read(new MemoryStream(zip), new ArchiveBudget(new ArchiveLimits()))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_entries_together_may_not_pass_the_limit()
    {
        var zip = new ZipForge().Add("a", s_data).Add("b", s_data).ToArray();
        var budget = new ArchiveBudget(new ArchiveLimits { MaxRealBytes = s_data.Length + 100 });
        var file = new MemoryStream(zip);
        var entries = ZipDirectory.Read(file, budget);
        Read(file, entries[0], budget);
        Assert.Contains("once decompressed", Assert.Throws<ArchiveException>(() => Read(file, entries[1], budget)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("猫/ü.png 狗/2.png", "utf-8", false)]
    [InlineData("kä/1.png kö/2.png", "437", true)]
    [InlineData("猫/1.png 狗/2.png", "gbk", true)]
    public void All_names_of_one_archive_are_read_in_one_encoding(string names, string encoding, bool guessed)
    {
        byte[] Bytes(string name) => encoding switch
        {
            "437" => CodePagesEncodingProvider.Instance.GetEncoding(437)!.GetBytes(name),
            "gbk" => CodePagesEncodingProvider.Instance.GetEncoding(936)!.GetBytes(name),
            _ => Encoding.UTF8.GetBytes(name),
        };
        var zip = new ZipForge();
        foreach (var name in names.Split(' ')) zip.Add(Bytes(name), [1]);
        var entries = ZipDirectory.Read(new MemoryStream(zip.ToArray()), new ArchiveBudget(new ArchiveLimits()));
        Assert.All(entries, e => Assert.Equal(guessed, e.IsNameGuessed));
        var wanted = encoding == "gbk"
            ? names.Split(' ').Select(n => CodePagesEncodingProvider.Instance.GetEncoding(437)!.GetString(Bytes(n)))
            : names.Split(' ');
        Assert.Equal(wanted, entries.Select(e => e.Name));
    }

    [Fact]
    public void Bytes_in_front_of_an_archive_are_passed_over()
    {
        var zip = new ZipForge().Add("a", s_data, deflate: true).Add("b", s_data).ToArray();
        var file = new MemoryStream([.. Encoding.ASCII.GetBytes("#!/bin/sh\nunpack me\n"), .. zip]);
        var budget = new ArchiveBudget(new ArchiveLimits());
        foreach (var entry in ZipDirectory.Read(file, budget)) Assert.Equal(s_data, Read(file, entry, budget));
    }

    private static byte[] Read(Stream zip, ZipEntry entry, ArchiveBudget budget)
    {
        using var stream = ZipEntryStream.Open(zip, entry, budget);
        using var all = new MemoryStream();
        stream.CopyTo(all);
        return all.ToArray();
    }
}
