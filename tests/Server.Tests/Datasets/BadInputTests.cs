using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Playground.Core;
using Playground.Core.Tests;

namespace Playground.Server.Tests.Datasets;

[Collection(Servers.Datasets)]
public sealed class BadInputTests(DatasetServer server)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Refused => new()
    {
        { "a zip of zips of zeros", "an archive within the archive" },
        { "entries that share bytes", "share bytes, as those of a decompression bomb do" },
        { "an entry that swells a thousandfold", "swells to more than 200 times its compressed size" },
        { "a gzip in a zip that swells", "swells to more than 200 times" },
        { "a tar whose header claims gigabytes", "claims" },
        { "an entry larger than it claims", "is larger than the 10 bytes that the archive claims" },
        { "a picture of 1 by 60000", "larger than 8192×8192" },
        { "a header of 50000 by 50000", "larger than 8192×8192" },
        { "paths out of the archive", "leads out of the archive by '..'" },
        { "absolute paths", "its path is absolute" },
        { "a symbolic link", "a symbolic link or a device" },
        { "a name with NUL", "holds a NUL character" },
        { "a reserved name", "reserves for devices" },
        { "an encrypted zip", "it is encrypted; pack the files again without a password" },
        { "a zip cut in half", "cut off or damaged" },
        { "a tar cut in half", "cut off" },
        { "a text named .png", "not a picture of a kind that is read" },
        { "a picture cut in half", "damaged or unreadable pictures" },
        { "a svg named .png", "it is SVG, HTML or XML" },
        { "a pdf named .jpg", "it is a PDF document" },
        { "a bitmap", "it is a BMP image, which is not read; save it as PNG" },
        { "an empty picture", "it is empty" },
        { "an empty zip", "The upload is empty: it holds no files" },
        { "an empty file", "it is empty" },
        { "200,001 files", "more than 200,000 entries" },
        { "200,000 empty files", "None of the 200,000 files is an image" },
        { "four billion entries claimed", "more than 200,000 entries" },
        { "a 7z archive", "an archive of a kind that is not read" },
        { "a flipped bit", "its bytes are not those that its checksum is of" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Is_refused_with_a_reason_and_nothing_is_kept(string input, string reason)
    {
        var used = await server.UsedAsync();
        var before = Files();
        var made = await server.MakeAsync(Make(input));
        Assert.Equal("failed", (string)made["status"]!);
        Assert.Contains(reason, (string)made["error"]!, StringComparison.Ordinal);
        // What can be said in other languages says the same.
        Assert.All(made["errorRemarks"]!.AsArray(), r => Assert.Equal((string)made["error"]!, (string)r!["text"]!));
        if (input == "an empty zip") Assert.Equal("upload-empty", (string)Assert.Single(made["errorRemarks"]!.AsArray())!["code"]!);
        Assert.Empty(made["versions"]!.AsArray());
        Assert.Empty(server.Files("datasets/work"));
        Assert.Equal(before, Files());
        Assert.Equal(used, await server.UsedAsync());
    }

    private string[] Files()
        => [.. new[] { "datasets/packs", "datasets/versions", "uploads" }.SelectMany(server.Files).Order(StringComparer.Ordinal)];

    private static (string, byte[]) Make(string input) => input switch
    {
        "a zip of zips of zeros" => ("42.zip", Zips(3)),
        "entries that share bytes" => ("overlap.zip", Overlapping()),
        "an entry that swells a thousandfold" =>
            ("bomb.zip", new ZipForge().Add("a.png", [.. TestPicture.Png(1), .. new byte[20_000_000]], deflate: true).ToArray()),
        "a gzip in a zip that swells" => ("idx.zip", new ZipForge().Add("t-images-idx3-ubyte.gz",
            Gzip([0, 0, 8, 3, 0, 0, 0x80, 0, 0, 0, 0, 28, 0, 0, 0, 28, .. new byte[20_000_000]])).ToArray()),
        "a tar whose header claims gigabytes" => ("pax.tar", TarWithHugeHeader()),
        "an entry larger than it claims" => ("liar.zip",
            new ZipForge().Add("a.png"u8.ToArray(), TestPicture.Png(1), deflate: true, claimedSize: 10).ToArray()),
        "a picture of 1 by 60000" => ("long.png", TestPicture.Png(1, 1, 60_000, 1)),
        "a header of 50000 by 50000" => ("large.png", TestPicture.PngHeader(50_000, 50_000)),
        "paths out of the archive" => ("slip.zip",
            new ZipForge().Add("../../etc/cron.d/x.png", TestPicture.Png(1)).Add("a/..\\..\\x.png", TestPicture.Png(2)).ToArray()),
        "absolute paths" =>
            ("absolute.zip", new ZipForge().Add("/etc/x.png", TestPicture.Png(1)).Add("C:\\x.png", TestPicture.Png(2)).ToArray()),
        "a symbolic link" => ("link.zip", new ZipForge().Add("x.png"u8.ToArray(), "/etc/passwd"u8.ToArray(), unixMode: 0xA1FF).ToArray()),
        "a name with NUL" => ("name.zip", new ZipForge().Add("x.png\0.txt", TestPicture.Png(1)).ToArray()),
        "a reserved name" => ("device.zip", new ZipForge().Add("aux/con.png", TestPicture.Png(1)).ToArray()),
        "an encrypted zip" => ("secret.zip", new ZipForge().Add("x.png"u8.ToArray(), TestPicture.Png(1), flags: 1).ToArray()),
        "a zip cut in half" =>
            ("half.zip", Half(new ZipForge().Add("1.png", TestPicture.Png(1)).Add("2.png", TestPicture.Png(2)).ToArray())),
        "a tar cut in half" => ("half.tar", Half(Tar("1.png", TestPicture.Png(1, 64, 64)))),
        "a text named .png" => ("x.png", "this is no picture"u8.ToArray()),
        "a picture cut in half" => ("x.png", Half(TestPicture.Png(1, 64, 64))),
        "a svg named .png" => ("x.png",
            "<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"><image href=\"file:///etc/passwd\"/></svg>"u8.ToArray()),
        "a bitmap" => ("x.bmp", [.. "BM"u8, 58, .. new byte[7], 54, 0, 0, 0, 40, .. new byte[43]]),
        "a pdf named .jpg" => ("x.jpg", "%PDF-1.7\n1 0 obj"u8.ToArray()),
        "an empty picture" => ("empty.zip", new ZipForge().Add("a.png", []).ToArray()),
        "an empty zip" => ("none.zip", new ZipForge().ToArray()),
        "an empty file" => ("none.png", []),
        "200,001 files" => ("many.zip", Many(200_001)),
        "200,000 empty files" => ("many.zip", Many(200_000)),
        "four billion entries claimed" => ("lie.zip", Claiming(int.MaxValue)),
        "a 7z archive" => ("x.7z", [(byte)'7', (byte)'z', 0xBC, 0xAF, 0x27, 0x1C, 0, 4]),
        "a flipped bit" => ("bit.zip", new ZipForge().Add("x.png"u8.ToArray(), TestPicture.Png(1), crc: 123).ToArray()),
        _ => throw new ArgumentException(input, nameof(input)),
    };

    [Fact]
    public async Task Odd_names_are_shown_harmless_and_their_pictures_are_kept()
    {
        var zip = new ZipForge()
            // code page 437: kä/ü.png
            .Add([(byte)'k', 0x84, (byte)'/', 0x81, (byte)'.', (byte)'p', (byte)'n', (byte)'g'], TestPicture.Png(1))
            .Add("dos\\2.png", TestPicture.Png(2))
            .Add("rtl/\u202egnp.3.png", TestPicture.Png(3))
            .Add([(byte)'x', (byte)'/', 0xFF, 0xFE, (byte)'4'], TestPicture.Png(4), flags: 0x800) // said to be UTF-8, and is not
            .Add("no extension/5", TestPicture.Png(5))
            .Add("__MACOSX/._1.png", "junk"u8.ToArray())
            .Add("<script>alert(1)</script>/6.jpg", TestPicture.Png(6));
        var made = await server.MakeAsync(("odd.zip", zip.ToArray()));
        Assert.Equal("ready", (string)made["status"]!);
        var pictures = JsonNode.Parse(await server.Http.GetStringAsync($"/api/v1/datasets/{made["id"]}/pictures",
            Ct))!["pictures"]!.AsArray();
        Assert.Equal(["kä/ü.png", "dos/2.png", "rtl/\ufffdgnp.3.png", "x/\ufffd\ufffd4", "no extension/5",
            "<script>alert(1)</script>/6.jpg"], pictures.Select(p => (string)p!["name"]!));
        Assert.Equal("hidden", (string)made["report"]!["notes"]![0]!["code"]!);
        Assert.Contains("skipped: 1.", (string)made["report"]!["notes"]![0]!["text"]!, StringComparison.Ordinal);
        using var delete = await server.Http.DeleteAsync($"/api/v1/datasets/{made["id"]}", Ct);
    }

    [Fact]
    public async Task Unfit_entries_are_left_out_one_by_one_and_the_rest_is_kept()
    {
        var zip = new ZipForge().Add("a/1.png", TestPicture.Png(1)).Add("a/2.png", Half(TestPicture.Png(2, 64, 64)))
            .Add("a/inner.zip", Zips(1)).Add("b/3.png", TestPicture.Png(3)).Add("b/4.doc", "text"u8.ToArray());
        var made = await server.MakeAsync(("mixed.zip", zip.ToArray()));
        Assert.Equal(("ready", 2, 3), ((string)made["status"]!, (int)made["report"]!["pictures"]!,
            made["report"]!["examples"]!.AsArray().Count));
        Assert.Equal(["a/inner.zip", "b/4.doc", "a/2.png"], made["report"]!["examples"]!.AsArray().Select(e => (string)e!["name"]!));
        using var delete = await server.Http.DeleteAsync($"/api/v1/datasets/{made["id"]}", Ct);
    }

    private static byte[] Zips(int depth)
    {
        var zip = new ZipForge();
        for (var i = 0; i < 4; i++)
            zip.Add($"{i}.zip", depth == 1 ? new ZipForge().Add("0.bin", new byte[100_000], deflate: true).ToArray() : Zips(depth - 1));
        return zip.ToArray();
    }

    private static byte[] Overlapping()
    {
        var data = TestPicture.Png(1);
        var zip = new ZipForge().Add("0.png", data, deflate: true);
        for (var i = 1; i < 100; i++)
            zip.AddOverlapping($"{i}.png", ZipForge.Crc(data), (uint)ZipForge.Deflate(data).Length, (uint)data.Length, 0);
        return zip.ToArray();
    }

    private static byte[] Many(int count)
    {
        var zip = new ZipForge();
        for (var i = 0; i < count; i++) zip.Add($"{i:000000}.png", []);
        return zip.ToArray();
    }

    private static byte[] Claiming(int count) => new ZipForge { ClaimedCount = count }.Add("1.png", TestPicture.Png(1)).ToArray();

    private static byte[] Half(byte[] file) => file[..(file.Length / 2)];

    private static byte[] Gzip(byte[] data)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true)) gzip.Write(data);
        return packed.ToArray();
    }

    private static byte[] Tar(string name, byte[] data)
        => [.. TarHeader(name, '0', data.Length), .. data, .. new byte[(512 - data.Length % 512) % 512 + 1024]];

    private static byte[] TarWithHugeHeader() => [.. TarHeader("PaxHeader", 'x', 0x7000_0000), .. new byte[4096]];

    private static byte[] TarHeader(string name, char type, long size)
    {
        var header = new byte[512];
        Encoding.ASCII.GetBytes(name).CopyTo(header, 0);
        Encoding.ASCII.GetBytes("0000644\0").CopyTo(header, 100);
        Encoding.ASCII.GetBytes("0000000\0" + "0000000\0" + Convert.ToString(size, 8).PadLeft(11, '0') + "\0" + "00000000000\0" + "        "
            + type).CopyTo(header, 108);
        Encoding.ASCII.GetBytes("ustar\00000").CopyTo(header, 257);
        Encoding.ASCII.GetBytes(Convert.ToString(header.Sum(b => b), 8).PadLeft(6, '0') + "\0 ").CopyTo(header, 148);
        return header;
    }
}
